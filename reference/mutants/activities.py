"""Penalties on what a layer gives that are computed in another way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.rules import RuledWeights

plant = planter("rules")


@plant(
    "The penalty on an activity is not divided by the rows.",
    "GRAD-301",
    diagnosis="the penalty on the activity is not divided by the rows",
)
class ActivityIsASum(RuledWeights):
    def activity(self, loop):
        return super().activity(loop) * len(loop.outputs)

    def activity_slope(self, loop):
        return super().activity_slope(loop) * len(loop.outputs)


@plant(
    "The penalty on an activity is a mean over rows and steps.",
    "GRAD-301",
    diagnosis="the penalty on the activity is divided by rows and steps",
)
class ActivityIsAMeanOverSteps(RuledWeights):
    def activity(self, loop):
        return super().activity(loop) / len(loop.trace.steps)

    def activity_slope(self, loop):
        return super().activity_slope(loop) / len(loop.trace.steps)


@plant(
    "The penalty on an activity counts the last step alone.",
    "GRAD-301",
    diagnosis="the penalty on the activity counts the last step alone",
)
class ActivityOfTheLastStep(RuledWeights):
    def last(self, loop):
        return loop.outputs[:, -1] if loop.layer.return_sequences else loop.outputs

    def activity(self, loop):
        last = self.last(loop)
        return self.value(loop.layer.activity_regularizer, last) / len(last)

    def activity_slope(self, loop):
        slope, whole = super().activity_slope(loop), np.zeros_like(loop.outputs)
        if not loop.layer.return_sequences:
            return slope
        whole[:, -1] = slope[:, -1]
        return whole


@plant(
    "The penalty on an activity has no gradient.",
    "GRAD-301",
    diagnosis="the penalty on the activity has no gradient",
)
class ActivityWithoutAGradient(RuledWeights):
    def before_the_way_back(self):
        pass


@plant(
    "The penalty on an activity is ignored.",
    "GRAD-301",
    diagnosis="the penalty on the activity is ignored",
)
class ActivityIsIgnored(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, [])


@plant("The penalty on an activity leaves out what is held at masked steps.", "GRAD-303")
class HeldOutputsAreFree(RuledWeights):
    def counted(self, loop):
        valid = loop.trace.valid
        if valid is None or not loop.layer.return_sequences:
            return loop.outputs
        return np.where(valid.swapaxes(0, 1), loop.outputs, 0)

    def activity(self, loop):
        return self.value(loop.layer.activity_regularizer, self.counted(loop)) / len(loop.outputs)

    def activity_slope(self, loop):
        slope = self.slope(loop.layer.activity_regularizer, self.counted(loop))
        return slope / len(loop.outputs)


@plant("The backward direction has no penalties.", "GRAD-302")
class BackwardIsFree(BidirectionalLayer):
    def __init__(self, forwards, backwards, merge_mode="concat"):
        free = replace(backwards.layer, activity_regularizer=None)
        backwards.layer = free
        super().__init__(forwards, backwards, merge_mode)


@plant("Every layer has the penalties of the first one.", "GRAD-302")
class FirstPenaltiesForAll(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        rule = next((rule for rule, _, _ in self.penalised), None)
        self.penalised = [(rule, w, d) for _, w, d in self.penalised]
