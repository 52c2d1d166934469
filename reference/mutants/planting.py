"""How a mistake gets into an otherwise right implementation.

    plant = planter("masks")

    @plant("The mask is ignored.", "MASK-01 MASK-03", diagnosis="the mask is ignored")
    class MaskIsIgnored(LSTMLayer):
        def forward(self, x, mask, states):
            return super().forward(x, None, states)

makes an engine in which the decorated class stands in place of the part that it is derived from. A
decorated function takes the place of one function of the documents' data instead. The sentence says
what is wrong. The clauses after it are about this mistake, and each of them must kill the mutant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import numpy as np

from lstm_spec import data
from lstm_spec.contract import Capability, Implementation, Unsupported
from lstm_spec.model import ModelSpec
from lstm_spec.mutants import Mutant
from reference.numpy.around import DropoutLayer
from reference.numpy.fitting import FitOptions
from reference.numpy.implementation import NumpyImplementation, Preprocessing
from reference.numpy.layers import (
    BidirectionalLayer,
    DenseLayer,
    MaskingLayer,
    RepeatVectorLayer,
    TimeDistributedLayer,
)
from reference.numpy.losses import (
    BitCrossentropy,
    HuberLoss,
    MeanAbsoluteError,
    MeanSquaredError,
    ProbabilityCrossentropy,
    SigmoidCrossentropy,
    SoftmaxCrossentropy,
    SparseCrossentropy,
)
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import AdamOptimizer, RMSpropOptimizer, SGDOptimizer
from reference.numpy.rounding import Rounding
from reference.numpy.rules import RuledWeights
from reference.numpy.update import NumpyOptimizer

PARTS: dict[type, str] = {
    LSTMLayer: "lstm_class",
    BidirectionalLayer: "bidirectional_class",
    DenseLayer: "dense_class",
    MaskingLayer: "masking_class",
    RepeatVectorLayer: "repeat_class",
    TimeDistributedLayer: "time_distributed_class",
    DropoutLayer: "dropout_class",
    NumpyModel: "model_class",
    MeanSquaredError: "mse_class",
    MeanAbsoluteError: "mae_class",
    HuberLoss: "huber_class",
    ProbabilityCrossentropy: "crossentropy_class",
    SparseCrossentropy: "sparse_class",
    BitCrossentropy: "bits_class",
    SigmoidCrossentropy: "sigmoid_crossentropy_class",
    FitOptions: "fit_options_class",
    SoftmaxCrossentropy: "softmax_crossentropy_class",
    SGDOptimizer: "sgd_class",
    AdamOptimizer: "adam_class",
    RMSpropOptimizer: "rmsprop_class",
    RuledWeights: "rules_class",
    Rounding: "rounding_class",
}

DATA = frozenset({Capability.DATA, Capability.PREPROCESSING})
ENGINE = frozenset(Capability) - DATA - {Capability.DEFAULTS}
"""A wrong engine leaves the data functions to others: they could only be the right ones."""

RIGHT = NumpyImplementation(capabilities=ENGINE)

MUTANTS: list[Mutant] = []

Wrong = TypeVar("Wrong", bound=Callable[..., Any])


def planter(stage: str) -> Callable[..., Callable[[Wrong], Wrong]]:
    """The decorator ``plant(sentence, clauses, **what is known)`` for the mutants of one stage.

    ``clauses`` are ids with spaces between them; it raises ValueError where there is none and the
    mutant is not argued to be equivalent.
    """

    def plant(
        sentence: str, clauses: str = "", *, name: str = "", place: str = "", **known: Any
    ) -> Callable[[Wrong], Wrong]:
        meant_for = tuple(clauses.split())
        if not meant_for and not known.get("equivalent"):
            raise ValueError(f"{sentence!r} names no clause that must kill it")

        def register(wrong: Wrong) -> Wrong:
            own = name or name_of(sentence)
            made = _engine(own, wrong) if isinstance(wrong, type) else _data(own, place, wrong)
            MUTANTS.append(Mutant(own, sentence, stage, made, meant_for=meant_for, **known))
            return wrong

        return register

    return plant


def name_of(sentence: str) -> str:
    """The words of a sentence as a name that Python can read."""
    words = re.sub(r"[^a-z0-9]+", "_", sentence.lower()).strip("_")
    return words.removeprefix("the_")


def _engine(name: str, wrong: type) -> Callable[[], Implementation]:
    """A maker of engines in which ``wrong`` replaces one part (or the implementation itself)."""
    if issubclass(wrong, NumpyImplementation):
        return lambda: wrong(name=name, capabilities=ENGINE)
    changes: dict[str, Any] = {PARTS[base]: wrong for base in wrong.__mro__ if base in PARTS}
    if issubclass(wrong, NumpyOptimizer) and not changes:  # what all optimisers share is wrong
        changes = {
            part: type(base.__name__, (wrong, base), {})
            for base, part in PARTS.items()
            if issubclass(base, NumpyOptimizer)
        }
    return lambda: replace(RIGHT, name=name, **changes)


class DataImplementation:
    """The documents' data functions as an implementation of their own, without an engine."""

    version = RIGHT.version
    capabilities = DATA

    def __init__(self, name: str, place: str, wrong: Callable[..., Any]) -> None:
        self.name = name
        self.preprocessing = SimpleNamespace(
            pad_sequences=Preprocessing.pad_sequences, one_hot=Preprocessing.one_hot
        )
        self.data = SimpleNamespace(
            **{
                module: SimpleNamespace(**vars(content))
                for module, content in vars(data).items()
                if isinstance(content, ModuleType)
            }
        )
        room: Any = self
        *path, function = place.split(".")
        for part in path:
            room = getattr(room, part)
        if not hasattr(room, function):
            raise ValueError(f"{name}: there is nothing to replace at {place!r}")
        setattr(room, function, wrong)

    def build(self, model: ModelSpec) -> Any:
        """It has no engine."""
        raise Unsupported("this implementation has data functions only")


def _data(name: str, place: str, wrong: Callable[..., Any]) -> Implementation:
    return DataImplementation(name, place, wrong)


@contextmanager
def quiet() -> Iterator[None]:
    """Inside, a mistake may divide by zero or overflow without a warning: that is its nature."""
    with np.errstate(all="ignore"):
        yield
