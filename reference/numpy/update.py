"""What every optimiser does to a gradient, to the weights and to its count before it moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array

SHARED = ("clipnorm", "clipvalue", "global_clipnorm", "weight_decay")
"""The settings that are computed here, for every optimiser."""


class NumpyOptimizer:
    """The part that all optimisers share; one that is derived from it says how weights move.

    The parameters are one flat vector, and ``arrays`` says where each array of weights lies in it.
    """

    def __init__(self, settings: Any, parameters: Array, arrays: Sequence[slice]) -> None:
        self.settings, self.arrays = settings, arrays
        self.t = 0

    def update(self, parameters: Array, gradient: Array) -> None:
        """One update of the parameters in place."""
        self.t += 1
        gradient = self.clipped(gradient)
        if self.settings.weight_decay:
            self.decay(parameters)
        self.move(parameters, gradient)

    def move(self, parameters: Array, gradient: Array) -> None:
        """What the optimiser itself does with a gradient that has been clipped."""
        raise NotImplementedError

    def rate(self) -> float:
        """The learning rate of this update."""
        rate: float = self.settings.learning_rate
        return rate

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
        return {"t": np.asarray(self.t), **self.remembered()}

    def restore(self, memory: Mapping[str, Array]) -> None:
        """Put back what ``memory`` gave."""
        self.t = int(memory["t"])
        for name, vector in self.remembered().items():
            vector[...] = memory[name]
