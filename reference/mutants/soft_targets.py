"""Cross-entropy that is right for ones and zeros only, or as long as no logit is large."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.losses import SoftmaxCrossentropy

plant = planter("soft_targets")


def as_labels(y):
    """One where the largest is."""
    return np.eye(y.shape[-1])[y.argmax(axis=-1)]


@plant("Soft targets are turned into labels.", "TRAIN-137 GRAD-137")
class SoftTargetsAreTurnedIntoLabels(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits, as_labels(y))

    def gradient(self, logits, y):
        return super().gradient(logits, as_labels(y))


@plant("Cross-entropy is the divergence: the entropy of the targets is taken off.", "TRAIN-137")
class CrossEntropyIsTheDivergence(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        entropy = -(y * np.log(np.where(y > 0, y, 1))).sum(axis=-1)
        return super().per_position(logits, y) - entropy


@plant("Accuracy counts a target only where it is beyond a half.", "TRAIN-137")
class AccuracyCountsTargetsBeyondAHalf(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if "accuracy" in metrics and valid is None:
            hits = np.take_along_axis(y, outputs.argmax(axis=-1)[..., None], axis=-1) > 0.5
            metrics["accuracy"] = float(hits.mean())
        return metrics


@plant("The gradient of a class with a small target is left out.", "GRAD-137")
class GradientOfASmallTargetIsLeftOut(SoftmaxCrossentropy):
    def gradient(self, logits, y):
        return super().gradient(logits, np.where(y < 0.1, 0, y))


@plant("The largest logit is not subtracted before the exponential.", "TRAIN-138")
class LargestLogitIsNotSubtracted(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        with quiet():
            powers = np.exp(logits)
            logs = np.log(powers / powers.sum(axis=-1, keepdims=True))
            return -(self.smoothed(y) * logs).sum(axis=-1)


@plant("The gradient subtracts the second logit of a row, not its largest.", "TRAIN-138")
class GradientSubtractsTheFirstLogit(SoftmaxCrossentropy):
    def gradient(self, logits, y):
        with quiet():
            powers = np.exp(logits - logits[..., 1:2])
            return powers / powers.sum(axis=-1, keepdims=True) - self.smoothed(y)
