"""Targets that are not one-hot, outputs that are certain, and figures of unequal batches."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import LSTM, SGD, AnyLayer, Dense, Masking, ModelSpec
from lstm_spec.vectors.case import FEATURES, UNITS, Draft, Draw, Operation, operation, vector
from lstm_spec.vectors.mask_cases import picture

CLASSES = 4
CLASSIFIER = ModelSpec(
    (LSTM(UNITS), Dense(CLASSES, "softmax")),
    FEATURES,
    loss="categorical_crossentropy",
    optimizer=SGD(0.25),
)

SHARES = ((6, 4, 4, 2), (4, 6, 4, 2), (4, 2, 7, 3), (4, 3, 2, 7), (7, 7, 2, 0), (1, 13, 0, 2))
"""Of each class, in sixteenths: mostly the largest is below a half."""


@vector(
    "losses/soft-targets",
    "Each target is a distribution over the classes, with small and equal shares.",
    clauses="TRAIN-137 GRAD-137",
    notices=("targets turned into labels", "a divergence in place of the cross-entropy"),
)
def soft_targets(draw: Draw) -> Draft:
    """Measured, differentiated and trained on."""
    x = draw.x(len(SHARES))
    y = np.array(SHARES) / 16
    operations = [
        operation(op, x=x, y=y) for op in ("test_on_batch", "gradients", "train_on_batch")
    ]
    return Draft(CLASSIFIER, draw.weights(CLASSIFIER), operations)


@vector(
    "losses/certain-outputs",
    "A logit of 2000 for the right class: the loss is zero, and so are its gradients.",
    clauses="TRAIN-138",
    notices=("an exponential that overflows", "another logit subtracted than the largest"),
)
def certain_outputs(draw: Draw) -> Draft:
    """The bias of the Dense layer makes one class certain; every target is that class."""
    weights = draw.weights(CLASSIFIER)
    weights[-1][:] = (-1000.0, 0.0, 2000.0, 500.0)
    x = draw.x()
    y = np.tile(np.eye(CLASSES)[2], (len(x), 1))
    return Draft(
        CLASSIFIER, weights, [operation(op, x=x, y=y) for op in ("test_on_batch", "gradients")]
    )


def figures(draw: Draw, spec: ModelSpec, rows: int, masks: bool = False) -> list[Operation]:
    """Evaluate and fit with validation, in batches of three and a smaller last one."""

    def batch() -> dict[str, object]:
        x = draw.x(rows, 4)
        if masks:
            x[:, 1:][picture("xx.", "...", "x..", ".xx", "xxx", ".x.", "..x")[:rows]] = 0.0
        return {"x": x, "y": draw.y(spec, x)}

    validated = {f"validation_{name}": one for name, one in batch().items()}
    fitting = operation("fit", **batch(), **validated, batch_size=3, epochs=2, shuffle=False)
    return [operation("evaluate", **batch(), batch_size=3), fitting]


@vector(
    "losses/figures-of-unequal-batches",
    "Loss and accuracy of evaluate, fit and its validation over batches of three, three and one.",
    clauses="TRAIN-151 TRAIN-43",
    notices=("a mean over batches", "the figures of the last batch", "full batches only"),
)
def figures_of_unequal_batches(draw: Draw) -> Draft:
    """Four classes of seven rows."""
    return Draft(CLASSIFIER, draw.weights(CLASSIFIER), figures(draw, CLASSIFIER, 7))


MASKED: tuple[AnyLayer, ...] = (Masking(), LSTM(UNITS, return_sequences=True))


@vector(
    "losses/figures-of-masked-steps",
    "Loss and accuracy of evaluate and fit where rows and batches have unequal numbers of steps.",
    clauses="TRAIN-152 TRAIN-153",
    notices=("figures that are means over all valid steps instead of over batches",),
)
def figures_of_masked_steps(draw: Draw) -> Draft:
    """Four classes at each of four steps."""
    layers = (*MASKED, Dense(CLASSES, "softmax"))
    spec = ModelSpec(layers, FEATURES, loss="categorical_crossentropy", optimizer=SGD(0.25))
    return Draft(spec, draw.weights(spec), figures(draw, spec, 7, masks=True))


@vector(
    "losses/masked-crossentropy-of-sigmoids",
    "Cross-entropy of outputs that do not sum to one, some of whose steps are masked.",
    clauses="TRAIN-97",
    notices=("masked steps that count", "outputs that are not divided by their sum"),
)
def crossentropy_of_sigmoids(draw: Draw) -> Draft:
    """They are divided by their sum, and then compared."""
    layers = (*MASKED, Dense(CLASSES, "sigmoid"))
    spec = ModelSpec(layers, FEATURES, loss="categorical_crossentropy", optimizer=SGD(0.25))
    x = draw.x(3, 4)
    x[:, 1:][picture("xx.", "...", "x..")] = 0.0
    y = draw.y(spec, x)
    operations = [
        operation(op, x=x, y=y) for op in ("test_on_batch", "gradients", "train_on_batch")
    ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "losses/no-valid-step",
    "A batch without a valid step: its loss is zero, and an update does not change any weight.",
    clauses="MASK-125",
    notices=("zero divided by zero",),
)
def no_valid_step(draw: Draw) -> Draft:
    """Then a batch with valid steps."""
    spec = ModelSpec(MASKED, FEATURES, optimizer=SGD(0.25))
    x = draw.x()
    y = draw.y(spec, x)
    nothing = 0 * x
    operations = [
        operation("test_on_batch", x=nothing, y=y),
        operation("train_on_batch", x=nothing, y=y),
        operation("train_on_batch", x=x, y=y),
    ]
    return Draft(spec, draw.weights(spec), operations)
