"""Optimisers in plain numbers, one weight after the other."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import Any, assert_never

from lstm_spec.model import SGD, Adam, Maps, ModelSpec, RMSprop
from reference.scalar.schedules import scheduled

SHARED = (
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "weight_decay",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "gradient_accumulation_steps",
    "loss_scale_factor",
)

MAPS: Maps = {
    "SGD": ("learning_rate", "momentum", "nesterov", *SHARED),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
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
        self.t = self.batches = 0
        self.rate = 0.0
        self.waiting: list[list[float]] = []
        self.average: list[float] = []
        self.of_weight = [dict.fromkeys(self.kept, 0.0) for _ in range(sum(sizes))]

    def update(self, weights: list[float], gradients: list[float]) -> list[float]:
        """The weights after one batch."""
        self.rate = scheduled(self.settings.learning_rate, self.batches)
        self.batches += 1
        self.waiting.append(gradients)
        if len(self.waiting) < self.settings.gradient_accumulation_steps:
            return weights
        means = [math.fsum(slopes) / len(slopes) for slopes in zip(*self.waiting, strict=True)]
        self.waiting = []
        self.t += 1
        share = self.rate * self.settings.weight_decay
        moved = [
            w - share * w - self.step(g, mine)
            for w, g, mine in zip(weights, self.limited(means), self.of_weight, strict=True)
        ]
        return self.averaged(moved) if self.settings.use_ema else moved

    def averaged(self, weights: list[float]) -> list[float]:
        """What stands in for the weights after an update, once the average knows them."""
        kept, every = self.settings.ema_momentum, self.settings.ema_overwrite_frequency
        if self.average:
            pairs = zip(self.average, weights, strict=True)
            self.average = [kept * a + (1 - kept) * w for a, w in pairs]
        else:
            self.average = weights
        return self.average if every and self.t % every == 0 else weights

    def finished(self, weights: list[float]) -> list[float]:
        """The weights at the end of a fit."""
        return self.average or weights

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
        waiting = {f"waiting {place}": one for place, one in enumerate(self.waiting)}
        return {
            "t": [float(self.t), float(self.batches)],
            "average": self.average,
            **waiting,
            **kept,
        }

    def restore(self, memory: dict[str, list[float]]) -> None:
        """Put back what ``memory`` gave."""
        self.t, self.batches = (int(count) for count in memory["t"])
        self.average = memory["average"]
        self.waiting = [one for name, one in memory.items() if name.startswith("waiting ")]
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
        momentum, downhill = self.settings.momentum, self.rate * g
        mine["velocity"] = momentum * mine["velocity"] - downhill
        if self.settings.nesterov:
            return float(downhill - momentum * mine["velocity"])
        return -mine["velocity"]


class ScalarAdam(ScalarOptimizer):
    """Adam as ``lstm_spec.model.Adam`` states it."""

    kept = ("m", "v", "most")

    def step(self, g: float, mine: dict[str, float]) -> float:
        """The corrected learning rate times m over the root of v."""
        rate, epsilon = self.rate, self.settings.epsilon
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        mine["m"] = beta_1 * mine["m"] + (1 - beta_1) * g
        mine["v"] = beta_2 * mine["v"] + (1 - beta_2) * g * g
        mine["most"] = max(mine["most"], mine["v"])
        spread = mine["most"] if self.settings.amsgrad else mine["v"]
        size = rate * math.sqrt(1 - beta_2**self.t) / (1 - beta_1**self.t)
        return float(size * mine["m"] / (math.sqrt(spread) + epsilon))


class ScalarRMSprop(ScalarOptimizer):
    """RMSprop as ``lstm_spec.model.RMSprop`` states it."""

    kept = ("v", "mean", "moved")

    def step(self, g: float, mine: dict[str, float]) -> float:
        """The gradient over the root of its mean square, and what momentum adds."""
        rho, epsilon = self.settings.rho, self.settings.epsilon
        mine["v"] = rho * mine["v"] + (1 - rho) * g * g
        mine["mean"] = rho * mine["mean"] + (1 - rho) * g
        spread = mine["v"] - mine["mean"] ** 2 if self.settings.centered else mine["v"]
        now = self.rate * g / math.sqrt(spread + epsilon)
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
