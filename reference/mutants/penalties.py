"""Penalties on weights and on activities that are computed in another way, or in one place only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import L1L2, NonNeg
from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.rules import RuledWeights

plant = planter("rules")


@plant(
    "The slope of a squared weight lacks its factor of two.",
    "GRAD-300",
    diagnosis="the slope of l2 lacks its factor of two",
)
class SlopeWithoutTwo(RuledWeights):
    def slope(self, rule, weight):
        return super().slope(replace(rule, l2=rule.l2 / 2), weight)


@plant(
    "A penalty counts half of the squares, as weight decay does.",
    "GRAD-300",
    diagnosis="half of l2 is counted",
)
class HalfOfTheSquares(RuledWeights):
    def value(self, rule, weight):
        return super().value(replace(rule, l2=rule.l2 / 2), weight)

    def slope(self, rule, weight):
        return super().slope(replace(rule, l2=rule.l2 / 2), weight)


@plant(
    "A penalty is in the loss that is told but not in the gradient.",
    "GRAD-300 TRAIN-431",
    diagnosis="the penalty is in the loss, not in the gradient",
)
class PenaltyWithoutAGradient(RuledWeights):
    def slope(self, rule, weight):
        return 0 * weight


@plant(
    "A penalty is in the gradient but not in the loss that is told.",
    "GRAD-300 TRAIN-430",
    diagnosis="the penalty is in the gradient, not in the loss",
)
class PenaltyIsNotTold(RuledWeights):
    def value(self, rule, weight):
        return 0.0


@plant("There are no penalties.", "GRAD-300 TRAIN-430", diagnosis="the penalty is ignored")
class PenaltiesAreIgnored(RuledWeights):
    def value(self, rule, weight):
        return 0.0

    def slope(self, rule, weight):
        return 0 * weight


@plant("l1 is ignored.", "GRAD-300", diagnosis="l1 is ignored")
class AbsoluteValuesAreIgnored(RuledWeights):
    def value(self, rule, weight):
        return super().value(L1L2(0, rule.l2), weight)

    def slope(self, rule, weight):
        return super().slope(L1L2(0, rule.l2), weight)


@plant("l1 and l2 are exchanged.", "GRAD-300", diagnosis="l1 and l2 are exchanged")
class RatesAreExchanged(RuledWeights):
    def value(self, rule, weight):
        return super().value(L1L2(rule.l2, rule.l1), weight)

    def slope(self, rule, weight):
        return super().slope(L1L2(rule.l2, rule.l1), weight)


@plant(
    "l2 is the rate of the norm, not of its square.",
    "GRAD-300",
    diagnosis="l2 is the rate of the norm, not of its square",
)
class NormIsNotSquared(RuledWeights):
    def value(self, rule, weight):
        return float(rule.l1 * np.abs(weight).sum() + rule.l2 * np.sqrt(np.square(weight).sum()))

    def slope(self, rule, weight):
        norm = np.sqrt(np.square(weight).sum()) or 1
        return rule.l1 * np.sign(weight) + rule.l2 * weight / norm


@plant(
    "A penalty is a mean over the entries of an array.",
    "GRAD-300",
    diagnosis="the penalty is a mean over the entries",
)
class MeanOfTheEntries(RuledWeights):
    def value(self, rule, weight):
        return super().value(rule, weight) / weight.size

    def slope(self, rule, weight):
        return super().slope(rule, weight) / weight.size


class Exchanged(RuledWeights):
    """The penalties of two arrays of every LSTM, exchanged."""

    names = ("kernel", "recurrent kernel")

    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        rules = {(one.of, one.half, one.name): one.regularizer for one in every}
        other = dict(zip(self.names, self.names[::-1], strict=True))
        self.penalised = [
            (rule, w, d)
            for one, w, d in zip(every, weights, gradients, strict=True)
            if (rule := rules.get((one.of, one.half, other.get(one.name, one.name))))
        ]


@plant(
    "The penalties on the kernel and on the recurrent kernel are exchanged.",
    "GRAD-300",
    diagnosis="the penalty on the kernel is that on the recurrent kernel",
)
class KernelsAreExchanged(Exchanged):
    pass


@plant(
    "The penalty on the kernel is on the bias as well.",
    "GRAD-300",
    diagnosis="the penalty on the kernel is on the bias as well",
)
class BiasIsPenalised(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        for k, one in enumerate(every[:-2]):
            if one.name == "kernel" and one.regularizer and every[k + 2].name == "bias":
                self.penalised.append((one.regularizer, weights[k + 2], gradients[k + 2]))


@plant(
    "A penalty on the bias is ignored.", "GRAD-300", diagnosis="the penalty on the bias is ignored"
)
class BiasIsFree(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        self.penalised = [one for one in self.penalised if one[1].ndim == 2]


# Activity -----------------------------------------------------------------------------------------


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


# Where the penalty is told ------------------------------------------------------------------------


@plant(
    "A penalty is told in training, not in evaluation.",
    "TRAIN-430",
    diagnosis="evaluation leaves the penalties out",
)
class PenaltyIsToldInTrainingOnly(NumpyModel):
    def test_step(self, x, y):
        metrics = super().test_step(x, y)
        return metrics | {"loss": metrics["loss"] - self.rules.penalty()}


@plant("The penalties of all batches of an epoch are added up.", "TRAIN-430")
class PenaltiesAddUp(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        totals = super().over_batches(step, x, y, batch_size)
        more = -(-len(x) // batch_size) - 1
        return totals | {"loss": totals["loss"] + more * self.rules.penalty()}


@plant("A loaded model has no penalties.", "LIFE-321")
class PenaltiesAreLostOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(
            lambda layer: replace(
                layer,
                kernel_regularizer=None,
                recurrent_regularizer=None,
                bias_regularizer=None,
                activity_regularizer=None,
            )
        )
        super().save(path)
        self.spec = kept


@plant("A loaded model has no constraints.", "LIFE-321")
class ConstraintsAreLostOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(
            lambda layer: replace(
                layer, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None
            )
        )
        super().save(path)
        self.spec = kept


@plant("A loaded model trains its frozen layers.", "LIFE-321")
class FrozenLayersThawOnLoad(NumpyModel):
    def save(self, path):
        kept = self.spec
        self.spec = kept.with_cells(lambda layer: replace(layer, trainable=True))
        super().save(path)
        self.spec = kept


# Constraints --------------------------------------------------------------------------------------


@plant(
    "The constraints are applied before the update.",
    "TRAIN-432",
    diagnosis="the constraint is applied before the update",
)
class ConstraintBeforeTheUpdate(NumpyModel):
    def update(self):
        self.rules.after_an_update(self.rules.kept())
        self.optimizer.update(self.parameters, self.gradient)


@plant("The constraints are ignored.", "TRAIN-432", diagnosis="the constraint is ignored")
class ConstraintsAreIgnored(RuledWeights):
    def held(self, rule, weight):
        return weight


@plant(
    "Norms are taken along the other axis.",
    "TRAIN-432 TRAIN-433",
    diagnosis="the norms are those along the other axis",
)
class OtherAxis(RuledWeights):
    def norms(self, weight, axis):
        return super().norms(weight, 1 - axis if weight.ndim == 2 else axis)


@plant(
    "The norm is that of the whole array.",
    "TRAIN-432 TRAIN-433",
    diagnosis="the norm is that of the whole array",
)
class NormOfTheWholeArray(RuledWeights):
    def norms(self, weight, axis):
        return np.sqrt(np.square(weight).sum(keepdims=True))


@plant("The norms are always those along axis 0.", "TRAIN-432", diagnosis="the axis is ignored")
class AxisIsIgnored(RuledWeights):
    def norms(self, weight, axis):
        return super().norms(weight, 0)


@plant(
    "Norms along axis 1 are those of each gate.",
    "TRAIN-432 TRAIN-433",
    diagnosis="the norms are those of each gate by itself",
)
class NormsOfEachGate(RuledWeights):
    def norms(self, weight, axis):
        if axis == 0:
            return super().norms(weight, axis)
        gates = weight.reshape(len(weight), 4, -1)
        norms = np.sqrt(np.square(gates).sum(axis=2, keepdims=True))
        return np.broadcast_to(norms, gates.shape).reshape(weight.shape)


@plant(
    "A maximum norm makes every vector that long.",
    "TRAIN-432",
    diagnosis="a maximum norm is given to shorter vectors as well",
)
class MaximumForAll(RuledWeights):
    def held(self, rule, weight):
        if not hasattr(rule, "max_value") or hasattr(rule, "rate"):
            return super().held(rule, weight)
        return weight * rule.max_value / self.norms(weight, rule.axis)


@plant(
    "A maximum norm is a limit of each entry.",
    "TRAIN-432",
    diagnosis="a maximum norm is a limit of each entry",
)
class MaximumOfEachEntry(RuledWeights):
    def held(self, rule, weight):
        if not hasattr(rule, "max_value") or hasattr(rule, "rate"):
            return super().held(rule, weight)
        return np.clip(weight, -rule.max_value, rule.max_value)


@plant("The rate of a constraint is ignored.", "TRAIN-433")
class RateIsIgnored(RuledWeights):
    def held(self, rule, weight):
        return super().held(replace(rule, rate=1.0) if hasattr(rule, "rate") else rule, weight)


@plant("The lower bound of a norm is ignored.", "TRAIN-433")
class LowerBoundIsIgnored(RuledWeights):
    def held(self, rule, weight):
        lower = hasattr(rule, "min_value")
        return super().held(replace(rule, min_value=0.0) if lower else rule, weight)


@plant(
    "What is below zero becomes its absolute value.",
    "TRAIN-432",
    diagnosis="what is below zero changes its sign",
)
class AbsoluteValues(RuledWeights):
    def held(self, rule, weight):
        return np.abs(weight) if isinstance(rule, NonNeg) else super().held(rule, weight)


@plant("The constraint of the bias is ignored.", "TRAIN-432 TRAIN-433")
class BiasIsNotHeld(RuledWeights):
    def held(self, rule, weight):
        return super().held(rule, weight) if weight.ndim == 2 else weight


@plant("Weights are held to their constraints when they are set.", "LIFE-320")
class HeldWhenSet(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        self.rules.after_an_update(self.rules.kept())


# Frozen layers ------------------------------------------------------------------------------------


@plant("A frozen layer learns.", "TRAIN-434 GRAD-304", diagnosis="a frozen layer learns")
class FrozenLayerLearns(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        self.frozen = []


@plant(
    "A frozen layer is held to its constraint.",
    "TRAIN-434",
    diagnosis="a frozen layer is held to its constraint",
)
class FrozenLayerIsHeld(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        self.constrained = [
            (one.constraint, w) for one, w in zip(every, weights, strict=True) if one.constraint
        ]


@plant(
    "A frozen layer has the gradients of its weights.",
    "GRAD-304",
    diagnosis="a frozen layer has the gradients of its weights",
)
class FrozenLayerHasGradients(RuledWeights):
    def after_the_way_back(self):
        frozen, self.frozen = self.frozen, []
        super().after_the_way_back()
        self.frozen = frozen


@plant(
    "The penalty on a frozen layer is counted.",
    "GRAD-304",
    diagnosis="the penalty on a frozen layer is counted",
)
class FrozenLayerIsPenalised(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        every = [one for of_layer in spec.layer_weights for one in of_layer]
        self.penalised = [
            (one.regularizer, w, d)
            for one, w, d in zip(every, weights, gradients, strict=True)
            if one.regularizer
        ]


@plant(
    "No gradient comes through a frozen layer.",
    "GRAD-304",
    diagnosis="no gradient comes through a frozen layer",
)
class NothingComesThroughAFrozenLayer(LSTMLayer):
    def backward(self, d_outputs):
        return super().backward(d_outputs) * (1 if self.layer.trainable else 0)


@plant("The weights of frozen layers are listed last.", "TRAIN-434")
class FrozenLayersLast(NumpyModel):
    def order_of_weights(self):
        every = [one for of_layer in self.spec.layer_weights for one in of_layer]
        return sorted(range(len(every)), key=lambda k: not every[k].trainable)

    def get_weights(self):
        found = super().get_weights()
        return [found[k] for k in self.order_of_weights()]

    def set_weights(self, weights):
        placed = list(weights)
        for place, k in enumerate(self.order_of_weights()):
            placed[k] = weights[place]
        super().set_weights(placed)
