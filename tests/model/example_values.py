"""For every field of every description: where it can be seen at work, and values to try.

Most values follow from the type of the field. What does not is written down; a field of a type
that nobody thought of has no value, and ``test_no_field_is_ignored`` says so.
"""

from dataclasses import MISSING, dataclass, replace

from lstm_spec.model import (
    LAYERS,
    LSTM,
    OPTIMIZERS,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Form,
    Masking,
    ModelSpec,
    Optimizer,
)
from lstm_spec.model.fields import described_fields

FEATURES, STEPS, ROWS = 3, 4, 2

BEFORE = LSTM(4)

USUAL = {
    Bidirectional: Bidirectional(LSTM(4)),
    Adam: Adam(0.1),  # so that two updates show what its other settings say
}
"""Layers and optimisers that cannot be made of defaults and fours, or show too little then."""


def usual(kind):
    """An ordinary layer or optimiser of its kind."""
    given = [one for one in described_fields(kind) if one.default is MISSING]
    return USUAL.get(kind) or kind(**{one.name: 4 for one in given})


def place(part):
    """A model in which a layer or an optimiser shows what its fields say."""
    if isinstance(part, Optimizer):
        return ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=part)
    if isinstance(part, LSTM):
        return ModelSpec((part,), FEATURES, batch_size=ROWS)
    try:
        part.output(Form.vector(4))
    except ValueError:  # it reads a sequence
        return ModelSpec((part, *readers(part)), FEATURES)
    return ModelSpec((BEFORE, part), FEATURES)


def readers(part):
    """An LSTM that reads what comes out, where that is a sequence: it would notice a mask."""
    return (LSTM(3),) if part.output(Form.sequence(FEATURES)).is_sequence else ()


OTHERS = {
    (Bidirectional, "layer"): [LSTM(3), LSTM(4, use_bias=False), LSTM(4, activation="linear")],
    (Masking, "mask_value"): [0.5],
    (Adam, "epsilon"): [0.01],
    (Adam, "beta_1"): [0.5],
    (Adam, "beta_2"): [0.6],
    (ModelSpec, "layers"): [(LSTM(3),), (LSTM(4, go_backwards=True),)],
    (ModelSpec, "batch_size"): [ROWS + 1],
    (ModelSpec, "time_steps"): [STEPS + 1],
    (ModelSpec, "optimizer"): [Adam(), SGD(0.5)],
}
"""Values that do not follow from the type of a field."""

WHOLE_MODELS = {
    "batch_size": ModelSpec((LSTM(4, stateful=True),), FEATURES, batch_size=ROWS),
    "loss": ModelSpec((BEFORE, Dense(3, "softmax")), FEATURES),
    "optimizer": ModelSpec((BEFORE, Dense(2)), FEATURES),
}
"""Models that show a field of ``ModelSpec``; for the others, one LSTM."""


@dataclass(frozen=True)
class Change:
    """One field at one other value, as two models that differ in nothing else."""

    kind: type
    field: str
    value: object
    usual: ModelSpec
    changed: ModelSpec

    @property
    def learns(self):
        """Whether only training shows it."""
        return self.kind in OPTIMIZERS or self.field in ("optimizer", "loss", "forget_bias")

    @property
    def where(self):
        return f"{self.kind.__name__}.{self.field}"

    def __str__(self):
        return f"{self.where}={self.value!r}"


def other_values(kind, field):
    """Values of a field that are neither its default nor that of the usual model."""
    if (kind, field.name) in OTHERS:
        return OTHERS[kind, field.name]
    if field.words:
        return [one for one in field.words if one != field.default]
    if field.type is bool:
        return [not field.default]
    if field.type is int:
        return [5]
    if field.type is float:
        return [field.default * 3 + 0.1]
    return []


def changes():
    """Every field of every description at every value to try."""
    found = []
    for kind in (*LAYERS, *OPTIMIZERS):
        part = usual(kind)
        for field in described_fields(kind):
            for value in other_values(kind, field):
                other = replace(part, **{field.name: value})
                found.append(Change(kind, field.name, value, place(part), place(other)))
    for field in described_fields(ModelSpec):
        whole = WHOLE_MODELS.get(field.name, ModelSpec((LSTM(4),), FEATURES))
        for value in other_values(ModelSpec, field):
            changed = replace(whole, **{field.name: value})
            found.append(Change(ModelSpec, field.name, value, whole, changed))
    return found
