"""Loss, accuracy and optimisers, in plain numbers."""

from __future__ import annotations

import math
from typing import assert_never

from lstm_spec.model import SGD, Adam, Dense, Maps, ModelSpec
from reference.scalar.calculus import Number, dot, log, mean, number_of
from reference.scalar.row import Row, Vector

MAPS: Maps = {
    "loss": ("categorical_crossentropy", "mse"),
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
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


class ScalarSGD:
    """Every weight moves against its gradient."""

    def __init__(self, settings: SGD) -> None:
        self.settings = settings

    def update(self, weights: list[float], gradients: list[float]) -> list[float]:
        """The weights after one update."""
        rate = self.settings.learning_rate
        return [w - rate * g for w, g in zip(weights, gradients, strict=True)]

    def memory(self) -> dict[str, list[float]]:
        """Nothing is remembered."""
        return {}

    def restore(self, memory: dict[str, list[float]]) -> None:
        """Nothing to put back."""


class ScalarAdam:
    """Adam, one weight after the other, as ``lstm_spec.model.Adam`` states it."""

    def __init__(self, settings: Adam) -> None:
        self.settings = settings
        self.t = 0
        self.m: list[float] = []
        self.v: list[float] = []

    def update(self, weights: list[float], gradients: list[float]) -> list[float]:
        """The weights after one update."""
        rate, epsilon = self.settings.learning_rate, self.settings.epsilon
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        if self.t == 0:
            self.m, self.v = [0.0] * len(weights), [0.0] * len(weights)
        self.t += 1
        moved: list[float] = []
        for k, (w, g) in enumerate(zip(weights, gradients, strict=True)):
            self.m[k] = beta_1 * self.m[k] + (1 - beta_1) * g
            self.v[k] = beta_2 * self.v[k] + (1 - beta_2) * g * g
            step = rate * math.sqrt(1 - beta_2**self.t) / (1 - beta_1**self.t)
            moved.append(w - step * self.m[k] / (math.sqrt(self.v[k]) + epsilon))
        return moved

    def memory(self) -> dict[str, list[float]]:
        """The count of updates and both moments."""
        return {"t": [float(self.t)], "m": self.m, "v": self.v}

    def restore(self, memory: dict[str, list[float]]) -> None:
        """Put back what ``memory`` gave."""
        self.t, self.m, self.v = int(memory["t"][0]), memory["m"], memory["v"]


ScalarOptimizer = ScalarSGD | ScalarAdam


def optimizer(spec: ModelSpec) -> ScalarOptimizer:
    """The optimiser of a description."""
    settings = spec.optimizer
    match settings:
        case SGD():
            return ScalarSGD(settings)
        case Adam():
            return ScalarAdam(settings)
    assert_never(settings)
