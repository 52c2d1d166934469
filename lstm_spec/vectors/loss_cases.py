"""Losses and accuracy: what is averaged over what."""

from __future__ import annotations

from lstm_spec.model import LSTM, Dense, Masking, ModelSpec
from lstm_spec.vectors.case import FEATURES, UNITS, Draft, Draw, operation, vector
from lstm_spec.vectors.mask_cases import with_value

CLASSES = 6


def measured(draw: Draw, spec: ModelSpec, rows: int = 3) -> Draft:
    """One batch, then seven rows in batches of three."""
    x = draw.x(rows)
    many = draw.x(7)
    operations = [
        operation("test_on_batch", x=x, y=draw.y(spec, x)),
        operation("evaluate", x=many, y=draw.y(spec, many), batch_size=3),
    ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "losses/mse",
    "The squared error of sequences is averaged over batch, time and features.",
    clauses="TRAIN-30 TRAIN-43",
    notices=("a sum in place of a mean", "half of the squared error", "rows with unequal weights"),
)
def mse(draw: Draw) -> Draft:
    """Also over batches of three, three and one row."""
    return measured(draw, ModelSpec((LSTM(UNITS, return_sequences=True), Dense(2)), FEATURES))


@vector(
    "losses/crossentropy",
    "Cross-entropy and accuracy of one class per row.",
    clauses="TRAIN-31 TRAIN-33",
    notices=("logarithms of another base", "a mean over the classes, too"),
)
def crossentropy(draw: Draw) -> Draft:
    """Six classes."""
    layers = (LSTM(UNITS), Dense(CLASSES, "softmax"))
    return measured(draw, ModelSpec(layers, FEATURES, loss="categorical_crossentropy"))


@vector(
    "losses/crossentropy-per-step",
    "Cross-entropy and accuracy of one class per step: means over all steps of all rows.",
    clauses="TRAIN-31 TRAIN-34",
    notices=("a sum over time", "accuracy of whole rows"),
)
def crossentropy_per_step(draw: Draw) -> Draft:
    """Six classes at five steps."""
    layers = (LSTM(UNITS, return_sequences=True), Dense(CLASSES, "softmax"))
    return measured(draw, ModelSpec(layers, FEATURES, loss="categorical_crossentropy"))


def masked(draw: Draw, spec: ModelSpec) -> Draft:
    """A batch with a hole, a head and a row without a valid step."""
    x = with_value(draw, 0.0)
    return Draft(spec, draw.weights(spec), [operation("test_on_batch", x=x, y=draw.y(spec, x))])


@vector(
    "losses/masked-mse",
    "With a mask, the squared error is the mean over the valid steps only.",
    clauses="MASK-37",
    notices=("a mean over all steps", "a mean of the rows' means"),
)
def masked_mse(draw: Draw) -> Draft:
    """The rows have three, three and no valid steps."""
    layers = (Masking(), LSTM(UNITS, return_sequences=True), Dense(2))
    return masked(draw, ModelSpec(layers, FEATURES))


@vector(
    "losses/masked-crossentropy",
    "With a mask, cross-entropy and accuracy count the valid steps only.",
    clauses="MASK-38 TRAIN-35",
    notices=("an accuracy that counts masked steps",),
)
def masked_crossentropy(draw: Draw) -> Draft:
    """Six classes."""
    layers = (Masking(), LSTM(UNITS, return_sequences=True), Dense(CLASSES, "softmax"))
    return masked(draw, ModelSpec(layers, FEATURES, loss="categorical_crossentropy"))
