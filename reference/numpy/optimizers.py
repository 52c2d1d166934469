"""SGD, Adam and RMSprop on one flat vector of parameters, in place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import SGD, Adam, AnyOptimizer, Maps, RMSprop
from reference.numpy.update import SHARED, NumpyOptimizer

if TYPE_CHECKING:
    from reference.numpy.implementation import NumpyImplementation


MAPS: Maps = {
    "SGD": ("learning_rate", "momentum", "nesterov", *SHARED),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", *SHARED),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered", *SHARED),
}
"""What is computed here."""


class SGDOptimizer(NumpyOptimizer):
    """w becomes w - learning_rate * gradient, or w + velocity with momentum."""

    settings: SGD

    def __init__(self, settings: SGD, parameters: Array, arrays: Sequence[slice]) -> None:
        super().__init__(settings, parameters, arrays)
        self.velocity = np.zeros_like(parameters)

    def move(self, parameters: Array, gradient: Array) -> None:
        """One step of the parameters in place."""
        if self.settings.momentum:
            parameters += self.step(self.rate() * gradient)
        else:
            parameters -= self.rate() * gradient

    def step(self, downhill: Array) -> Array:
        """What is added to the parameters: the new velocity, or a look ahead along it."""
        momentum = self.settings.momentum
        self.velocity *= momentum
        self.velocity -= downhill
        if self.settings.nesterov:
            ahead: Array = momentum * self.velocity - downhill
            return ahead
        return self.velocity

    def remembered(self) -> Mapping[str, Array]:
        """The velocity."""
        return {"velocity": self.velocity}


class AdamOptimizer(NumpyOptimizer):
    """Adam as ``lstm_spec.model.Adam`` states it (Kingma & Ba 2015, end of section 2)."""

    settings: Adam

    def __init__(self, settings: Adam, parameters: Array, arrays: Sequence[slice]) -> None:
        super().__init__(settings, parameters, arrays)
        self.m = np.zeros_like(parameters)
        self.v = np.zeros_like(parameters)
        self.largest = np.zeros_like(parameters if settings.amsgrad else [])
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

    def second(self) -> Array:
        """What the root is taken of: v, or the largest v so far."""
        if self.settings.amsgrad:
            np.maximum(self.largest, self.v, out=self.largest)
            return self.largest
        return self.v

    def step_size(self) -> float:
        """The learning rate with the correction for moments that started at zero."""
        beta_1, beta_2 = self.settings.beta_1, self.settings.beta_2
        return self.rate() * math.sqrt(1.0 - beta_2**self.t) / (1.0 - beta_1**self.t)

    def epsilon(self) -> float:
        """What is added to the root of v, which has not been corrected yet."""
        return self.settings.epsilon

    def move(self, parameters: Array, gradient: Array) -> None:
        """One step of the parameters in place."""
        self.moments(gradient)
        change = np.sqrt(self.second(), out=self.scratch)
        change += self.epsilon()
        np.divide(self.m, change, out=change)
        change *= self.step_size()
        parameters -= change

    def remembered(self) -> Mapping[str, Array]:
        """Both moments, and the largest second one."""
        return {"m": self.m, "v": self.v, "largest": self.largest}


class AdamOfAlgorithm1(AdamOptimizer):
    """Adam as in Algorithm 1 of the paper: epsilon is added to the root of the corrected v."""

    def epsilon(self) -> float:
        """The correction is taken out of the fraction, and so is its part of epsilon."""
        return self.settings.epsilon * math.sqrt(1.0 - self.settings.beta_2**self.t)


class RMSpropOptimizer(NumpyOptimizer):
    """RMSprop as ``lstm_spec.model.RMSprop`` states it, with epsilon inside the root."""

    settings: RMSprop

    def __init__(self, settings: RMSprop, parameters: Array, arrays: Sequence[slice]) -> None:
        super().__init__(settings, parameters, arrays)
        self.v = np.zeros_like(parameters)
        self.mean = np.zeros_like(parameters)
        self.moved = np.zeros_like(parameters)

    def move(self, parameters: Array, gradient: Array) -> None:
        """One step of the parameters in place."""
        self.moments(gradient)
        self.moved *= self.settings.momentum
        self.moved += self.rate() * gradient / self.root(self.variance())
        parameters -= self.moved

    def moments(self, gradient: Array) -> None:
        """The running means of the gradient and of its square."""
        rho = self.settings.rho
        self.v *= rho
        self.v += (1.0 - rho) * np.square(gradient)
        self.mean *= rho
        self.mean += (1.0 - rho) * gradient

    def variance(self) -> Array:
        """The mean square; around the mean, if it is centered."""
        if self.settings.centered:
            around: Array = self.v - np.square(self.mean)
            return around
        return self.v

    def root(self, variance: Array) -> Array:
        """What the gradient is divided by."""
        root: Array = np.sqrt(variance + self.settings.epsilon)
        return root

    def remembered(self) -> Mapping[str, Array]:
        """The running means, and the movement that momentum goes on from."""
        return {"v": self.v, "mean": self.mean, "moved": self.moved}


class RMSpropOutside(RMSpropOptimizer):
    """RMSprop with epsilon outside the root, as in Keras up to 2.3 and in PyTorch."""

    def root(self, variance: Array) -> Array:
        """What the gradient is divided by."""
        root: Array = np.sqrt(variance) + self.settings.epsilon
        return root


def optimizer_of(
    engine: NumpyImplementation,
    settings: AnyOptimizer,
    parameters: Array,
    arrays: Sequence[slice],
) -> NumpyOptimizer:
    """The optimiser that the engine has for these settings, for one flat vector of parameters."""
    match settings:
        case SGD():
            return engine.sgd_class(settings, parameters, arrays)
        case Adam():  # and AdamW, which has another default only
            return engine.adam_class(settings, parameters, arrays)
        case RMSprop():
            return engine.rmsprop_class(settings, parameters, arrays)
    assert_never(settings)
