"""What a model description leaves to choose, read from the dataclasses.

A new field joins by itself, if values to try follow from its type.

A *choice* is a name and the values to try, the plainest first. A *row* gives a value to some
choices; all others are plain. ``described`` turns a row into a ``ModelSpec``. A model has up to
three LSTM layers, and each of them has its own choices, so that a mistake in one place of a stack
is a combination like any other.

Values with which a model runs and is not trained are kept apart: a row with one of them has
fewer operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, replace
from functools import cache
from typing import Any

from lstm_spec.contract import Implementation, maps_of
from lstm_spec.model import (
    L1L2,
    LSTM,
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    AnyLayer,
    Bidirectional,
    Dense,
    Masking,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    Optimizer,
    RepeatVector,
    RMSprop,
    TimeDistributed,
    UnitNorm,
)
from lstm_spec.model.fields import DescribedField, described_fields, parts_of
from lstm_spec.model.mapping import unmapped
from lstm_spec.model.training import draws_masks, without_derivative

ROWS, STEPS, INNER_STEPS = 2, 3, 2
LAYERS = (1, 2, 3)

WIDTHS = {"unequal": (2, 4, 3), "equal": (3, 3, 3)}
"""Units of the three layers; the equal ones are as many as the features."""

OPTIMIZERS_TO_TRY: Mapping[type, Optimizer] = {
    SGD: SGD(0.0625),
    Adam: Adam(0.03125, beta_1=0.875, beta_2=0.96875, epsilon=0.015625),
    AdamW: AdamW(0.03125, beta_1=0.875, beta_2=0.96875, epsilon=0.015625, weight_decay=0.125),
    RMSprop: RMSprop(0.03125, rho=0.875, epsilon=0.015625),
}
"""Settings whose updates can be compared: a small epsilon would turn the noise of float32 in a tiny
gradient into a whole step of Adam. They are sums of few powers of two, because engines may keep
settings in float32 even where they compute in float64."""

VALUES: Mapping[tuple[type, str], tuple[Any, ...]] = {
    (ModelSpec, "features"): (3, 1),
    (ModelSpec, "batch_size"): (None, ROWS),
    (ModelSpec, "time_steps"): (None, STEPS),
    (ModelSpec, "loss"): ("mse", "categorical_crossentropy"),
    (LSTM, "gate_clip"): (0.0, 0.75),
    (LSTM, "cell_clip"): (0.0, 0.25),
    (LSTM, "kernel_regularizer"): (None, L1L2(0.015625, 0.03125)),
    (LSTM, "recurrent_regularizer"): (None, L1L2(0.03125, 0.0625)),
    (LSTM, "bias_regularizer"): (None, L1L2(0.0625, 0.125)),
    (LSTM, "activity_regularizer"): (None, L1L2(0.0625, 0.25)),
    (LSTM, "kernel_constraint"): (None, MaxNorm(0.75), MinMaxNorm(0.5, 0.75, 0.5, axis=1)),
    (LSTM, "recurrent_constraint"): (None, UnitNorm(axis=1)),
    (LSTM, "bias_constraint"): (None, NonNeg()),
    (LSTM, "projection_clip"): (0.0, 0.125),
    (Bidirectional, "merge_mode"): ("concat", "sum", "mul", "ave"),  # apart: in the last layer only
    (Masking, "mask_value"): (0.0, 0.5),
    (RepeatVector, "n"): (2,),
    (SGD, "learning_rate"): (0.0625, 0.1875),
    (Adam, "learning_rate"): (0.03125, 0.0625),
    (Adam, "beta_1"): (0.875, 0.5),
    (Adam, "beta_2"): (0.96875, 0.625),
    (Adam, "epsilon"): (0.015625, 0.0625),
    (AdamW, "learning_rate"): (0.03125, 0.0625),
    (AdamW, "beta_1"): (0.875, 0.5),
    (AdamW, "beta_2"): (0.96875, 0.625),
    (AdamW, "epsilon"): (0.015625, 0.0625),
    (SGD, "momentum"): (0.0, 0.5),
    (RMSprop, "learning_rate"): (0.03125, 0.0625),
    (RMSprop, "rho"): (0.875, 0.5),
    (RMSprop, "momentum"): (0.0, 0.5),
    (RMSprop, "epsilon"): (0.015625, 0.0625),
    (Optimizer, "clipnorm"): (0.0, 0.0625),
    (Optimizer, "clipvalue"): (0.0, 0.03125),
    (Optimizer, "global_clipnorm"): (0.0, 0.125),
    (Optimizer, "weight_decay"): (0.0, 0.25),
    (Optimizer, "ema_momentum"): (0.99, 0.5),
    (Optimizer, "ema_overwrite_frequency"): (0, 2),
    (Optimizer, "gradient_accumulation_steps"): (0, 2),
    (Optimizer, "loss_scale_factor"): (0.0, 1024.0),
}
"""Values that do not follow from the type of a field."""

NOT_IN_A_CELL = ("softmax", "log_softmax", "sparsemax_keras3", "exponential")
"""Activations of whole vectors, which no cell has, and one with which the numbers of a cell grow
from step to step."""

COMMON = (
    "linear", "tanh", "sigmoid", "relu", "softmax", "hard_sigmoid_keras2", "hard_sigmoid_keras3",
)  # fmt: skip
"""Activations with which a model is trained here. The derivatives of the others have a clause of
their own, GRAD-180; most have no bound, and rounding would grow from operation to operation."""

ACTIVATIONS = ("activation", "recurrent_activation")
"""The fields that name one."""

DRAWING = ("dropout", "recurrent_dropout")
"""The fields with which a model is random in training: no two passes give the same numbers."""

STRUCTURE = {
    (LSTM, "units"), (LSTM, "return_sequences"), (LSTM, "go_backwards"), (Bidirectional, "layer"),
    (Bidirectional, "backward_layer"), (Dense, "units"), (ModelSpec, "layers"),
    (ModelSpec, "optimizer"), (ModelSpec, "precision"), (ModelSpec, "inner_steps"),
    (ModelSpec, "reduction"), (Optimizer, "loss_scale_factor"),
    (LSTM, "seed"), (LSTM, "kernel_initializer"),
    (LSTM, "recurrent_initializer"), (LSTM, "bias_initializer"),
}  # fmt: skip
"""Fields that are chosen under another name, because they shape the model; the seed, which is seen
in training with dropout alone; how weights are drawn, which are all set here; narrow types,
whose rounding has tolerances of its own; and the reduction of the loss, which few libraries let
choose, and the factor of a loss, which Keras 3 alone has: their rows would be fewer."""

NEEDED: Mapping[tuple[type, str], tuple[str, tuple[Any, ...]]] = {
    (SGD, "nesterov"): ("SGD.momentum", VALUES[SGD, "momentum"][1:]),
    (Optimizer, "ema_momentum"): ("Optimizer.use_ema", (True,)),
    (Optimizer, "ema_overwrite_frequency"): ("Optimizer.use_ema", (True,)),
}
"""Fields that say something only beside another one, with its name and values."""

FIRST_LAYER_ALONE = tuple(f"LSTM.layer_norm of layer {place}" for place in LAYERS[1:])
"""Choices that there are for the first layer alone. What a layer puts out may be small everywhere,
and so may what its numbers differ by: normalised in the next layer, rounding would be as large as
a number."""

DIRECTIONS = ("forward", "backward", "both")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """One thing to choose, with the values to try, the plainest first."""

    name: str
    values: tuple[Any, ...]
    needs: tuple[tuple[str, tuple[Any, ...]], ...] = field(default=())
    """Other choices, and the values of them without which nothing but the plain value counts."""
    runs_only: tuple[Any, ...] = field(default=())
    """Those of the values with which a model only runs here and is not trained."""

    @property
    def plain(self) -> Any:
        """The value of a model that does not ask for anything."""
        return self.values[0]


def values_of(kind: type, one: DescribedField) -> tuple[Any, ...]:
    """The values to try for a field; ValueError if none follows from what it says of itself."""
    plain = one.default
    if (kind, one.name) in VALUES:
        found = VALUES[kind, one.name]
    elif one.words:
        found = (plain, *(word for word in one.words if word != plain))
        if kind is LSTM:
            found = tuple(word for word in found if word not in NOT_IN_A_CELL)
    elif one.type is bool:
        found = (plain, not plain)
    elif one.type is int and plain is not MISSING:
        found = (plain, plain + 1)
    elif one.type is float and plain is not MISSING:
        found = (plain, plain * 3 + 0.1)
    else:
        raise ValueError(f"{kind.__name__}.{one.name}: write values to try into choices.VALUES")
    return found


def run_only(kind: type, one: DescribedField) -> tuple[Any, ...]:
    """Those of the values to try with which a model is not trained here."""
    trains = COMMON if one.name in ACTIVATIONS else one.trains_with
    trains = (0.0,) if one.name in DRAWING else trains
    return tuple(value for value in values_of(kind, one) if trains and value not in trains)


@cache
def choices() -> tuple[Choice, ...]:
    """Every choice there is; each stands behind those that it needs."""
    structure = [
        Choice("layers", LAYERS),
        Choice("widths", tuple(WIDTHS)),
        Choice("every step", (False, True)),
        Choice("repeated between", (False, True), (("layers", LAYERS[1:]),)),
        Choice("masking", (False, True)),
        Choice("inner steps", (False, True), (("masking", (False,)),)),
        Choice("Dense at the end", (False, True)),
        Choice(
            "time distributed",
            (False, True),
            (("Dense at the end", (True,)), ("every step", (True,))),
        ),
        Choice("optimizer", OPTIMIZERS),
    ]
    found = [*structure]
    for place in LAYERS:
        there = ("layers", LAYERS[place - 1 :])
        direction = f"direction of layer {place}"
        found.append(Choice(direction, DIRECTIONS, (there,)))
        own = f"own backward layer of layer {place}"
        found.append(Choice(own, (False, True), (there, (direction, ("both",)))))
    found += _of(Masking, "", ("masking", (True,)))
    found += _of(RepeatVector, "", ("repeated between", (True,)))
    found += _of(Dense, "", ("Dense at the end", (True,)))
    found += _of(Optimizer, "")
    for kind in OPTIMIZERS:
        found += _of(kind, "", ("optimizer", (kind,)))
    found += _of(ModelSpec, "")
    for place in LAYERS:
        there, both = ("layers", LAYERS[place - 1 :]), (f"direction of layer {place}", ("both",))
        cell = _of(LSTM, f" of layer {place}", there)
        found += [one for one in cell if place == 1 or one.name not in FIRST_LAYER_ALONE]
        found += _of(Bidirectional, f" of layer {place}", there, both)
    return tuple(one for one in found if len(one.values) > 1)


def _of(kind: type, where: str, *needs: tuple[str, tuple[Any, ...]]) -> list[Choice]:
    """The choices of one dataclass, without its fields that shape the model."""
    return [
        Choice(
            f"{kind.__name__}.{one.name}{where}",
            values_of(kind, one),
            (*needs, NEEDED[kind, one.name]) if (kind, one.name) in NEEDED else needs,
            run_only(kind, one),
        )
        for one in described_fields(kind)
        if (kind, one.name) not in STRUCTURE and owner_of(kind, one) is kind
    ]


def owner_of(kind: type, one: DescribedField) -> type:
    """The kind under whose name a field is chosen: what all optimisers share is one choice."""
    shared = issubclass(kind, Optimizer) and one.name in SHARED
    return Optimizer if shared else kind


SHARED = tuple(one.name for one in described_fields(Optimizer))
"""The fields of every optimiser."""


@cache
def by_name() -> Mapping[str, Choice]:
    """The choices under their names."""
    return {one.name: one for one in choices()}


def chosen(row: Row, name: str) -> Any:
    """The value that a row gives to a choice; plain if it says nothing."""
    return row[name] if name in row else by_name()[name].plain


def described(row: Row) -> ModelSpec:
    """The model that a row describes.

    With inner steps, an LSTM inside TimeDistributed comes before everything else. Not behind a
    mask: what becomes of one there has a clause of its own, MASK-541, and an engine that fails it
    would fail every such row.
    """
    count, widths = chosen(row, "layers"), WIDTHS[chosen(row, "widths")]
    layers: list[AnyLayer] = []
    if chosen(row, "masking"):
        layers.append(Masking(**_fields(Masking, row)))
    if chosen(row, "inner steps"):
        layers.append(TimeDistributed(LSTM(widths[-1])))
    for place in LAYERS[:count]:
        repeated = place == 1 and count > 1 and chosen(row, "repeated between")
        every = chosen(row, "every step") if place == count else not repeated
        layers.append(_layer(row, place, widths[place - 1], every))
        if repeated:
            layers.append(RepeatVector(**{"n": 2, **_fields(RepeatVector, row)}))
    if chosen(row, "Dense at the end"):
        dense = Dense(2, **_fields(Dense, row))
        layers.append(TimeDistributed(dense) if chosen(row, "time distributed") else dense)
    kind = chosen(row, "optimizer")
    asked = {**_fields(Optimizer, row), **_fields(kind, row)}
    optimizer = replace(OPTIMIZERS_TO_TRY.get(kind, kind()), **asked)
    whole = {"features": VALUES[ModelSpec, "features"][0], **_fields(ModelSpec, row)}
    if chosen(row, "inner steps"):
        whole["inner_steps"] = INNER_STEPS
    return ModelSpec(tuple(layers), optimizer=optimizer, **whole)


def _layer(row: Row, place: int, units: int, every_step: bool) -> AnyLayer:
    where, direction = f" of layer {place}", chosen(row, f"direction of layer {place}")
    one = LSTM(
        units,
        return_sequences=every_step,
        go_backwards=direction == "backward",
        **_fields(LSTM, row, where),
    )
    if direction != "both":
        return one
    back = None
    if chosen(row, f"own backward layer{where}"):
        loop = {name: getattr(one, name) for name in ("return_sequences", "stateful")}
        back = LSTM(one.width, activation="sigmoid", **loop)
    return Bidirectional(one, backward_layer=back, **_fields(Bidirectional, row, where))


def _fields(kind: type, row: Row, where: str = "") -> dict[str, Any]:
    """What the row says of the fields of one dataclass."""
    names = [one.name for one in described_fields(kind)]
    asked = {name: f"{kind.__name__}.{name}{where}" for name in names}
    return {name: row[choice] for name, choice in asked.items() if choice in row}


def can_do(spec: ModelSpec, subject: Implementation) -> bool:
    """Whether the subject has the capabilities for a model, and maps every part of it."""
    maps = maps_of(subject)
    return spec.needs <= frozenset(subject.capabilities) and not any(
        unmapped(part, maps) for part in parts_of(spec)
    )


def is_trainable(spec: ModelSpec) -> bool:
    """Whether a script trains the model: with derivatives, and with common activations alone."""
    cells = [getattr(one, "layer", one) for one in spec.layers]
    words = [getattr(one, name) for one in cells for name in ACTIVATIONS if hasattr(one, name)]
    return not (without_derivative(spec) or draws_masks(spec)) and set(words) <= set(COMMON)
