"""Penalties on weights and on activities that are computed in another way, or in one place only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import L1L2, OrthogonalRegularizer
from reference.mutants.planting import planter
from reference.numpy.model import NumpyModel
from reference.numpy.rules import RuledWeights, Shared

plant = planter("rules")


def halved(rule):
    """Half of l2; another penalty as it is."""
    return replace(rule, l2=rule.l2 / 2) if isinstance(rule, L1L2) else rule


@plant(
    "The slope of a squared weight lacks its factor of two.",
    "GRAD-300",
    diagnosis="the slope of l2 lacks its factor of two",
)
class SlopeWithoutTwo(RuledWeights):
    def slope(self, rule, weight):
        return super().slope(halved(rule), weight)


@plant(
    "A penalty counts half of the squares, as weight decay does.",
    "GRAD-300",
    diagnosis="half of l2 is counted",
)
class HalfOfTheSquares(RuledWeights):
    def value(self, rule, weight):
        return super().value(halved(rule), weight)

    def slope(self, rule, weight):
        return super().slope(halved(rule), weight)


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
        return super().value(L1L2(0, rule.l2) if isinstance(rule, L1L2) else rule, weight)

    def slope(self, rule, weight):
        return super().slope(L1L2(0, rule.l2) if isinstance(rule, L1L2) else rule, weight)


@plant("l1 and l2 are exchanged.", "GRAD-300", diagnosis="l1 and l2 are exchanged")
class RatesAreExchanged(RuledWeights):
    def value(self, rule, weight):
        return super().value(L1L2(rule.l2, rule.l1) if isinstance(rule, L1L2) else rule, weight)

    def slope(self, rule, weight):
        return super().slope(L1L2(rule.l2, rule.l1) if isinstance(rule, L1L2) else rule, weight)


@plant(
    "l2 is the rate of the norm, not of its square.",
    "GRAD-300",
    diagnosis="l2 is the rate of the norm, not of its square",
)
class NormIsNotSquared(RuledWeights):
    def value(self, rule, weight):
        if not isinstance(rule, L1L2):
            return super().value(rule, weight)
        return float(rule.l1 * np.abs(weight).sum() + rule.l2 * np.sqrt(np.square(weight).sum()))

    def slope(self, rule, weight):
        if not isinstance(rule, L1L2):
            return super().slope(rule, weight)
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


# What vectors have in common ----------------------------------------------------------------------


class InCommon(RuledWeights):
    """``changed`` makes another penalty and weight of those of an orthogonal regulariser."""

    def value(self, rule, weight):
        own = isinstance(rule, OrthogonalRegularizer)
        return super().value(*(self.changed(rule, weight) if own else (rule, weight)))

    def slope(self, rule, weight):
        own = isinstance(rule, OrthogonalRegularizer)
        return super().slope(*(self.changed(rule, weight) if own else (rule, weight)))


@plant("Rows and columns that shall be orthogonal are exchanged.", "GRAD-520")
class RowsForColumns(InCommon):
    def changed(self, rule, weight):
        other = {"rows": "columns", "columns": "rows"}
        return replace(rule, mode=other[rule.mode]), weight


@plant("What rows have in common is added up, not averaged.", "GRAD-520")
class PairsAreAddedUp(InCommon):
    def changed(self, rule, weight):
        count = weight.shape[rule.mode == "columns"]
        return replace(rule, factor=rule.factor * count * (count - 1) / 2), weight


@plant("The factor of an orthogonal penalty is its default.", "GRAD-520")
class FactorIsIgnored(InCommon):
    def changed(self, rule, weight):
        return replace(rule, factor=0.01), weight


@plant("The slope of an orthogonal penalty takes all lengths for constants.", "GRAD-520")
class LengthsAreConstants(RuledWeights):
    def slope(self, rule, weight):
        if not isinstance(rule, OrthogonalRegularizer):
            return super().slope(rule, weight)
        shared = Shared(rule, weight)
        d = 2 * np.sign(shared.product) @ shared.directions / shared.norms
        return (d.T if shared.turned else d) * rule.factor / shared.pairs


# Where the penalty is told ------------------------------------------------------------------------


@plant(
    "A penalty is told in training, not in evaluation.",
    "TRAIN-430",
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
