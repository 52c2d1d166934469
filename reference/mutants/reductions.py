"""Losses that become one number in another way than was asked for; labels that count anyway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import Huber, SparseCategoricalCrossentropy
from reference.mutants.lost_on_load import Loading
from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.losses import reduced
from reference.numpy.weighting import weights_of

plant = planter("losses")


class Reducing(NumpyModel):
    """Reduces in a way of its own."""

    def weighed(self, counts, y):
        weights = weights_of(y)
        shares = counts if weights is None else counts * weights[..., None]
        return self.reduced(counts, shares, weights)


@plant("The loss is a mean, whatever reduction is asked for.", "TRAIN-531 TRAIN-532 GRAD-530")
class ReductionIsIgnored(Reducing):
    def reduced(self, counts, shares, weights):
        return shares


@plant("A sum of losses is divided by the rows.", "TRAIN-531 GRAD-530")
class SumIsDividedByTheRows(Reducing):
    def reduced(self, counts, shares, weights):
        share = reduced(self.spec.reduction, counts, shares)
        rows = 1 if weights is None else len(weights)
        return share / rows if self.spec.reduction == "sum" else share


@plant("A sum of losses is over a single step of each row.", "TRAIN-531")
class SumIsOverRows(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if self.spec.reduction == "sum" and outputs.ndim == 3:
            metrics["loss"] /= outputs.shape[1]
        return metrics


@plant("The gradient of a sum is that of the mean.", "TRAIN-533 GRAD-530")
class GradientOfASumIsThatOfTheMean(NumpyModel):
    def there_and_back(self, x, y, starting):
        metrics, d = super().there_and_back(x, y, starting)
        if self.spec.reduction == "sum":
            self.gradient /= y.shape[0]
        return metrics, d


@plant("A weighted mean divides by the weights of masked steps as well.", "TRAIN-532")
class WeightsOfMaskedStepsAreDividedBy(Reducing):
    def reduced(self, counts, shares, weights):
        if self.spec.reduction != "weighted mean" or weights is None:
            return reduced(self.spec.reduction, counts, shares)
        return (np.ones(1) if isinstance(counts, float) else counts > 0) * (
            weights[..., None] / max(float(weights.sum()), 1e-9)
        )


@plant("A weighted mean of nothing is no number.", "TRAIN-532")
class WeightedMeanOfNothing(Reducing):
    def reduced(self, counts, shares, weights):
        if self.spec.reduction != "weighted mean" or isinstance(shares, float):
            return reduced(self.spec.reduction, counts, shares)
        with quiet():
            return shares / shares.sum()


@plant("A weighted mean leaves the weights of classes out of what it divides by.", "TRAIN-534")
class ClassesAreNotDividedBy(NumpyModel):
    def train_on_batch(self, x, y, sample_weight=None, class_weight=None):
        self.by_class = class_weight is not None
        return super().train_on_batch(x, y, sample_weight, class_weight)

    def weighed(self, counts, y):
        weights = weights_of(y)
        if getattr(self, "by_class", False) and weights is not None:
            return counts * weights[..., None]
        return super().weighed(counts, y)


@plant("A loaded model takes the mean of its losses.", "LIFE-544")
class LoadedModelTakesTheMean(Loading):
    def changed(self, spec):
        return replace(spec, reduction="mean")


@plant("A loaded model has Huber's loss with a delta of one.", "LIFE-545")
class LoadedHuberHasADeltaOfOne(Loading):
    def changed(self, spec):
        return replace(spec, loss="huber") if isinstance(spec.loss, Huber) else spec


@plant("A loaded model has forgotten which labels it ignores.", "LIFE-547")
class LoadedModelIgnoresNoLabels(Loading):
    def changed(self, spec):
        forgets = isinstance(spec.loss, SparseCategoricalCrossentropy)
        return replace(spec, loss=replace(spec.loss, ignore_class=None)) if forgets else spec


@plant("A clone has the loss that its word says, without options.", "LIFE-546")
class CloneHasNoOptions(NumpyModel):
    def clone(self):
        plain = self.spec
        if isinstance(plain.loss, Huber):
            plain = replace(plain, loss="huber")
        twin = type(self)(plain, self.engine)
        twin.set_weights(self.weights)
        return twin


@plant(
    "Positions whose label is to be ignored are divided by.",
    "TRAIN-535 TRAIN-536 TRAIN-538 GRAD-531",
)
class IgnoredPositionsAreDividedBy(NumpyModel):
    def weighed(self, counts, y):
        share = super().weighed(counts, y)
        if isinstance(counts, float):
            return share
        return share * (counts > 0).sum() / counts.size


@plant("A label that is a class is never ignored.", "TRAIN-535 TRAIN-536")
class ClassesAreNeverIgnored(NumpyModel):
    def asked(self, y, valid):
        ignored = getattr(self.spec.loss, "ignore_class", None)
        return valid if ignored is not None and 0 <= ignored < 3 else super().asked(y, valid)


@plant("Beside labels that are to be ignored, the mask is forgotten.", "GRAD-531")
class MaskIsForgottenBesideIgnoredLabels(NumpyModel):
    def asked(self, y, valid):
        asked = super().asked(y, None)
        return valid if asked is None else asked


@plant("The accuracy leaves out labels that are to be ignored.", "TRAIN-535")
class AccuracyLeavesOutIgnoredLabels(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        asked = self.asked(y, valid)
        if asked is not None and "accuracy" in metrics:
            metrics["accuracy"] *= asked.size / max(int(asked.sum()), 1)
        return metrics


@plant("The loss of a batch whose labels are all ignored is no number.", "TRAIN-537")
class LossWithoutLabels(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        asked = self.asked(y, valid)
        if asked is not None and not asked.any():
            metrics["loss"] = float("nan")
        return metrics
