"""The oracle as an implementation of the contract, and the classes it is made of.

An implementation that is wrong on purpose names another class for one of its parts::

    class HoldsOnlyH(LSTMLayer):
        def masked_state(self, valid, new, old):
            return np.where(valid, new[0], old[0]), new[1]

    NumpyImplementation(name="mask lets c run", lstm_class=HoldsOnlyH)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import accumulate, pairwise
from math import prod
from pathlib import Path
from typing import Any, get_args

import numpy as np

from lstm_spec import __version__, data
from lstm_spec.contract import (
    AdamEpsilon,
    Array,
    Capability,
    DropoutMasks,
    PaddingOutput,
    RMSpropEpsilon,
    Unsupported,
    refuse_unmapped,
)
from lstm_spec.initial_weights import MAPS as DRAWN
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import NARROW, Maps, ModelSpec, Reduction
from reference.numpy import around, layers, losses, optimizers, rules, schedules, storage
from reference.numpy.around import DropoutLayer
from reference.numpy.fitting import FitOptions
from reference.numpy.layers import (
    BidirectionalLayer,
    DenseLayer,
    MaskingLayer,
    NumpyLayer,
    RepeatVectorLayer,
    TimeDistributedLayer,
)
from reference.numpy.losses import (
    BitCrossentropy,
    HuberLoss,
    MeanAbsoluteError,
    MeanSquaredError,
    NumpyLoss,
    ProbabilityCrossentropy,
    SigmoidCrossentropy,
    SoftmaxCrossentropy,
    SparseCrossentropy,
)
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.optimizers import (
    AdamOfAlgorithm1,
    AdamOptimizer,
    RMSpropOptimizer,
    RMSpropOutside,
    SGDOptimizer,
)
from reference.numpy.rounding import Rounding
from reference.numpy.rules import RuledWeights
from reference.numpy.update import NumpyOptimizer


class Preprocessing:
    """Padding and one-hot encoding, which here are the data contracts themselves."""

    pad_sequences = staticmethod(data.padding.pad_sequences)
    one_hot = staticmethod(data.one_hot.one_hot)


@dataclass(frozen=True)
class NumpyImplementation:
    """Builds NumPy models from the classes named here; ``seed`` draws their fresh weights."""

    name: str = "numpy"
    version: str = __version__
    capabilities: frozenset[Capability] = frozenset(Capability) - {Capability.DEFAULTS}
    dtype: Any = np.float64
    seed: int = 0
    padding_output: PaddingOutput = "held"
    adam_epsilon: AdamEpsilon = "before"
    rmsprop_epsilon: RMSpropEpsilon = "inside"
    model_class: type[NumpyModel] = NumpyModel
    lstm_class: type[LSTMLayer] = LSTMLayer
    bidirectional_class: type[BidirectionalLayer] = BidirectionalLayer
    dense_class: type[DenseLayer] = DenseLayer
    masking_class: type[MaskingLayer] = MaskingLayer
    repeat_class: type[RepeatVectorLayer] = RepeatVectorLayer
    time_distributed_class: type[TimeDistributedLayer] = TimeDistributedLayer
    dropout_class: type[DropoutLayer] = DropoutLayer
    mse_class: type[MeanSquaredError] = MeanSquaredError
    mae_class: type[MeanAbsoluteError] = MeanAbsoluteError
    huber_class: type[HuberLoss] = HuberLoss
    crossentropy_class: type[ProbabilityCrossentropy] = ProbabilityCrossentropy
    softmax_crossentropy_class: type[SoftmaxCrossentropy] = SoftmaxCrossentropy
    sparse_class: type[SparseCrossentropy] = SparseCrossentropy
    bits_class: type[BitCrossentropy] = BitCrossentropy
    sigmoid_crossentropy_class: type[SigmoidCrossentropy] = SigmoidCrossentropy
    fit_options_class: type[FitOptions] = FitOptions
    sgd_class: type[SGDOptimizer] = SGDOptimizer
    adam_class: type[AdamOptimizer] = AdamOptimizer
    rmsprop_class: type[RMSpropOptimizer] = RMSpropOptimizer
    rules_class: type[RuledWeights] = RuledWeights
    rounding_class: type[Rounding] = Rounding
    preprocessing: Any = Preprocessing
    data: Any = data
    fuses: bool = True

    @property
    def dropout_masks(self) -> DropoutMasks:
        """The gates share a mask, unless the layer gives each its own."""
        return "by gate" if self.lstm_class.masks_by_gate else "one"

    @property
    def paths(self) -> tuple[str, ...]:
        """Two ways to make an update of the commonest network; an altered engine has but one."""
        return ("fused", "plain") if self.has_own_parts() else ()

    @property
    def fit_paths(self) -> tuple[str, ...]:
        """Both ways train, too."""
        return self.paths

    def on(self, path: str) -> NumpyImplementation:
        """The same engine, which takes the fused way where it serves, or never."""
        if path not in self.paths:
            raise ValueError(f"{self.name} has no path {path!r}, but {', '.join(self.paths)}")
        return replace(self, fuses=path == "fused")

    @cached_property
    def maps(self) -> Maps:
        """What the classes named here compute; a class that computes less says so."""
        return {
            "ModelSpec": (
                "layers",
                "features",
                "batch_size",
                "time_steps",
                "loss",
                "optimizer",
                "dtype",
                "precision",
                "inner_steps",
                "reduction",
            ),
            "dtype": ("float32", "float64"),
            "ModelSpec.precision": ("full", *NARROW),
            "ModelSpec.reduction": get_args(Reduction),
            **self.lstm_class.maps,
            **self.bidirectional_class.maps,
            **self.dense_class.maps,
            **self.masking_class.maps,
            **self.repeat_class.maps,
            **self.time_distributed_class.maps,
            **around.MAPS,
            **losses.MAPS,
            **optimizers.MAPS,
            **schedules.MAPS,
            **rules.MAPS,
            **DRAWN,
        }

    def build(self, model: ModelSpec) -> NumpyModel:
        """A model with the fresh weights of this implementation's seed.

        Raises ``Unsupported`` for what is not mapped and ValueError for a layer that cannot read
        what the layer before it gives.
        """
        refuse_unmapped(model, self.maps, self.name)
        if self.dtype == np.float32 and model.dtype == "float64":
            raise Unsupported(f"{self.name} computes in float32")
        built = self.model_class(model, self)
        built.set_weights(self.fresh_weights(model))
        return built

    def with_adam_epsilon(self, place: AdamEpsilon) -> NumpyImplementation:
        """The same implementation, whose Adam adds epsilon before or after the correction."""
        kind = AdamOptimizer if place == "before" else AdamOfAlgorithm1
        return replace(self, adam_epsilon=place, adam_class=kind)

    def with_rmsprop_epsilon(self, place: RMSpropEpsilon) -> NumpyImplementation:
        """The same implementation, whose RMSprop adds epsilon inside or outside the root."""
        kind = RMSpropOptimizer if place == "inside" else RMSpropOutside
        return replace(self, rmsprop_epsilon=place, rmsprop_class=kind)

    def is_unaltered(self, model: NumpyModel) -> bool:
        """Whether the model and each of its parts are the oracle's own classes."""
        return self.has_own_parts() and type(model) is NumpyModel

    def has_own_parts(self) -> bool:
        """Whether the implementation and the classes that it names are the oracle's own."""
        parts = [one for one in fields(self) if one.name.endswith("_class")]
        own = all(getattr(self, one.name) is one.default for one in parts)
        return own and type(self) is NumpyImplementation

    def fresh_weights(self, spec: ModelSpec) -> list[Array]:
        """What a new model starts from."""
        return initial_weights(spec, self.seed)

    def load(self, path: Path) -> NumpyModel:
        """The model that ``save`` wrote: weights and optimiser as they were, states of zero."""
        spec, weights, memory = storage.read(path)
        model = self.build(spec)
        model.set_weights(weights)
        model.optimizer.restore(memory)
        return model

    # The parts of a model -----------------------------------------------------------------------

    def layers(
        self, spec: ModelSpec, weights: Sequence[Array], gradients: Sequence[Array]
    ) -> list[NumpyLayer]:
        """The layers of a description over the given views."""
        made, first = [], 0
        for layer, own in zip(spec.layers, spec.layer_weights, strict=True):
            views = slice(first, first + len(own))
            made.append(layers.layer_of(self, layer, weights[views], gradients[views]))
            first = views.stop
        return made

    def loss(self, spec: ModelSpec) -> NumpyLoss:
        """The loss; a softmax at the end and cross-entropy are one function."""
        return losses.loss_of(self, spec)

    def optimizer(self, spec: ModelSpec, parameters: Array) -> NumpyOptimizer:
        """The optimiser for one flat vector of parameters."""
        ends = [0, *accumulate(prod(shape) for shape in spec.weight_shapes)]
        arrays = [slice(*pair) for pair in pairwise(ends)]
        return optimizers.optimizer_of(self, spec.optimizer, parameters, arrays)


implementation = NumpyImplementation()
"""The oracle: float64."""

implementation_float32 = NumpyImplementation(
    name="numpy-float32",
    dtype=np.float32,
    capabilities=frozenset(Capability) - {Capability.DEFAULTS, Capability.FLOAT64},
)
"""The same arithmetic in float32: what a correct engine looks like to the oracle."""


class LSTMLayerWithMasksByGate(LSTMLayer):
    """The layer of an engine in which each gate has its own masks of dropout."""

    masks_by_gate = True


implementation_with_masks_by_gate = NumpyImplementation(
    name="numpy-masks-by-gate", lstm_class=LSTMLayerWithMasksByGate
)
"""The other policy for the masks of dropout, which it declares: as correct as the first."""
