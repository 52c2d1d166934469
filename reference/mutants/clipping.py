"""What all optimisers do to a gradient and to the weights: limits, and weight decay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import SGD, AdamW
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.implementation import NumpyImplementation
from reference.numpy.update import NumpyOptimizer

plant = planter("clipping")


# Limits -------------------------------------------------------------------------------------------


@plant(
    "clipnorm takes the norm of all arrays together.",
    "TRAIN-310 TRAIN-311 TRAIN-316 TRAIN-317 TRAIN-334",
    diagnosis="the norm is taken over all arrays",
)
class OneNorm(NumpyOptimizer):
    def clipped_by_norm(self, gradient, parts, limit):
        return super().clipped_by_norm(gradient, [slice(None)], limit)


@plant(
    "global_clipnorm takes the norm of each array by itself.",
    "TRAIN-313 TRAIN-314 TRAIN-317 TRAIN-318",
    diagnosis="the norm is taken of each array by itself",
)
class NormOfEach(NumpyOptimizer):
    def clipped_by_norm(self, gradient, parts, limit):
        return super().clipped_by_norm(gradient, self.arrays, limit)


class LeavesOut(NumpyOptimizer):
    """One of the settings is ignored."""

    ignored = ""

    def __init__(self, settings, *of):
        super().__init__(replace(settings, **{self.ignored: 0.0}), *of)


@plant("clipnorm is ignored.", "TRAIN-310 TRAIN-316 TRAIN-317", diagnosis="clipnorm is ignored")
class WithoutClipnorm(LeavesOut):
    ignored = "clipnorm"


@plant("clipvalue is ignored.", "TRAIN-312 TRAIN-317 LIFE-302", diagnosis="clipvalue is ignored")
class WithoutClipvalue(LeavesOut):
    ignored = "clipvalue"


@plant(
    "global_clipnorm is ignored.",
    "TRAIN-313 TRAIN-314 TRAIN-317",
    diagnosis="global_clipnorm is ignored",
)
class WithoutGlobalClipnorm(LeavesOut):
    ignored = "global_clipnorm"


@plant(
    "A gradient is always brought to the length of the limit.",
    "TRAIN-311 TRAIN-314",
    diagnosis="a gradient within the limit is made longer",
)
class AlwaysAsLong(NumpyOptimizer):
    def clipped_by_norm(self, gradient, parts, limit):
        clipped = gradient.copy()
        for part in parts:
            norm = self.norm(gradient[part])
            clipped[part] *= limit / norm if norm else 1.0
        return clipped


@plant("The norm is the sum of the absolute values.", "TRAIN-310 TRAIN-313")
class SumOfAbsolutes(NumpyOptimizer):
    def norm(self, gradient):
        return float(np.abs(gradient).sum())


@plant("A gradient is divided by its norm, which may be zero.", "TRAIN-315")
class DividesByZero(NumpyOptimizer):
    def clipped_by_norm(self, gradient, parts, limit):
        clipped = gradient.copy()
        with np.errstate(all="ignore"):
            for part in parts:
                clipped[part] /= self.norm(gradient[part])
                clipped[part] *= min(limit, self.norm(gradient[part]))
        return clipped


@plant(
    "clipvalue limits gradients upwards only.",
    "TRAIN-312",
    diagnosis="negative entries are not limited",
)
class UpwardsOnly(NumpyOptimizer):
    def clipped(self, gradient):
        limit = self.settings.clipvalue
        return np.minimum(gradient, limit) if limit else super().clipped(gradient)


@plant(
    "What is clipped is the movement, after momentum and the learning rate.",
    "TRAIN-310 TRAIN-312 TRAIN-313 TRAIN-316 TRAIN-317",
    diagnosis="the movement is limited and not the gradient",
)
class ClipsTheMovement(NumpyOptimizer):
    def update(self, parameters, gradient):
        limits, before = self.settings, parameters.copy()
        self.settings = replace(limits, clipnorm=0.0, clipvalue=0.0, global_clipnorm=0.0)
        super().update(parameters, gradient)
        self.settings = limits
        parameters[...] = before + self.clipped(parameters - before)


@plant("A limit holds for the first update only.", "TRAIN-316 TRAIN-317 TRAIN-318")
class ClipsOnce(NumpyOptimizer):
    def clipped(self, gradient):
        return super().clipped(gradient) if self.t == 1 else gradient


@plant("The limits of the gradient are not saved.", "LIFE-302")
class LimitsAreLost(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        optimizer = model.optimizer
        optimizer.settings = replace(optimizer.settings, clipnorm=0.0, clipvalue=0.0)
        return model


@plant("A clone has none of the limits.", "LIFE-303")
class CloneWithoutLimits(NumpyModel):
    def clone(self):
        twin = super().clone()
        limits = {"clipnorm": 0.0, "clipvalue": 0.0, "global_clipnorm": 0.0}
        twin.optimizer.settings = replace(twin.optimizer.settings, **limits)
        return twin


@plant("A clone of a model with SGD goes on with its velocity.", "LIFE-303")
class CloneGoesOn(NumpyModel):
    def clone(self):
        twin = super().clone()
        if isinstance(self.spec.optimizer, SGD):
            twin.optimizer.velocity[...] = self.optimizer.velocity
        return twin


# Weight decay -------------------------------------------------------------------------------------


@plant(
    "Weight decay is ignored.",
    "TRAIN-330 TRAIN-331 TRAIN-332 TRAIN-333 TRAIN-334 TRAIN-335 LIFE-302",
    diagnosis="weights do not decay",
)
class NoDecay(LeavesOut):
    ignored = "weight_decay"


@plant("Weights decay a little where they are told not to.", "TRAIN-547")
class ADefaultForNone(NumpyOptimizer):
    def __init__(self, settings, *of):
        if isinstance(settings, AdamW) and not settings.weight_decay:
            settings = replace(settings, weight_decay=AdamW.weight_decay)
        super().__init__(settings, *of)


@plant(
    "Weight decay is added to the gradient.",
    "TRAIN-330 TRAIN-331 TRAIN-332 TRAIN-333 TRAIN-335",
    diagnosis="weight decay is added to the gradient",
)
class DecayInTheGradient(NumpyOptimizer):
    def decay(self, parameters):
        """Nothing yet."""

    def move(self, parameters, gradient):
        super().move(parameters, gradient + self.settings.weight_decay * parameters)


@plant(
    "Weight decay is added to the gradient before it is clipped.",
    "TRAIN-332 TRAIN-334",
    diagnosis="weight decay is added to the gradient before that is limited",
)
class DecayIsClipped(NumpyOptimizer):
    parameters: np.ndarray

    def update(self, parameters, gradient):
        self.parameters = parameters
        super().update(parameters, gradient)

    def decay(self, parameters):
        """It is in the gradient already."""

    def clipped(self, gradient):
        return super().clipped(gradient + self.settings.weight_decay * self.parameters)


@plant(
    "Weight decay is not multiplied by the learning rate.",
    "TRAIN-330 TRAIN-332 TRAIN-333 TRAIN-334 TRAIN-335",
    diagnosis="weight decay is not multiplied by the learning rate",
)
class DecayWithoutRate(NumpyOptimizer):
    def decay(self, parameters):
        parameters *= 1 - self.settings.weight_decay


@plant(
    "Weights decay after they have been moved.",
    "TRAIN-334 TRAIN-335",
    diagnosis="weights decay after they have been moved",
)
class DecaysAfterwards(NumpyOptimizer):
    def decay(self, parameters):
        """Later."""

    def move(self, parameters, gradient):
        super().move(parameters, gradient)
        parameters *= 1 - self.rate() * self.settings.weight_decay


@plant(
    "Weight decay is multiplied with the gradient.",
    "TRAIN-330 TRAIN-332 TRAIN-333 TRAIN-334 TRAIN-335",
    diagnosis="weight decay takes a share of the gradient and not of the weights",
)
class DecayOfTheGradient(NumpyOptimizer):
    def decay(self, parameters):
        """Not of the weights."""

    def move(self, parameters, gradient):
        super().move(parameters, gradient)
        parameters -= self.rate() * self.settings.weight_decay * gradient


@plant(
    "The biases do not decay.",
    "TRAIN-330 TRAIN-333 TRAIN-334 TRAIN-335",
    diagnosis="the bias does not decay",
)
class BiasStays(NumpyOptimizer):
    def decay(self, parameters):
        bias = self.arrays[-1]
        kept = parameters[bias].copy()
        super().decay(parameters)
        parameters[bias] = kept
