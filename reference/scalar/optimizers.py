"""Optimisers in plain numbers, one weight after the other."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import Any, assert_never

from lstm_spec.model import SGD, Adam, Maps, ModelSpec, RMSprop

SHARED = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")

MAPS: Maps = {
    "SGD": ("learning_rate", "momentum", "nesterov", *SHARED),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", *SHARED),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", *SHARED),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered", *SHARED),
}
"""What is computed here."""


class ScalarOptimizer:
    """What all have in common: limits, decay, a count of updates, numbers kept for each weight.

    ``sizes`` are the numbers of weights in the arrays, in their order.
    """

    kept: tuple[str, ...] = ()
    """What is remembered of every weight, zero at first."""

    def __init__(self, settings: Any, sizes: list[int]) -> None:
        self.settings, self.sizes = settings, sizes
        self.t = 0
        self.of_weight = [dict.fromkeys(self.kept, 0.0) for _ in range(sum(sizes))]

    def update(self, weights: list[float], gradients: list[float]) -> list[float]:
        """The weights after one update."""
        self.t += 1
        share = self.settings.learning_rate * self.settings.weight_decay
        return [
            w - share * w - self.step(g, mine)
            for w, g, mine in zip(weights, self.limited(gradients), self.of_weight, strict=True)
        ]

    def step(self, g: float, mine: dict[str, float]) -> float:
        """What is taken from one weight, whose gradient is g; ``mine`` is what is kept of it."""
        raise NotImplementedError

    def limited(self, gradients: list[float]) -> list[float]:
        """The gradients within the limit that is set."""
        settings = self.settings
        if settings.clipvalue > 0:
            return [max(min(g, settings.clipvalue), -settings.clipvalue) for g in gradients]
        if settings.global_clipnorm > 0:
            return shortened(gradients, settings.global_clipnorm)
        if settings.clipnorm > 0:
            ends = [0, *accumulate(self.sizes)]
            arrays = [gradients[start:end] for start, end in pairwise(ends)]
            return [g for one in arrays for g in shortened(one, settings.clipnorm)]
        return gradients

    def memory(self) -> dict[str, list[float]]:
        """The count of updates, and what is kept of the weights."""
        kept = {name: [mine[name] for mine in self.of_weight] for name in self.kept}
        return {"t": [float(self.t)], **kept}

    def restore(self, memory: dict[str, list[float]]) -> None:
        """Put back what ``memory`` gave."""
        self.t = int(memory["t"][0])
        for place, mine in enumerate(self.of_weight):
            mine.update({name: memory[name][place] for name in self.kept})


def shortened(vector: list[float], limit: float) -> list[float]:
    """The vector, or one of the same direction that is as long as the limit."""
    length = math.sqrt(math.fsum(one * one for one in vector))
    return [one / length * limit for one in vector] if length > limit else vector


class ScalarSGD(ScalarOptimizer):
    """Every weight moves against its gradient, or with its velocity."""

    kept = ("velocity",)

    def step(self, g: float, mine: dict[str, float]) -> float:
        """The learning rate times the gradient, or the velocity the other way."""
        momentum, downhill = self.settings.momentum, self.settings.learning_rate * g
        mine["velocity"] = momentum * mine["velocity"] - downhill
        if self.settings.nesterov:
            return float(downhill - momentum * mine["velocity"])
        return -mine["velocity"]


class ScalarAdam(ScalarOptimizer):
    """Adam as ``lstm_spec.model.Adam`` states it."""

    kept = ("m", "v")

    def step(self, g: float, mine: dict[str, float]) -> float:
        """The corrected learning rate times m over the root of v."""
        rate, epsilon = self.settings.learning_rate, self.settings.epsilon
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        mine["m"] = beta_1 * mine["m"] + (1 - beta_1) * g
        mine["v"] = beta_2 * mine["v"] + (1 - beta_2) * g * g
        size = rate * math.sqrt(1 - beta_2**self.t) / (1 - beta_1**self.t)
        return float(size * mine["m"] / (math.sqrt(mine["v"]) + epsilon))


class ScalarRMSprop(ScalarOptimizer):
    """RMSprop as ``lstm_spec.model.RMSprop`` states it."""

    kept = ("v", "mean", "moved")

    def step(self, g: float, mine: dict[str, float]) -> float:
        """The gradient over the root of its mean square, and what momentum adds."""
        rho, epsilon = self.settings.rho, self.settings.epsilon
        mine["v"] = rho * mine["v"] + (1 - rho) * g * g
        mine["mean"] = rho * mine["mean"] + (1 - rho) * g
        spread = mine["v"] - mine["mean"] ** 2 if self.settings.centered else mine["v"]
        now = self.settings.learning_rate * g / math.sqrt(spread + epsilon)
        mine["moved"] = self.settings.momentum * mine["moved"] + now
        return mine["moved"]


def optimizer(spec: ModelSpec) -> ScalarOptimizer:
    """The optimiser of a description."""
    settings, sizes = spec.optimizer, [math.prod(shape) for shape in spec.weight_shapes]
    match settings:
        case SGD():
            return ScalarSGD(settings, sizes)
        case Adam():  # and AdamW
            return ScalarAdam(settings, sizes)
        case RMSprop():
            return ScalarRMSprop(settings, sizes)
    assert_never(settings)
