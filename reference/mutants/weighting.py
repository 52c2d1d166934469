"""Weights of samples and classes that count otherwise, or in the wrong place."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import loss_facts
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.weighting import weighted, weights_of

plant = planter("weighting")


class Reweighed(NumpyModel):
    """One whose weights are changed on the way to the loss."""

    def changed(self, weights, valid):
        return weights

    def weighed(self, counts, y):
        weights = weights_of(y)
        if weights is None:
            return counts
        valid = np.ones(weights.shape, bool) if isinstance(counts, float) else counts[..., 0] > 0
        return counts * self.changed(weights, valid)[..., None]


@plant(
    "Weights of samples are ignored.",
    "TRAIN-380 TRAIN-381 TRAIN-385 TRAIN-391 TRAIN-401 GRAD-354",
    diagnosis="weights of samples are ignored",
)
class WeightsAreIgnored(Reweighed):
    def changed(self, weights, valid):
        return np.ones_like(weights)


@plant(
    "Weights of samples are applied twice.",
    "TRAIN-380 TRAIN-381 TRAIN-393 TRAIN-394 GRAD-354 GRAD-355",
    diagnosis="weights of samples are applied twice",
)
class WeightsAreAppliedTwice(Reweighed):
    def changed(self, weights, valid):
        return weights**2


@plant(
    "The weighted sum is divided by the sum of the weights.",
    "TRAIN-380 TRAIN-381 TRAIN-395 TRAIN-396 TRAIN-401 GRAD-354 GRAD-355",
    diagnosis="the weighted loss is divided by the sum of the weights",
    address="Keras, mean_with_sample_weight; PyTorch, the weight of CrossEntropyLoss",
)
class DividedByTheSumOfTheWeights(Reweighed):
    def changed(self, weights, valid):
        return weights * valid.sum() / max(float((weights * valid).sum()), 1e-9)


@plant("The roots of the weights count.", "TRAIN-380 TRAIN-397 TRAIN-398 GRAD-355")
class RootsOfTheWeights(Reweighed):
    def changed(self, weights, valid):
        return np.sqrt(weights)


@plant(
    "Weighted losses are divided by the rows, not by the steps.",
    "TRAIN-381 TRAIN-392 TRAIN-400",
    diagnosis="the weighted loss is summed over time",
)
class WeightedLossIsSummedOverTime(Reweighed):
    def changed(self, weights, valid):
        return weights * (weights.shape[1] if weights.ndim == 2 else 1)


@plant("Beside weights, the mask is forgotten.", "TRAIN-381 TRAIN-392 TRAIN-398 GRAD-354")
class MaskIsForgottenBesideWeights(NumpyModel):
    def weighed(self, counts, y):
        weights = weights_of(y)
        if weights is None or isinstance(counts, float):
            return super().weighed(counts, y)
        return weights[..., None] / weights.size


@plant("Beside weights, masked steps are divided by as well.", "TRAIN-381 TRAIN-392 GRAD-354")
class MaskedStepsAreDividedBy(NumpyModel):
    def weighed(self, counts, y):
        weights = weights_of(y)
        if weights is None or isinstance(counts, float):
            return super().weighed(counts, y)
        return (counts > 0) * weights[..., None] / weights.size


@plant(
    "The weight of row k counts at step k.",
    "TRAIN-382",
    diagnosis="the weight of a row counts at the step of its number",
    address="Keras 3, reduce_weighted_values",
)
class WeightOfARowCountsAtAStep(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        rows = weights[0] if weights else None
        every_step = len(self.spec.output_shape(1, 1)) == 3 and np.ndim(rows) == 1
        if every_step and np.shape(x)[:2] == (len(rows),) * 2:
            weights = (np.tile(rows, (len(rows), 1)), *weights[1:])
        return super().checked_pair(x, y, of, *weights)


@plant("A row of no weight is left out of what is divided by.", "TRAIN-383")
class RowsOfNoWeightAreLeftOut(Reweighed):
    def changed(self, weights, valid):
        return weights * weights.size / max(np.count_nonzero(weights), 1)


@plant(
    "The accuracy is weighted.",
    "TRAIN-384",
    diagnosis="the accuracy is weighted by the weights of samples",
)
class AccuracyIsWeighted(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        weights = weights_of(y)
        if weights is not None and loss_facts(self.spec.loss).targets == "labels":
            hits = outputs.argmax(axis=-1) == np.asarray(y)
            metrics["accuracy"] = float((hits * weights).sum() / weights.sum())
        return metrics


class Classes(NumpyModel):
    """One that reads class_weight in its own way."""

    def read(self, y, class_weight):
        return class_weight

    def checked_pair(self, x, y, of="", *weights):
        if len(weights) == 2 and weights[1] is not None:
            weights = weights[0], self.read(y, weights[1])
        return super().checked_pair(x, y, of, *weights)


@plant("A class that class_weight does not name counts nothing.", "TRAIN-385 TRAIN-401")
class UnnamedClassesCountNothing(Classes):
    def read(self, y, class_weight):
        return dict.fromkeys(range(20), 0.0) | class_weight


@plant("The weights of the classes are counted from one.", "TRAIN-385 TRAIN-397 TRAIN-399")
class ClassesOfWeightsAreCountedFromOne(Classes):
    def read(self, y, class_weight):
        return {label - 1: weight for label, weight in class_weight.items()}


@plant("Weights of classes count for labels alone.", "TRAIN-385 TRAIN-399")
class WeightsOfClassesCountForLabelsAlone(Classes):
    def read(self, y, class_weight):
        return class_weight if loss_facts(self.spec.loss).targets == "labels" else {}


@plant("All steps of a row have the weight of the class of its first step.", "TRAIN-386")
class ClassOfTheFirstStep(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        labels = loss_facts(self.spec.loss).targets == "labels" and np.ndim(y) == 2
        if labels and len(weights) == 2 and weights[1] is not None:
            rows = [weights[1].get(int(row[0]), 1.0) for row in np.asarray(y)]
            weights = np.array(rows), None
        return super().checked_pair(x, y, of, *weights)


@plant("fit gives all steps of a row the weight of the class of the first.", "TRAIN-530")
class ClassOfTheFirstStepInFit(NumpyModel):
    def fit(self, x, y, *, class_weight=None, **how):
        if class_weight is not None and np.ndim(y) == 2:
            rows = np.array([class_weight.get(int(row[0]), 1.0) for row in y])
            return super().fit(x, y, sample_weight=rows, **how)
        return super().fit(x, y, class_weight=class_weight, **how)


@plant("Beside weights of classes, those of samples are ignored.", "TRAIN-387")
class ClassesDisplaceSamples(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        if len(weights) == 2 and weights[1] is not None:
            weights = None, weights[1]
        return super().checked_pair(x, y, of, *weights)


@plant("Weights of another number are repeated until there are enough.", "TRAIN-388")
class WeightsAreRepeated(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        if weights and weights[0] is not None and np.shape(weights[0])[0] != len(x):
            weights = np.resize(weights[0], len(x)), *weights[1:]
        return super().checked_pair(x, y, of, *weights)


@plant("A shuffle leaves the weights where they were.", "TRAIN-402")
class ShuffleLeavesTheWeights(NumpyModel):
    def train_step(self, x, y):
        weights = weights_of(y)
        if weights is not None and len(y) == 8:
            y = weighted(self.spec, np.asarray(y), np.resize([0, 2], 8))
        return super().train_step(x, y)


@plant("The validation ignores its weights.", "TRAIN-403")
class ValidationIgnoresItsWeights(NumpyModel):
    def validate(self, x, y, batch_size):
        return super().validate(x, np.asarray(y), batch_size)


@plant("Weights of classes count in the validation as well.", "TRAIN-403")
class ClassesCountInTheValidation(NumpyModel):
    def fit(self, x, y, *, validation_data=None, class_weight=None, **how):
        if validation_data is not None and class_weight is not None:
            of_y = np.asarray(validation_data[1]).astype(int)
            named = np.array([class_weight.get(int(one), 1.0) for one in of_y])
            validation_data = (*validation_data[:2], named)
        given = {"validation_data": validation_data, "class_weight": class_weight}
        return super().fit(x, y, **given, **how)


@plant("Evaluate weighs its batches by the sum of their weights.", "TRAIN-380 TRAIN-401")
class BatchesAreWeighedByTheirWeights(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        weights = weights_of(y)
        if weights is None:
            return super().over_batches(step, x, y, batch_size)
        found, shares = [], []
        for rows in self.batches(len(x), batch_size):
            found.append(step(x[rows], y[rows]))
            shares.append(float(weights[rows].sum()))
        return {
            name: float(np.average([one[name] for one in found], weights=shares))
            for name in found[0]
        }


@plant("The weights of an update are kept for the next calls.", "LIFE-310")
class WeightsAreKept(NumpyModel):
    kept = None

    def checked_pair(self, x, y, of="", *weights):
        if weights and weights[0] is not None:
            self.kept = weights[0]
        elif self.kept is not None and len(self.kept) == len(x):
            weights = self.kept, *weights[1:]
        return super().checked_pair(x, y, of, *weights)


@plant("Weights are left out of the gradient.", "TRAIN-393 TRAIN-395 TRAIN-397 TRAIN-399 GRAD-354")
class WeightsAreLeftOutOfTheGradient(NumpyModel):
    def there_and_back(self, x, y, starting):
        figures = super().there_and_back(x, y, starting)[0]
        return figures, super().there_and_back(x, np.asarray(y), starting)[1]
