"""Losses and accuracies, and when they are taken."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import loss_facts
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.losses import MeanSquaredError, SoftmaxCrossentropy, accuracy
from reference.numpy.optimizers import AdamOptimizer

plant = planter("losses")


@plant("The squared error is summed over the features.", "GRAD-30 TRAIN-30 TRAIN-01")
class FeatureSum(MeanSquaredError):
    def per_position(self, outputs, y):
        return np.square(outputs - y).sum(axis=-1)

    def gradient(self, outputs, y):
        return 2 * (outputs - y)


@plant("Half of the squared error.", "GRAD-30 TRAIN-30 TRAIN-09")
class Halved(MeanSquaredError):
    def per_position(self, outputs, y):
        return super().per_position(outputs, y) / 2

    def gradient(self, outputs, y):
        return super().gradient(outputs, y) / 2


@plant("Cross-entropy averaged over the classes.", "GRAD-31 TRAIN-31 TRAIN-03")
class ClassMean(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits, y) / y.shape[-1]

    def gradient(self, logits, y):
        return super().gradient(logits, y) / y.shape[-1]


@plant(
    "Cross-entropy summed over the rows.",
    "TRAIN-31 PIPE-34 PIPE-40 PIPE-41 PIPE-55 PIPE-58",
)
class RowSum(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits, y) * len(y)

    def gradient(self, logits, y):
        return super().gradient(logits, y) * len(y)


@plant("Cross-entropy in bits.", "TRAIN-31")
class Bits(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits, y) / np.log(2)


@plant("Cross-entropy of probabilities that underflow.", "TRAIN-36")
class Underflow(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        y = self.smoothed(y)
        shifted = np.exp((logits - logits.max(axis=-1, keepdims=True)).astype(np.float32))
        with np.errstate(divide="ignore"):
            logs = np.log(shifted / shifted.sum(axis=-1, keepdims=True))
        return -np.where(y > 0, y * logs, 0).sum(axis=-1)


@plant("The reported loss is summed over time.", "GRAD-32 TRAIN-30 TRAIN-32")
class TimeSum(NumpyModel):
    def test_step(self, x, y):
        figures = super().test_step(x, y)
        return figures | {"loss": figures["loss"] * (y.shape[1] if y.ndim == 3 else 1)}


@plant("Accuracy asks for rows that are right throughout.", "TRAIN-34")
class WholeRows(NumpyModel):
    def measure(self, outputs, y, valid):
        figures = super().measure(outputs, y, valid)
        if "accuracy" in figures and y.ndim == 3:
            figures["accuracy"] = float(accuracy(outputs, y).all(axis=1).mean())
        return figures


@plant("Accuracy rounds each probability by itself.", "TRAIN-33 TRAIN-34")
class BinaryAccuracy(NumpyModel):
    def measure(self, outputs, y, valid):
        figures = super().measure(outputs, y, valid)
        if "accuracy" in figures:
            figures["accuracy"] = float(((outputs > 0.5) == (y > 0.5)).mean())
        return figures


@plant("Figures are taken after the update.", "TRAIN-40 TRAIN-01 TRAIN-52")
class MeasuredAfter(NumpyModel):
    def train_step(self, x, y):
        kept = list(self.states)
        super().train_step(x, y)
        ended, self.states = list(self.states), kept
        figures = self.test_step(x, y)
        self.states = ended
        return figures


@plant(
    "Train_on_batch returns a running mean.",
    "TRAIN-41 TRAIN-01",
    diagnosis="the loss of train_on_batch is the mean of all batches so far",
)
class RunningMean(NumpyModel):
    seen: tuple[float, int] = (0.0, 0)

    def train_on_batch(self, x, y, **weights):
        figures = super().train_on_batch(x, y, **weights)
        total, count = self.seen[0] + figures["loss"], self.seen[1] + 1
        self.seen = total, count
        return figures | {"loss": total / count}


@plant("Test_on_batch trains.", "TRAIN-42")
class TestingTrains(NumpyModel):
    def test_on_batch(self, x, y, **weights):
        return self.train_on_batch(x, y, **weights)


@plant("Measuring counts as an update for Adam.", "TRAIN-42")
class TestingCounts(NumpyModel):
    def test_step(self, x, y):
        if isinstance(self.optimizer, AdamOptimizer):
            self.optimizer.t += 1
        return super().test_step(x, y)


@plant(
    "Batches are averaged without their weight in rows.",
    "TRAIN-43 TRAIN-52 TRAIN-61",
    diagnosis="of evaluate is the plain mean of the batches' figures",
)
class MeanOfMeans(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        figures = [step(x[rows], y[rows]) for rows in self.batches(len(x), batch_size)]
        return {name: sum(one[name] for one in figures) / len(figures) for name in figures[0]}


@plant(
    "The figures of an epoch are those of its last batch.",
    "TRAIN-43 TRAIN-52",
    diagnosis="of evaluate is that of the last batch",
)
class LastFigures(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        return [step(x[rows], y[rows]) for rows in self.batches(len(x), batch_size)][-1]


@plant("The cross-entropy of sigmoids counts masked steps.", "TRAIN-97")
class SigmoidsCountMaskedSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        softmax = self.loss.on_logits or not loss_facts(self.spec.loss).accuracy
        return super().measure(outputs, y, valid if softmax else None)
