"""What an implementation offers so that it can be judged by the specification.

An implementation has a name, a version, capabilities and ``build(spec)``; the model it builds has
one method per capability. You do not have to inherit from anything: the classes here are protocols.
Arrays are NumPy arrays; weights are in the canonical layout of ``ModelSpec.weight_shapes`` (gates
in the order input, forget, cell, output); states are one (h, c) pair per LSTM direction, each
(batch, units); a projected h is as wide as the projection.

``docs/contract.md`` explains the same for an author of an engine in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from lstm_spec.model import LSTMState, Maps, ModelSpec, State
from lstm_spec.model.capabilities import Capability, Unsupported
from lstm_spec.model.fit_events import FitEvent
from lstm_spec.model.mapping import maps_of, refuse_unmapped
from lstm_spec.policies import (
    POLICIES,
    AdamEpsilon,
    DropoutMasks,
    EmptyRows,
    PaddingOutput,
    RMSpropEpsilon,
    WeightsTogether,
    adam_epsilon_of,
    dropout_masks_of,
    empty_rows_of,
    padding_output_of,
    rmsprop_epsilon_of,
    weights_together_of,
)

__all__ = [
    "POLICIES",
    "AdamEpsilon",
    "Array",
    "CallResult",
    "Capability",
    "DropoutMasks",
    "EmptyRows",
    "Gradients",
    "History",
    "Implementation",
    "LSTMState",
    "Maps",
    "Metrics",
    "Model",
    "PaddingOutput",
    "Preprocessing",
    "RMSpropEpsilon",
    "Refused",
    "State",
    "States",
    "Unsupported",
    "WeightsTogether",
    "adam_epsilon_of",
    "as_states",
    "backend_of",
    "build",
    "defaults_of",
    "dropout_masks_of",
    "empty_rows_of",
    "first_line",
    "fit_paths_of",
    "maps_of",
    "on_path",
    "padding_output_of",
    "paths_of",
    "refuse_unmapped",
    "rmsprop_epsilon_of",
    "speaking_for",
    "weights_together_of",
]

Array = NDArray[Any]
States = Sequence[State]
"""One state per direction, in the order of ``ModelSpec.recurrent_layers``: for an LSTM an
``LSTMState``, or a plain pair (h, c)."""


class Refused(Exception):
    """The implementation itself (not its adapter) raised. A clause that wanted a result fails."""


def first_line(error: Exception) -> str:
    """The first line of an error's message."""
    return (str(error).strip().splitlines() or ["(no message)"])[0]


@contextmanager
def speaking_for(library: str, reason: Callable[[Exception], str] = first_line) -> Iterator[None]:
    """Inside, whatever the library raises becomes ``Refused``: its answer, not an adapter's bug.

    ``reason`` finds the telling part of the library's messages.
    """
    try:
        yield
    except (Unsupported, Refused):
        raise
    except Exception as error:
        raise Refused(f"{library} raised {type(error).__name__}: {reason(error)}") from error


class CallResult(NamedTuple):
    """Outputs (batch, time, units) or (batch, units), and the state after the last step.

    ``states`` is None where the implementation has no ``final-state``.
    """

    outputs: Array
    states: States | None


class Gradients(NamedTuple):
    """The loss, its gradients in the layout of the weights, and for x (batch, time, features).

    ``states`` are those for h and c of each direction, if an initial state was given: None where
    the implementation has no ``state-gradients``. Weights that are not trained have zeros.
    """

    loss: float
    weights: list[Array]
    x: Array
    states: States | None = None


Metrics = dict[str, float]
"""``loss`` always; ``accuracy`` when the loss is categorical cross-entropy."""

History = dict[str, list[float]]
"""One figure per epoch: ``loss``, ``accuracy``, and ``val_loss``, ``val_accuracy`` with validation.

The training figures are means over the samples of the epoch, each batch measured before its update.
"""


