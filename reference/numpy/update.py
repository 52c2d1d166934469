"""What every optimiser does to a gradient, to the weights and to its count before it moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.numpy.schedules import rate_after

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
"""The settings that are computed here, for every optimiser.

A loss that is scaled leaves nothing to compute: what its gradients are multiplied by is divided out
before anything else is done with them.
"""


class NumpyOptimizer:
    """The part that all optimisers share; one that is derived from it says how weights move.

    The parameters are one flat vector, and ``arrays`` says where each array of weights lies in it.
    """

    def __init__(self, settings: Any, parameters: Array, arrays: Sequence[slice]) -> None:
        self.settings, self.arrays = settings, arrays
        self.t = self.batches = 0
        self.sum = np.zeros_like(parameters if settings.gradient_accumulation_steps else [])
        self.average = np.zeros_like(parameters if settings.use_ema else [])

    def update(self, parameters: Array, gradient: Array) -> None:
        """What follows a batch: one update of the parameters in place, or none yet."""
        self.batches += 1
        if self.settings.gradient_accumulation_steps:
            self.sum += gradient
            if self.is_early():
                return
            gradient = self.mean_gradient()
            self.sum[...] = 0
        self.t += 1
        gradient = self.clipped(gradient)
        if self.settings.weight_decay:
            self.decay(parameters)
        self.move(parameters, gradient)
        if self.settings.use_ema:
            self.take_average(parameters)

    def move(self, parameters: Array, gradient: Array) -> None:
        """What the optimiser itself does with a gradient that has been clipped."""
        raise NotImplementedError

    def rate(self) -> float:
        """The learning rate of this batch."""
        return rate_after(self.batches - 1, self.settings.learning_rate)

    # Accumulation and averages ------------------------------------------------------------------

    def is_early(self) -> bool:
        """Whether an update has to wait for more batches."""
        return self.batches % int(self.settings.gradient_accumulation_steps) != 0

    def mean_gradient(self) -> Array:
        """The mean over the batches that were waited for."""
        mean: Array = self.sum / self.settings.gradient_accumulation_steps
        return mean

    def take_average(self, parameters: Array) -> None:
        """The average takes in the new weights, and replaces them if it is time."""
        momentum = self.settings.ema_momentum if self.t > 1 else 0.0
        self.average *= momentum
        self.average += (1.0 - momentum) * parameters
        frequency = self.settings.ema_overwrite_frequency
        if frequency and self.t % frequency == 0:
            parameters[...] = self.average

    def finish(self, parameters: Array) -> None:
        """The end of a fit: the average replaces the weights, where there is one."""
        if self.settings.use_ema and self.t:
            parameters[...] = self.average

    # Clipping -----------------------------------------------------------------------------------

    def clipped(self, gradient: Array) -> Array:
        """The gradient within the limit that is set, if one is."""
        settings = self.settings
        if settings.clipnorm:
            return self.clipped_by_norm(gradient, self.arrays, settings.clipnorm)
        if settings.global_clipnorm:
            return self.clipped_by_norm(gradient, [slice(None)], settings.global_clipnorm)
        if settings.clipvalue:
            return np.clip(gradient, -settings.clipvalue, settings.clipvalue)
        return gradient

    def clipped_by_norm(self, gradient: Array, parts: Sequence[slice], limit: float) -> Array:
        """Every part that is longer than the limit is scaled down to it."""
        clipped = gradient.copy()
        for part in parts:
            norm = self.norm(gradient[part])
            if norm > limit:
                clipped[part] *= limit / norm
        return clipped

    def norm(self, gradient: Array) -> float:
        """The Euclidean norm."""
        return float(np.linalg.norm(gradient))

    # Weight decay -------------------------------------------------------------------------------

    def decay(self, parameters: Array) -> None:
        """Every weight loses a share of itself; no gradient has a part in it."""
        parameters -= self.rate() * self.settings.weight_decay * parameters

    # Memory -------------------------------------------------------------------------------------

    def remembered(self) -> Mapping[str, Array]:
        """The vectors that the optimiser goes on from, by name."""
        return {}

    def memory(self) -> Mapping[str, Array]:
        """What must be saved so that training goes on as if nothing had happened."""
        counts = {"t": np.asarray(self.t), "batches": np.asarray(self.batches)}
        return {**counts, "sum": self.sum, "average": self.average, **self.remembered()}

    def restore(self, memory: Mapping[str, Array]) -> None:
        """Put back what ``memory`` gave."""
        self.t, self.batches = int(memory["t"]), int(memory["batches"])
        self.sum[...], self.average[...] = memory["sum"], memory["average"]
        for name, vector in self.remembered().items():
            vector[...] = memory[name]
