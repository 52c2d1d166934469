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
    ActivationLayer,
    Adam,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Form,
    Masking,
    MaxPooling1D,
    ModelSpec,
    Optimizer,
    ReLU,
    Reshape,
)
from lstm_spec.model.fields import described_fields

FEATURES, STEPS, ROWS = 3, 4, 2

BEFORE = LSTM(4)

USUAL = {
    Bidirectional: Bidirectional(LSTM(4)),
    Adam: Adam(0.1),  # so that two updates show what its other settings say
    Conv1D: Conv1D(3, 2),
    MaxPooling1D: MaxPooling1D(3, 2),
    ActivationLayer: ActivationLayer("sigmoid"),
    Dropout: Dropout(0.5),
    Reshape: Reshape((6, 2)),
}
"""Layers and optimisers that cannot be made of defaults and fours, or show too little then."""


def usual(kind):
    """An ordinary layer or optimiser of its kind."""
    given = [one for one in described_fields(kind) if one.default is MISSING]
    return USUAL.get(kind) or kind(**{one.name: 4 for one in given})


def place(part, field=""):
    """A model in which a layer or an optimiser shows what its fields, or one of them, say."""
    if isinstance(part, Optimizer):
        return ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=part)
    if field == "zero_output_for_mask":
        return ModelSpec((Masking(), replace(part, return_sequences=True), Dense(2)), FEATURES)
    if field == "mask_in_reading_order":
        # A repeated output would be the same at whichever of two steps the mask leaves out.
        backwards = replace(
            part, return_sequences=True, go_backwards=True, zero_output_for_mask=True
        )
        return ModelSpec((Masking(), backwards, LSTM(3)), FEATURES)
    if isinstance(part, Embedding):
        return ModelSpec((part, LSTM(3)), 1)
    if isinstance(part, Reshape):
        return ModelSpec((part, *readers(part)), FEATURES, time_steps=STEPS)
    if isinstance(part, LSTM):
        return ModelSpec((part,), FEATURES, batch_size=ROWS)
    try:
        part.output(Form.vector(4))
    except ValueError:  # it reads a sequence
        return ModelSpec((part, *readers(part)), FEATURES)
    return ModelSpec((BEFORE, part), FEATURES)


def readers(part):
    """An LSTM that reads what comes out, where that is a sequence: it would notice a mask."""
    return (LSTM(3),) if part.output(Form.sequence(FEATURES, STEPS)).is_sequence else ()


OTHERS = {
    (Bidirectional, "layer"): [LSTM(3), LSTM(4, use_bias=False), LSTM(4, activation="linear")],
    (Masking, "mask_value"): [0.5],
    (Conv1D, "kernel_size"): [3],
    (Conv1D, "steps_before"): [2],
    (Conv1D, "steps_after"): [2],
    (Conv1D, "dilation_rate"): [2],
    (MaxPooling1D, "pool_size"): [2],
    (MaxPooling1D, "strides"): [1],
    (MaxPooling1D, "steps_before"): [1],
    (MaxPooling1D, "steps_after"): [1],
    (ReLU, "max_value"): [0.001],
    (Reshape, "shape"): [(3, 4), (12,)],
    (Embedding, "input_dim"): [5],
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


EXPLODES = "exponential"
"""In an LSTM it leaves what any float can hold within four steps; tests/reference has it in two."""


def other_values(kind, field):
    """Values of a field that are neither its default nor that of the usual model."""
    if (kind, field.name) in OTHERS:
        return OTHERS[kind, field.name]
    if field.words:
        usual_word = getattr(usual(kind), field.name) if kind is not ModelSpec else None
        left_out = {field.default, usual_word, *({EXPLODES} if kind is LSTM else ())}
        return [one for one in field.words if one not in left_out]
    if field.type is bool:
        return [not field.default]
    if field.type is int:
        return [5]
    if field.type is float:
        return [(0.0 if field.default is MISSING else field.default) * 3 + 0.1]
    return []


def made(kind, field, value, part, other):
    return Change(kind, field, value, place(part, field), place(other, field))


def changes():
    """Every field of every description at every value to try."""
    found = []
    for kind in (*LAYERS, *OPTIMIZERS):
        part = usual(kind)
        for field in described_fields(kind):
            for value in other_values(kind, field):
                other = replace(part, **{field.name: value})
                found.append(made(kind, field.name, value, part, other))
    for field in described_fields(ModelSpec):
        whole = WHOLE_MODELS.get(field.name, ModelSpec((LSTM(4),), FEATURES))
        for value in other_values(ModelSpec, field):
            changed = replace(whole, **{field.name: value})
            found.append(Change(ModelSpec, field.name, value, whole, changed))
    return found