@runtime_checkable
class Model(Protocol):
    """A built model. A stateful one carries its state through every method that runs it."""

    def get_weights(self) -> list[Array]:
        """Copies, in the order and layout of ``ModelSpec.weight_shapes``."""
        ...

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Copies the given arrays in; states and optimiser are left alone."""
        ...

    def call(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """Run x (batch, time, features) once; mask (batch, time) is True at valid steps.

        A stateless model starts from ``initial_state`` or zero. A stateful one starts from its
        stored state (``initial_state`` overrides it) and stores the final one.
        """
        ...

    def call_in_training(
        self, x: Array, mask: Array | None = None, initial_state: States | None = None
    ) -> CallResult:
        """As ``call``, but with the masks of dropout that an update would draw."""
        ...

    def predict(self, x: Array, batch_size: int, *, steps: int | None = None) -> Array:
        """Outputs of consecutive batches of ``batch_size`` rows; of ``steps`` of them if given."""
        ...

    def predict_on_batch(self, x: Array) -> Array:
        """Outputs for x as one batch."""
        ...

    def evaluate(
        self,
        x: Array,
        y: Array,
        batch_size: int,
        *,
        sample_weight: Array | None = None,
        steps: int | None = None,
    ) -> Metrics:
        """Loss and metrics over consecutive batches, without an update.

        ``sample_weight``, here and elsewhere, is (batch,), or (batch, time) where the outputs are a
        sequence: the loss of each position is multiplied by it, and their sum is divided by the
        number of positions as without it. The accuracy does not ask for it. Together with
        ``class_weight`` it is given to an implementation with the capability ``weighted`` alone.
        """
        ...

    def test_on_batch(self, x: Array, y: Array, *, sample_weight: Array | None = None) -> Metrics:
        """Loss and metrics of one batch, without an update."""
        ...

    def gradients(
        self,
        x: Array,
        y: Array,
        initial_state: States | None = None,
        *,
        sample_weight: Array | None = None,
    ) -> Gradients:
        """The loss of one batch and its gradients; weights stay, a carried state is a constant.

        A stateful model starts from its stored state and stores the final one, as in training.
        """
        ...

    def train_on_batch(
        self,
        x: Array,
        y: Array,
        *,
        sample_weight: Array | None = None,
        class_weight: Mapping[int, float] | None = None,
    ) -> Metrics:
        """One update; the metrics are those before the update.

        ``class_weight`` has a weight for each class, 1 for one that it leaves out: each position
        has that of the class of its target. What becomes of both kinds of weights together is a
        policy.
        """
        ...

    def fit(
        self,
        x: Array,
        y: Array,
        *,
        batch_size: int,
        epochs: int,
        shuffle: bool,
        validation_data: tuple[Array, ...] | None = None,
        sample_weight: Array | None = None,
        class_weight: Mapping[int, float] | None = None,
        validation_split: float = 0.0,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        reset_at: FitEvent | None = None,
        patience: int | None = None,
    ) -> History:
        """``epochs`` passes over consecutive batches; with ``shuffle`` the rows are permuted first.

        Validation runs after every epoch with the same batch size and through the same state. Its
        data are (x, y) or (x, y, sample_weight); the weights of classes are for training alone.
        What follows is for the capability ``fit-options``. ``validation_split`` holds out that
        share of the rows, the last ones as they are given, in place of validation data.
        ``validation_freq`` is after every how many epochs there is a validation, which ends after
        ``validation_steps`` batches. Epochs are counted from ``initial_epoch`` to ``epochs``.
        ``steps_per_epoch`` ends an epoch after so many batches; the next goes on with the rows that
        are left. ``reset_at`` resets the states whenever that event comes, and is a
        ValueError if there is none of that name. After ``patience`` validations in a row without a
        smaller loss, fit ends and puts back the weights of the best epoch; the states stay.
        """
        ...

    def reset_states(self) -> None:
        """Set every h and c to zero. Nothing else does."""
        ...

    def reset_rows(self, rows: Sequence[int]) -> None:
        """Set h and c of these rows of the batch to zero, in every layer; the others go on."""
        ...

    def get_states(self) -> States:
        """Copies of the carried states; an empty list if no layer is stateful."""
        ...

    def set_states(self, states: States) -> None:
        """Put these in place of the carried states."""
        ...

    def save(self, path: Path) -> None:
        """Write the model (not its states) to ``path``, a file name without a suffix.

        What is written includes the memory of the optimiser: training goes on in a loaded model as
        if it had not been saved.
        """
        ...

    def clone(self) -> Model:
        """A model of the same architecture, with weights and states of its own.

        Its states are zero and its optimiser is new. Which weights it has is left open.
        """
        ...


@runtime_checkable
class Implementation(Protocol):
    """What is verified.

    Optional attributes: ``maps`` (which layers, fields, optimisers, losses and words it knows, see
    ``lstm_spec.model.Maps``; specification 0.1 unless it says, and whatever it does not map is
    refused before ``build`` is asked), ``backend`` (the engine underneath), ``padding_output`` (a
    policy), ``empty_rows`` (``kept`` unless it says),
    ``adam_epsilon`` (``before`` unless it says), ``rmsprop_epsilon`` (``inside`` unless it says),
    ``dropout_masks`` (``one`` unless it says),
    ``weights_together`` (``multiplied`` unless it says),
    ``defaults`` (what the library does unless it is
    told otherwise, as texts by name), ``paths`` and ``on`` (the names of ways to compute, and the
    implementation that takes one of them), ``fit_paths`` (names of ways to run fit, evaluate and
    predict, for ``on`` as well), ``preprocessing`` (with that capability), ``data`` (with
    that capability: an object with the functions of ``lstm_spec.data``), ``load(path) -> Model``
    (with the capability ``save``) and ``slow`` (true for an engine in pure Python: pipelines are
    checked with narrow networks).
    """

    @property
    def name(self) -> str:
        """What it is called, in a word; a plain attribute will do, as for the next two."""
        ...

    @property
    def version(self) -> str:
        """The version of what is verified."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it can do."""
        ...

    def build(self, model: ModelSpec) -> Model:
        """A new model with fresh weights; raises ``Unsupported`` for what cannot be expressed."""
        ...


