"""Updates, and what an optimiser remembers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.optimizers import AdamOptimizer, SGDOptimizer

plant = planter("optimizers")


# SGD ----------------------------------------------------------------------------------------------


@plant(
    "The learning rate is always 0.01.",
    "TRAIN-10",
    diagnosis="train_on_batch with a learning rate of zero changes the weights",
)
class FixedRate(SGDOptimizer):
    def update(self, parameters, gradient):
        parameters -= 0.01 * gradient


@plant("SGD climbs.", "TRAIN-09 TRAIN-10")
class Ascent(SGDOptimizer):
    def update(self, parameters, gradient):
        parameters += self.settings.learning_rate * gradient


@plant("SGD has momentum.", "TRAIN-11 TRAIN-01 TRAIN-53")
class Momentum(SGDOptimizer):
    velocity: Any = 0.0

    def update(self, parameters, gradient):
        self.velocity = 0.9 * self.velocity + gradient
        super().update(parameters, self.velocity)


@plant("Every batch is two updates.", "TRAIN-11 TRAIN-10")
class Twice(SGDOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient)
        super().update(parameters, gradient)


@plant(
    "Every batch is two updates, whatever the optimiser.",
    "TRAIN-11 TRAIN-02 PIPE-31 PIPE-39 PIPE-51 PIPE-53 PIPE-56",
)
class EveryUpdateTwice(NumpyModel):
    def update(self):
        super().update()
        super().update()


@plant("An update waits for every second batch.", "TRAIN-11 TRAIN-10")
class EverySecond(SGDOptimizer):
    waiting: Any = None

    def update(self, parameters, gradient):
        if self.waiting is None:
            self.waiting = gradient.copy()
        else:
            super().update(parameters, (gradient + self.waiting) / 2)
            self.waiting = None


@plant("An update takes the gradient of the batch before.", "TRAIN-11")
class Stale(SGDOptimizer):
    before: Any = None

    def update(self, parameters, gradient):
        super().update(parameters, gradient if self.before is None else self.before)
        self.before = gradient.copy()


@plant("Weights decay.", "TRAIN-12 TRAIN-10")
class Decay(SGDOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient + 0.01 * parameters)


@plant("The norm of the gradient is clipped to one.", "TRAIN-13")
class Normalised(SGDOptimizer):
    def update(self, parameters, gradient):
        super().update(parameters, gradient / max(float(np.linalg.norm(gradient)), 1.0))


# Adam ---------------------------------------------------------------------------------------------


@plant("Epsilon is always 1e-8.", "TRAIN-18 TRAIN-19")
class FixedEpsilon(AdamOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, epsilon=1e-8), *of)


@plant("Epsilon stands under the root.", "TRAIN-18 TRAIN-19")
class UnderTheRoot(AdamOptimizer):
    def move(self, parameters, gradient):
        self.moments(gradient)
        root = np.sqrt(self.v + self.settings.epsilon)
        parameters -= self.step_size() * self.m / root


@plant("There is no epsilon.", "TRAIN-18 TRAIN-22")
class NoEpsilon(AdamOptimizer):
    def move(self, parameters, gradient):
        self.moments(gradient)
        with np.errstate(invalid="ignore", divide="ignore"):
            parameters -= self.step_size() * self.m / np.sqrt(self.v)


@plant("Epsilon is added after the bias is corrected.", "TRAIN-19")
class AlgorithmOne(AdamOptimizer):
    def move(self, parameters, gradient):
        self.moments(gradient)
        settings = self.settings
        m = self.m / (1 - settings.beta_1**self.t)
        v = self.v / (1 - settings.beta_2**self.t)
        parameters -= settings.learning_rate * m / (np.sqrt(v) + settings.epsilon)


@plant("No moment is corrected.", "TRAIN-15 TRAIN-16 TRAIN-02")
class Uncorrected(AdamOptimizer):
    def step_size(self):
        return self.settings.learning_rate


@plant("Only the first moment is corrected.", "TRAIN-15 TRAIN-16")
class FirstCorrected(AdamOptimizer):
    def step_size(self):
        return self.settings.learning_rate / (1 - self.settings.beta_1**self.t)


@plant("The count of updates starts at one too many.", "TRAIN-15 TRAIN-16")
class CountedFromOne(AdamOptimizer):
    def __init__(self, settings, *of):
        super().__init__(settings, *of)
        self.t = 1


@plant("The decay rates are exchanged.", "TRAIN-17 TRAIN-02")
class Exchanged(AdamOptimizer):
    def __init__(self, settings, *of):
        betas = {"beta_1": settings.beta_2, "beta_2": settings.beta_1}
        super().__init__(replace(settings, **betas), *of)


@plant("The decay rates are always the defaults.", "TRAIN-17")
class FixedDecay(AdamOptimizer):
    def __init__(self, settings, *of):
        super().__init__(replace(settings, beta_1=0.9, beta_2=0.999), *of)


@plant("The second moment is the largest so far.", "TRAIN-02 TRAIN-17")
class AMSGrad(AdamOptimizer):
    top: Any = 0.0

    def moments(self, gradient):
        super().moments(gradient)
        self.top = np.maximum(self.top, self.v)
        self.v[...] = self.top


@plant("amsgrad is ignored.", "TRAIN-510 TRAIN-511 LIFE-510")
class WithoutAMSGrad(AdamOptimizer):
    def second(self):
        return self.v


@plant("amsgrad compares second moments after they were corrected.", "TRAIN-510")
class CorrectedMaximum(AdamOptimizer):
    def second(self):
        if not self.settings.amsgrad:
            return self.v
        share = 1.0 - self.settings.beta_2**self.t
        return np.maximum(self.largest, self.v / share, out=self.largest) * share


@plant("amsgrad takes the largest square of a gradient.", "TRAIN-510")
class LargestSquare(AdamOptimizer):
    def moments(self, gradient):
        super().moments(gradient)
        if self.settings.amsgrad:
            np.maximum(self.largest, np.square(gradient), out=self.largest)


@plant("A loaded Adam has lost the largest second moments.", "LIFE-510")
class LargestIsLost(AdamOptimizer):
    def restore(self, memory):
        super().restore(memory)
        self.largest *= 0


@plant("Adam decays weights.", "TRAIN-22")
class AdamW(AdamOptimizer):
    def update(self, parameters, gradient):
        parameters *= 1 - 0.004 * self.settings.learning_rate
        super().update(parameters, gradient)


class Forgetting(NumpyModel):
    """An optimiser that begins anew."""

    def forget(self):
        self.optimizer = self.engine.optimizer(self.spec, self.parameters)


@plant("Fit begins with a new optimiser.", "TRAIN-20 PIPE-51 PIPE-54 PIPE-57 PIPE-58")
class ForgetsAtFit(Forgetting):
    def fit(self, x, y, **how):
        self.forget()
        return super().fit(x, y, **how)


@plant("A reset of the states resets the optimiser.", "TRAIN-05 STATE-37")
class ForgetsAtReset(Forgetting):
    def reset_states(self):
        self.forget()
        super().reset_states()


@plant("Setting weights resets the optimiser.", "TRAIN-21")
class ForgetsAtSet(Forgetting):
    def set_weights(self, weights):
        self.forget()
        super().set_weights(weights)


@plant("Weights that are set after training do not arrive.", "TRAIN-44 TRAIN-21")
class DeafAfterTraining(NumpyModel):
    trained = False

    def update(self):
        self.trained = True
        super().update()

    def set_weights(self, weights):
        if not self.trained:
            super().set_weights(weights)


@plant("Adam counts epochs.", "TRAIN-54")
class CountsEpochs(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        t = self.optimizer.t if isinstance(self.optimizer, AdamOptimizer) else 0

        def counted(x, y):
            if isinstance(self.optimizer, AdamOptimizer):
                self.optimizer.t = t
            return step(x, y)

        return super().over_batches(counted, x, y, batch_size)
