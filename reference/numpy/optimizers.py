"""SGD and Adam on one flat vector of parameters, in place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import SGD, Adam, AnyOptimizer, Maps

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


MAPS: Maps = {
    "SGD": ("learning_rate",),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""What is computed here."""


class SGDOptimizer:
    """w becomes w - learning_rate * gradient."""

    def __init__(self, settings: SGD, parameters: Array) -> None:
        self.settings = settings

    def update(self, parameters: Array, gradient: Array) -> None:
        """One update of the parameters in place."""
        parameters -= self.settings.learning_rate * gradient

    def memory(self) -> Mapping[str, Array]:
        """What must be saved so that training goes on as if nothing had happened: nothing."""
        return {}

    def restore(self, memory: Mapping[str, Array]) -> None:
        """Nothing to put back."""


class AdamOptimizer:
    """Adam as ``lstm_spec.model.Adam`` states it (Kingma & Ba 2015, end of section 2)."""

    def __init__(self, settings: Adam, parameters: Array) -> None:
        self.settings = settings
        self.t = 0
        self.m = np.zeros_like(parameters)
        self.v = np.zeros_like(parameters)
        self.scratch = np.empty_like(parameters)  # a new array each time would cost a third more

    def moments(self, gradient: Array) -> None:
        """M and v become the running means of the gradient and of its square."""
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        self.m *= beta_1
        self.m += np.multiply(gradient, 1.0 - beta_1, out=self.scratch)
        self.v *= beta_2
        np.square(gradient, out=self.scratch)
        self.scratch *= 1.0 - beta_2
        self.v += self.scratch

    def step_size(self) -> float:
        """The learning rate with the correction for moments that started at zero."""
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        rate = self.settings.learning_rate
        return rate * math.sqrt(1.0 - beta_2**self.t) / (1.0 - beta_1**self.t)

    def epsilon(self) -> float:
        """What is added to the root of v, which has not been corrected yet."""
        return self.settings.epsilon

    def update(self, parameters: Array, gradient: Array) -> None:
        """One update of the parameters in place."""
        self.t += 1
        self.moments(gradient)
        change = np.sqrt(self.v, out=self.scratch)
        change += self.epsilon()
        np.divide(self.m, change, out=change)
        change *= self.step_size()
        parameters -= change

    def memory(self) -> Mapping[str, Array]:
        """The count of updates and both moments."""
        return {"t": np.asarray(self.t), "m": self.m, "v": self.v}

    def restore(self, memory: Mapping[str, Array]) -> None:
        """Put back what ``memory`` gave."""
        self.t = int(memory["t"])
        self.m[...] = memory["m"]
        self.v[...] = memory["v"]


class AdamOfAlgorithm1(AdamOptimizer):
    """Adam as in Algorithm 1 of the paper: epsilon is added to the root of the corrected v."""

    def epsilon(self) -> float:
        """The correction is taken out of the fraction, and so is its part of epsilon."""
        return self.settings.epsilon * math.sqrt(1.0 - self.settings.beta_2**self.t)


NumpyOptimizer = SGDOptimizer | AdamOptimizer


def optimizer_of(
    engine: NumpyImplementation, settings: AnyOptimizer, parameters: Array
) -> NumpyOptimizer:
    """The optimiser that the engine has for these settings, for one flat vector of parameters."""
    match settings:
        case SGD():
            return engine.sgd_class(settings, parameters)
        case Adam():
            return engine.adam_class(settings, parameters)
    assert_never(settings)
