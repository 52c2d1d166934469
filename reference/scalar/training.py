"""Optimisers, in plain numbers."""

from __future__ import annotations

import math
from typing import assert_never

from lstm_spec.model import SGD, Adam, Maps, ModelSpec

MAPS: Maps = {
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""What is computed here."""


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
