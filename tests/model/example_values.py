"""For every field of every description: where it can be seen at work, and values to try.

Most values follow from the type of the field. What does not is written down; a field of a type
that nobody thought of has no value, and ``test_no_field_is_ignored`` says so.
"""

from dataclasses import dataclass, replace

from lstm_spec.model import (
    LAYERS,
    LSTM,
    OPTIMIZERS,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from lstm_spec.model.fields import described_fields

FEATURES, STEPS, ROWS = 3, 4, 2

BEFORE = LSTM(4)
PLACES = {
    LSTM: lambda layer: ModelSpec((layer,), FEATURES, batch_size=ROWS),
    Bidirectional: lambda layer: ModelSpec((layer,), FEATURES),
    Masking: lambda layer: ModelSpec((layer, LSTM(4)), FEATURES),
    RepeatVector: lambda layer: ModelSpec((BEFORE, layer, LSTM(3)), FEATURES),
    Dense: lambda layer: ModelSpec((BEFORE, layer), FEATURES),
    SGD: lambda optimizer: ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=optimizer),
    Adam: lambda optimizer: ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=optimizer),
}
"""A model in which a layer or an optimiser shows what its fields say."""

USUAL = {
    LSTM: LSTM(4),
    Bidirectional: Bidirectional(LSTM(4)),
    Masking: Masking(),
    RepeatVector: RepeatVector(2),
    Dense: Dense(3),
    SGD: SGD(),
    Adam: Adam(0.1),  # so that two updates show what its other settings say
}

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
        for field in described_fields(kind):
            for value in other_values(kind, field):
                part = replace(USUAL[kind], **{field.name: value})
                place = PLACES[kind]
                found.append(Change(kind, field.name, value, place(USUAL[kind]), place(part)))
    for field in described_fields(ModelSpec):
        usual = WHOLE_MODELS.get(field.name, ModelSpec((LSTM(4),), FEATURES))
        for value in other_values(ModelSpec, field):
            changed = replace(usual, **{field.name: value})
            found.append(Change(ModelSpec, field.name, value, usual, changed))
    return found
