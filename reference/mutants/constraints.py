"""Constraints that hold otherwise than they say, and frozen layers that are not, or too much so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import NonNeg
from reference.mutants.planting import planter
from reference.numpy.lstm import LSTMLayer
from reference.numpy.model import NumpyModel
from reference.numpy.rules import RuledWeights

plant = planter("rules")


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


@plant("Weights obey their constraints as soon as they are set.", "LIFE-320")
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
    "A frozen layer is changed by its constraint.",
    "TRAIN-434",
    diagnosis="a frozen layer is changed by its constraint",
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
    def get_weights(self):
        every = [one for of_layer in self.spec.layer_weights for one in of_layer]
        found = super().get_weights()
        order = sorted(range(len(every)), key=lambda k: not every[k].trainable)
        return [found[k] for k in order]