class Preprocessing(Protocol):
    """The framework's own preparation of data, asked under the names of the data contracts."""

    def pad_sequences(
        self,
        rows: Sequence[Sequence[float]],
        maxlen: int | None = None,
        dtype: str = "int32",
        padding: Literal["pre", "post"] = "pre",
        truncating: Literal["pre", "post"] = "pre",
        value: float = 0.0,
    ) -> Array:
        """Rows of any length as one array (rows, maxlen)."""
        ...

    def one_hot(self, labels: Sequence[int] | Array, width: int | None = None) -> Array:
        """Labels as rows with a single one; the width is the largest label + 1 unless given."""
        ...


def backend_of(implementation: Implementation) -> str:
    """The engine underneath, for the report; empty where there is only one."""
    return str(getattr(implementation, "backend", ""))


def defaults_of(implementation: Implementation) -> dict[str, str]:
    """What the library does unless it is told otherwise, as far as the adapter says."""
    stated: dict[str, str] = getattr(implementation, "defaults", {})
    return dict(stated)


def paths_of(implementation: Implementation) -> tuple[str, ...]:
    """The names of the ways in which it can compute; none unless the adapter says."""
    return tuple(getattr(implementation, "paths", ()))


def fit_paths_of(implementation: Implementation) -> tuple[str, ...]:
    """The names of the ways in which it can run fit, evaluate and predict; none unless it says."""
    return tuple(getattr(implementation, "fit_paths", ()))


def on_path(implementation: Implementation, path: str) -> Implementation:
    """The implementation that takes this way wherever it can be taken."""
    chosen: Implementation = implementation.on(path)  # type: ignore[attr-defined]
    return chosen


def as_states(states: States) -> States:
    """The same states as independent NumPy arrays."""
    return [LSTMState(np.array(h), np.array(c)) for h, c in states]


def build(implementation: Implementation, model: ModelSpec) -> Model:
    """A new model, unless the implementation does not map what is asked for.

    Every model of a subject is built here: that is what closes an engine that computes as if what
    it does not know were absent. Raises ``Unsupported``, which names layer, field and value.
    """
    refuse_unmapped(model, maps_of(implementation), implementation.name)
    return implementation.build(model)
