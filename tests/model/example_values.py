"""For every field of every description: where it can be seen at work, and values to try.

Most values follow from the type of the field. What does not is written down; a field of a type
that nobody thought of has no value, and ``test_no_field_is_ignored`` says so.
"""

from dataclasses import MISSING, dataclass, replace

from lstm_spec.model import (
    L1L2,
    LAYERS,
    LOSSES_WITH_OPTIONS,
    LSTM,
    OPTIMIZERS,
    RULES,
    SCHEDULES,
    SGD,
    ActivationLayer,
    Adam,
    AdamW,
    Bidirectional,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Constant,
    Conv1D,
    CosineDecay,
    Dense,
    Dropout,
    Embedding,
    ExponentialDecay,
    Form,
    Huber,
    InitializerWithSettings,
    LossWithOptions,
    Masking,
    MaxNorm,
    MaxPooling1D,
    MinMaxNorm,
    ModelSpec,
    NonNeg,
    Optimizer,
    OrthogonalRegularizer,
    PiecewiseConstant,
    Regularizer,
    ReLU,
    Reshape,
    RMSprop,
    Rule,
    Schedule,
    SparseCategoricalCrossentropy,
    TimeDistributed,
    UnitNorm,
)
from lstm_spec.model.fields import described_fields

FEATURES, STEPS, ROWS = 3, 4, 2

BEFORE = LSTM(4)

USUAL = {
    Bidirectional: Bidirectional(LSTM(4)),
    TimeDistributed: TimeDistributed(Dense(4)),
    Embedding: Embedding(5, 4),
    Conv1D: Conv1D(4, 2),
    MaxPooling1D: MaxPooling1D(3),
    ActivationLayer: ActivationLayer("tanh"),
    Dropout: Dropout(0.5),
    Reshape: Reshape((4,)),
    SGD: SGD(0.1),
    Adam: Adam(0.1),  # so that two updates show what its other settings say
    AdamW: AdamW(0.1),
    RMSprop: RMSprop(0.1),
    (SGD, "nesterov"): SGD(0.1, momentum=0.5),
    (Adam, "amsgrad"): Adam(0.1, beta_2=0.0625),  # so that the second moment can fall
    (AdamW, "amsgrad"): AdamW(0.1, beta_2=0.0625),
    ExponentialDecay: ExponentialDecay(0.5, 2, 0.25),
    PiecewiseConstant: PiecewiseConstant((0,), (0.5, 0.25)),
    CosineDecay: CosineDecay(0.5, 2),
    **{
        (kind, name): kind(0.1, **beside)
        for kind in OPTIMIZERS
        for name, beside in {
            "use_ema": {"ema_overwrite_frequency": 2},
            "ema_momentum": {"use_ema": True, "ema_overwrite_frequency": 2},
            "ema_overwrite_frequency": {"use_ema": True},
        }.items()
    },
    L1L2: L1L2(0.125, 0.125),
    MaxNorm: MaxNorm(0.5),
    MinMaxNorm: MinMaxNorm(0.5, 0.75),
    (LSTM, "projection_clip"): LSTM(4, projection=2),
    (LSTM, "zero_output_for_mask"): LSTM(4, return_sequences=True),
    (LSTM, "mask_in_reading_order"): LSTM(4, return_sequences=True, go_backwards=True),
}
"""Layers and optimisers that cannot be made of defaults and fours, or show too little then."""


def usual(kind, field):
    """An ordinary layer or optimiser of its kind, in which this field can be seen."""
    given = [one for one in described_fields(kind) if one.default is MISSING]
    known = USUAL.get((kind, field)) or USUAL.get(kind)
    return known or kind(**{one.name: 4 for one in given})


