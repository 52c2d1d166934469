"""Momentum of SGD and of RMSprop, the mean square, and the place of epsilon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.optimizers import RMSpropOptimizer, SGDOptimizer

plant = planter("momentum")


# SGD ----------------------------------------------------------------------------------------------


@plant(
    "SGD ignores its momentum.",
    "TRAIN-300 TRAIN-302 TRAIN-303 TRAIN-304 TRAIN-305",
    diagnosis="the momentum is ignored",
)
class NoMomentum(SGDOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, momentum=0.0), *of)


@plant(
    "Nesterov's look ahead is ignored.",
    "TRAIN-300 TRAIN-301 TRAIN-303 LIFE-300",
    diagnosis="the look ahead of Nesterov is ignored",
)
class NoNesterov(SGDOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, nesterov=False), *of)


@plant(
    "Momentum always looks ahead.",
    "TRAIN-300 TRAIN-302 TRAIN-304 TRAIN-305",
    diagnosis="momentum looks ahead without being asked to",
)
class AlwaysNesterov(SGDOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, nesterov=settings.momentum > 0), *of)


@plant(
    "The velocity takes in 1 - momentum of the gradient only.",
    "TRAIN-300 TRAIN-302 TRAIN-303",
    diagnosis="the velocity takes in only the share 1 - momentum of a gradient",
)
class Dampened(SGDOptimizer):
    def step(self, downhill):
        return super().step((1 - self.settings.momentum) * downhill)


@plant(
    "The velocity is multiplied by the learning rate once more.",
    "TRAIN-300 TRAIN-302",
    diagnosis="the velocity is multiplied by the learning rate once more",
)
class RateTwice(SGDOptimizer):
    def step(self, downhill):
        self.velocity *= self.rate()
        return super().step(downhill)


@plant("Momentum is multiplied with the new gradient as well.", "TRAIN-302 TRAIN-300")
class MomentumOfTheSum(SGDOptimizer):
    def step(self, downhill):
        self.velocity -= downhill
        self.velocity *= self.settings.momentum
        return self.velocity


@plant("A gradient of zero stops the weights.", "TRAIN-304")
class StopsWithoutGradient(SGDOptimizer):
    def step(self, downhill):
        if np.abs(downhill).max() < 1e-5:
            self.velocity[...] = 0
        return super().step(downhill)


class ForgetsTheVelocity(NumpyModel):
    """What momentum remembers is cleared."""

    def forget(self):
        for name in ("velocity", "moved"):
            getattr(self.optimizer, name, np.zeros(1))[...] = 0


@plant("A reset of the states clears the velocity.", "TRAIN-301")
class ResetClearsTheVelocity(ForgetsTheVelocity):
    def reset_states(self):
        super().reset_states()
        if hasattr(self, "optimizer"):
            self.forget()


@plant("fit begins without a velocity.", "TRAIN-305")
class FitClearsTheVelocity(ForgetsTheVelocity):
    def fit(self, x, y, **how):
        self.forget()
        return super().fit(x, y, **how)


@plant("A loaded model has no velocity.", "LIFE-300")
class VelocityIsLost(SGDOptimizer):
    def restore(self, memory):
        super().restore({**memory, "velocity": np.zeros_like(self.velocity)})


# RMSprop ------------------------------------------------------------------------------------------


@plant(
    "Epsilon of RMSprop stands outside the root.",
    "TRAIN-320 TRAIN-322 TRAIN-324 TRAIN-325 TRAIN-326",
    diagnosis="epsilon is outside the root",
)
class EpsilonOutside(RMSpropOptimizer):
    def root(self, variance):
        return np.sqrt(variance) + self.settings.epsilon


@plant(
    "With momentum, epsilon of RMSprop stands outside the root.",
    "TRAIN-324 TRAIN-325",
    diagnosis="with momentum, epsilon is outside the root",
)
class EpsilonOutsideWithMomentum(RMSpropOptimizer):
    def root(self, variance):
        if self.settings.momentum:
            return np.sqrt(variance) + self.settings.epsilon
        return super().root(variance)


@plant("Epsilon of RMSprop is always 1e-7.", "TRAIN-323 TRAIN-324")
class EpsilonIsFixed(RMSpropOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, epsilon=1e-7), *of)


@plant("There is no epsilon in RMSprop.", "TRAIN-323 TRAIN-327")
class NoEpsilon(RMSpropOptimizer):
    def root(self, variance):
        return np.sqrt(variance)


@plant(
    "Rho is the share of the new square.",
    "TRAIN-320 TRAIN-321 TRAIN-322",
    diagnosis="rho and 1 - rho are exchanged",
)
class RhoExchanged(RMSpropOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, rho=1 - settings.rho), *of)


@plant("Rho is always 0.9.", "TRAIN-322 TRAIN-323")
class RhoIsFixed(RMSpropOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, rho=0.9), *of)


@plant(
    "RMSprop corrects its bias as Adam does.",
    "TRAIN-320 TRAIN-322",
)
class Corrected(RMSpropOptimizer):
    def variance(self):
        return super().variance() / (1 - self.settings.rho**self.t)


@plant(
    "RMSprop ignores its momentum.",
    "TRAIN-320 TRAIN-325",
    diagnosis="the momentum of RMSprop is ignored",
)
class RMSpropWithoutMomentum(RMSpropOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, momentum=0.0), *of)


@plant(
    "The momentum of RMSprop carries on the gradient, before it is divided by the root.",
    "TRAIN-320 TRAIN-325",
)
class MomentumOfTheGradient(RMSpropOptimizer):
    def move(self, parameters, gradient):
        self.moments(gradient)
        self.moved *= self.settings.momentum
        self.moved += gradient
        parameters -= self.rate() * self.moved / self.root(self.variance())


@plant(
    "RMSprop is never centered.",
    "TRAIN-320 TRAIN-326 LIFE-301",
    diagnosis="the mean is not taken out of the mean square",
)
class NeverCentered(RMSpropOptimizer):
    def variance(self):
        return self.v


@plant("Centered RMSprop takes out the mean itself, not its square.", "TRAIN-320 TRAIN-326")
class MeanNotSquared(RMSpropOptimizer):
    def variance(self):
        if self.settings.centered:
            return np.maximum(self.v - np.abs(self.mean), 0)
        return self.v


@plant("The mean square is cleared when weights are set.", "TRAIN-328")
class SetClearsTheMeanSquare(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        if isinstance(self.optimizer, RMSpropOptimizer):
            self.optimizer.v[...] = 0


@plant("A reset of the states clears the mean square.", "TRAIN-321")
class ResetClearsTheMeanSquare(NumpyModel):
    def reset_states(self):
        super().reset_states()
        if isinstance(getattr(self, "optimizer", None), RMSpropOptimizer):
            self.optimizer.v[...] = 0


class LosesRMSprop(RMSpropOptimizer):
    """A loaded RMSprop lacks one of the things that it should remember."""

    lost = ""

    def restore(self, memory):
        super().restore({**memory, self.lost: np.zeros_like(self.v)})


@plant("A loaded RMSprop has no mean square.", "LIFE-301")
class LosesTheMeanSquare(LosesRMSprop):
    lost = "v"


@plant("A loaded RMSprop has no mean of the gradient.", "LIFE-301")
class LosesTheMean(LosesRMSprop):
    lost = "mean"


@plant("A loaded RMSprop does not know its last movement.", "LIFE-301")
class LosesTheMovement(LosesRMSprop):
    lost = "moved"
