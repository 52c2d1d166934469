"""Loss and accuracy, in plain numbers."""

from __future__ import annotations

from typing import assert_never

from lstm_spec.model import Dense, Maps, ModelSpec
from reference.scalar.calculus import Number, dot, log, mean, number_of
from reference.scalar.row import Row, Vector

MAPS: Maps = {
    "loss": ("categorical_crossentropy", "mse"),
}
"""What is computed here."""


def ends_in_softmax(spec: ModelSpec) -> bool:
    """Whether the loss reads logarithms from the last layer instead of taking them itself."""
    last = spec.layers[-1]
    softmax = isinstance(last, Dense) and last.activation == "softmax"
    return softmax and spec.loss == "categorical_crossentropy"


def position_loss(spec: ModelSpec, outputs: Vector, target: list[float]) -> Number:
    """The loss of one row, or of one step of a row."""
    match spec.loss:
        case "mse":
            errors = [one - wanted for one, wanted in zip(outputs, target, strict=True)]
            return mean([error * error for error in errors])
        case "categorical_crossentropy":
            log_p = outputs if ends_in_softmax(spec) else [log(one) for one in outputs]
            return dot(log_p, [-wanted for wanted in target])
    assert_never(spec.loss)


def measure(
    spec: ModelSpec, rows: list[Row], targets: list[list[list[float]]]
) -> tuple[Number, float]:
    """Loss and accuracy of a batch: the means over the positions that count, 0 if none does."""
    losses: list[Number] = []
    hits: list[float] = []
    for row, target in zip(rows, targets, strict=True):
        for t, outputs in enumerate(row.steps):
            if row.valid is None or row.valid[t]:
                losses.append(position_loss(spec, outputs, target[t]))
                hits.append(1.0 if largest(outputs) == largest(target[t]) else 0.0)
    return (mean(losses), sum(hits) / len(hits)) if losses else (0.0, 0.0)


def largest(vector: Vector | list[float]) -> int:
    """The position of the largest entry, the first of equals."""
    numbers = [number_of(one) for one in vector]
    return numbers.index(max(numbers))