def place(part, field):
    """A model in which a layer or an optimiser shows what this field says."""
    if isinstance(part, LossWithOptions):
        ends = "sigmoid" if isinstance(part, BinaryCrossentropy) else "softmax"
        if getattr(part, "from_logits", False):
            ends = "linear"
        return ModelSpec((BEFORE, Dense(3, ends)), FEATURES, loss=part)
    if isinstance(part, Schedule):
        return ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=SGD(part))
    if isinstance(part, Optimizer):
        return ModelSpec((BEFORE, Dense(2)), FEATURES, optimizer=part)
    if isinstance(part, InitializerWithSettings):
        return ModelSpec((LSTM(4, kernel_initializer=part),), FEATURES)
    if isinstance(part, Regularizer):
        return ModelSpec((LSTM(4, kernel_regularizer=part),), FEATURES)
    if isinstance(part, Rule):
        return ModelSpec((LSTM(4, kernel_constraint=part),), FEATURES)
    if field == "zero_output_for_mask":
        return ModelSpec((Masking(0.5), part), FEATURES)
    if field == "mask_in_reading_order":
        return ModelSpec((Masking(0.5), part, LSTM(3)), FEATURES)
    if isinstance(part, LSTM):
        return ModelSpec((part,), FEATURES, batch_size=ROWS)
    features = 1 if isinstance(part, Embedding) else FEATURES
    try:
        part.output(Form.vector(4))
    except ValueError:  # it reads a sequence
        return ModelSpec((part, *readers(part, features)), features)
    wide = () if isinstance(part, Dense) else (Dense(4),)  # what an LSTM gives is within 1
    return ModelSpec((BEFORE, *wide, part), features)


def readers(part, features):
    """An LSTM that reads what comes out, where that is a sequence: it would notice a mask."""
    return (LSTM(3),) if part.output(Form.sequence(features, STEPS)).is_sequence else ()


OTHERS = {
    (Bidirectional, "backward_layer"): [LSTM(3), LSTM(4, "linear")],
    (TimeDistributed, "layer"): [Dense(3), Dense(4, "tanh")],
    (Bidirectional, "layer"): [LSTM(3), LSTM(4, use_bias=False), LSTM(4, activation="linear")],
    (Bidirectional, "merge_mode"): ["sum", "mul", "ave"],  # apart computes what concat does
    (LSTM, "projection"): [2],
    (LSTM, "gate_clip"): [0.25],
    (LSTM, "cell_clip"): [0.125],
    (LSTM, "projection_clip"): [0.0625],
    (LSTM, "seed"): [5],
    **{
        (LSTM, f"{of}_initializer"): ["halves", "ones"]  # numbers that are known
        for of in ("kernel", "recurrent", "bias")
    },
    **{
        (LSTM, f"{of}_regularizer"): [L1L2(0.5), L1L2(l2=0.5)]
        for of in ("kernel", "recurrent", "bias", "activity")
    },
    **{
        (LSTM, f"{of}_constraint"): [MaxNorm(0.25), NonNeg(), UnitNorm(), MinMaxNorm(0.1, 0.2)]
        for of in ("kernel", "recurrent", "bias")
    },
    (OrthogonalRegularizer, "factor"): [0.5],
    (MaxNorm, "axis"): [1],
    (UnitNorm, "axis"): [1],
    (MinMaxNorm, "axis"): [1],
    (MinMaxNorm, "min_value"): [0.75],
    (MinMaxNorm, "max_value"): [0.5],
    (MinMaxNorm, "rate"): [0.5],
    (MaxNorm, "max_value"): [0.25],
    (Masking, "mask_value"): [0.5],
    (Conv1D, "kernel_size"): [3],
    (Conv1D, "strides"): [2],
    (Conv1D, "dilation_rate"): [2],
    (Conv1D, "steps_before"): [1],
    (Conv1D, "steps_after"): [1],
    (MaxPooling1D, "pool_size"): [2],
    (MaxPooling1D, "strides"): [1],
    (MaxPooling1D, "steps_before"): [1],
    (MaxPooling1D, "steps_after"): [1],
    (ReLU, "max_value"): [0.125],
    (ReLU, "threshold"): [2.0],
    (Dropout, "rate"): [0.25],
    (Reshape, "shape"): [(2, 2)],
    (Embedding, "input_dim"): [6],
    (Adam, "epsilon"): [0.01],
    (Adam, "beta_1"): [0.5],
    (Adam, "beta_2"): [0.6],
    **{
        (kind, name): [value]
        for kind in OPTIMIZERS
        for name, value in {
            "clipnorm": 0.01,
            "clipvalue": 0.01,
            "global_clipnorm": 0.02,
            "weight_decay": 0.5,
            "ema_momentum": 0.5,
            "ema_overwrite_frequency": 2,
            "gradient_accumulation_steps": 2,
            "loss_scale_factor": 4.0,
        }.items()
    },
    (AdamW, "epsilon"): [0.01],
    (AdamW, "beta_1"): [0.5],
    (AdamW, "beta_2"): [0.6],
    (SGD, "momentum"): [0.5],
    **{(kind, "learning_rate"): [0.2, ExponentialDecay(0.2, 2, 0.25)] for kind in OPTIMIZERS},
    (ExponentialDecay, "initial_learning_rate"): [0.25],
    (ExponentialDecay, "decay_steps"): [1],
    (ExponentialDecay, "decay_rate"): [0.5],
    (PiecewiseConstant, "boundaries"): [(1,)],
    (PiecewiseConstant, "values"): [(0.25, 0.5)],
    (CosineDecay, "initial_learning_rate"): [0.25],
    (CosineDecay, "decay_steps"): [1],
    (CosineDecay, "alpha"): [0.5],
    (RMSprop, "rho"): [0.5],
    (RMSprop, "momentum"): [0.5],
    (RMSprop, "epsilon"): [0.01],
    (Huber, "delta"): [0.25],
    (SparseCategoricalCrossentropy, "ignore_class"): [2],
    (CategoricalCrossentropy, "label_smoothing"): [0.25],
    (BinaryCrossentropy, "label_smoothing"): [0.25],
    (ModelSpec, "layers"): [(LSTM(3),), (LSTM(4, go_backwards=True),)],
    (ModelSpec, "batch_size"): [ROWS + 1],
    (ModelSpec, "time_steps"): [STEPS + 1],
    (ModelSpec, "precision"): [
        "float16",
        "mixed_float16",
        "mixed_bfloat16",
    ],  # CELL-512 has the rest
    (ModelSpec, "reduction"): ["sum"],  # TRAIN-532 has the mean that weights are needed for
    (ModelSpec, "inner_steps"): [3],
    (ModelSpec, "optimizer"): [Adam(), SGD(0.5), AdamW(), RMSprop()],
}
"""Values that do not follow from the type of a field."""

WHOLE_MODELS = {
    "batch_size": ModelSpec((LSTM(4, stateful=True),), FEATURES, batch_size=ROWS),
    "loss": ModelSpec((BEFORE, Dense(3, "softmax")), FEATURES),
    "optimizer": ModelSpec((BEFORE, Dense(2)), FEATURES),
    "inner_steps": ModelSpec((TimeDistributed(LSTM(3)), LSTM(4)), FEATURES, inner_steps=2),
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
        learning = ("optimizer", "loss", "reduction", "forget_bias", "trainable")
        trained = (*OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, Constant)
        if self.kind in trained or self.field in learning:
            return True
        return self.field.endswith(("regularizer", "constraint", "initializer"))

    @property
    def where(self):
        return f"{self.kind.__name__}.{self.field}"

    def __str__(self):
        return f"{self.where}={self.value!r}"


def other_values(kind, field):
    """Values of a field that are neither its default nor that of the usual model."""
    unlike = kind is not ModelSpec and getattr(usual(kind, field.name), field.name)
    return [one for one in values(kind, field) if one != unlike or one is False]


def values(kind, field):
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
    # Of the initializers, the one whose numbers are known: CELL-500 to 502 judge what others draw.
    kinds = (*LAYERS, *OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, Constant)
    for kind in kinds:
        for field in described_fields(kind):
            part, name = usual(kind, field.name), field.name
            for value in other_values(kind, field):
                other = replace(part, **{name: value})
                found.append(Change(kind, name, value, place(part, name), place(other, name)))
    for field in described_fields(ModelSpec):
        whole = WHOLE_MODELS.get(field.name, ModelSpec((LSTM(4),), FEATURES))
        for value in other_values(ModelSpec, field):
            changed = replace(whole, **{field.name: value})
            found.append(Change(ModelSpec, field.name, value, whole, changed))
    return found
