"""Mistakes in the absolute error, in Huber's loss, in binary and sparse cross-entropy."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import BinaryCrossentropy, loss_facts
from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.activations import softmax
from reference.numpy.losses import (
    BitCrossentropy,
    HuberLoss,
    MeanAbsoluteError,
    ProbabilityCrossentropy,
    SigmoidCrossentropy,
    SoftmaxCrossentropy,
    SparseCrossentropy,
    smoothed,
)
from reference.numpy.more_activations import logistic

plant = planter("losses")


@plant(
    "The absolute error is summed over the features.",
    "TRAIN-350 TRAIN-360 TRAIN-361 TRAIN-370 GRAD-350",
    diagnosis="the mean absolute error is summed over the features",
)
class AbsoluteErrorIsSummed(MeanAbsoluteError):
    def per_position(self, outputs, y):
        return super().per_position(outputs, y) * y.shape[-1]

    def gradient(self, outputs, y):
        return super().gradient(outputs, y) * y.shape[-1]


@plant("The gradient of the absolute error is the error.", "TRAIN-360 TRAIN-361 GRAD-350")
class GradientOfTheAbsoluteErrorIsTheError(MeanAbsoluteError):
    def gradient(self, outputs, y):
        return (outputs - y) / y.shape[-1]


@plant("The absolute error counts masked steps.", "TRAIN-357")
class AbsoluteErrorCountsMaskedSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        return super().measure(outputs, y, None if self.spec.loss == "mae" else valid)


@plant(
    "Huber's loss is a square beyond delta and a line within it.",
    "TRAIN-351 TRAIN-362 TRAIN-363 GRAD-350 GRAD-352",
    diagnosis="Huber's loss has its branches exchanged",
)
class BranchesOfHuberAreExchanged(HuberLoss):
    def per_position(self, outputs, y):
        error = np.abs(outputs - y)
        line = self.delta * (error - 0.5 * self.delta)
        return np.where(error > self.delta, 0.5 * error**2, line).mean(axis=-1)

    def gradient(self, outputs, y):
        error = outputs - y
        within = np.abs(error) <= self.delta
        return np.where(within, self.delta * np.sign(error), error) / y.shape[-1]


@plant(
    "Huber's line begins at zero.",
    "TRAIN-351",
    diagnosis="Huber's loss lacks delta squared over two beyond delta",
)
class LineOfHuberBeginsAtZero(HuberLoss):
    def per_position(self, outputs, y):
        error = np.abs(outputs - y)
        line = self.delta * error
        return np.where(error <= self.delta, 0.5 * error**2, line).mean(axis=-1)


@plant(
    "The delta of Huber's loss is always one.",
    "TRAIN-351 GRAD-352",
    diagnosis="Huber's loss has a delta of one whatever it is asked for",
)
class DeltaIsAlwaysOne(HuberLoss):
    def __init__(self, asked):
        self.delta = 1.0


@plant("The gradient of Huber's loss is not limited by delta.", "TRAIN-362 GRAD-350 GRAD-352")
class GradientOfHuberIsNotLimited(HuberLoss):
    def gradient(self, outputs, y):
        return (outputs - y) / y.shape[-1]


@plant(
    "Binary cross-entropy leaves out the answers no.",
    "TRAIN-352 TRAIN-364",
    diagnosis="binary cross-entropy counts the answers yes alone",
)
class AnswersNoAreLeftOut(SigmoidCrossentropy):
    def per_position(self, logits, y):
        return -(self.smoothed(y) * np.log(logistic(logits))).mean(axis=-1)

    def gradient(self, logits, y):
        return self.smoothed(y) * (logistic(logits) - 1) / y.shape[-1]


@plant(
    "Binary cross-entropy is summed over the features.",
    "TRAIN-352 TRAIN-364 TRAIN-365 GRAD-350",
    diagnosis="binary cross-entropy is summed over the features",
)
class BitsAreSummed(SigmoidCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits, y) * y.shape[-1]

    def gradient(self, logits, y):
        return super().gradient(logits, y) * y.shape[-1]


@plant("Binary cross-entropy has a factor too many in the gradient.", "GRAD-351 TRAIN-365")
class SlopeOfTheSigmoidTwice(SigmoidCrossentropy):
    def gradient(self, logits, y):
        p = logistic(logits)
        return super().gradient(logits, y) * (1 + p * (1 - p))


@plant("The gradient of a certain sigmoid is taken from probabilities.", "GRAD-353")
class GradientFromProbabilities(SigmoidCrossentropy):
    def gradient(self, logits, y):
        p = logistic(logits).astype(np.float32)
        with quiet():
            through = (p - self.smoothed(y)) / (p * (1 - p)) * (p * (1 - p))
        return np.nan_to_num(through) / y.shape[-1]


@plant("Binary cross-entropy takes the logarithm of zero.", "TRAIN-358")
class LogarithmOfZero(SigmoidCrossentropy):
    def per_position(self, logits, y):
        p = logistic(logits).astype(np.float32)
        with quiet():
            said = np.where(y > 0.5, np.log(p), np.log(1 - p))
            return np.where(np.abs(logits) > 100, -said, 0).mean(axis=-1) + np.where(
                (np.abs(logits) > 100).any(axis=-1), 0, super().per_position(logits, y)
            )


@plant(
    "Labels are counted from one.",
    "TRAIN-353 TRAIN-366 TRAIN-367 GRAD-350",
    diagnosis="the labels of sparse cross-entropy are counted from one",
)
class LabelsAreCountedFromOne(SparseCrossentropy):
    def one_hot(self, outputs, y):
        return super().one_hot(outputs, (y - 1) % outputs.shape[-1])


@plant("A label that is no class is taken for the nearest one.", "TRAIN-359")
class LabelsAreClipped(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        if loss_facts(self.spec.loss).targets == "labels":
            y = np.clip(y, 0, self.spec.output_shape(1, 1)[-1] - 1)
        return super().checked_pair(x, y, of, *weights)


@plant(
    "Label smoothing is ignored.",
    "TRAIN-354 TRAIN-368 GRAD-350",
    diagnosis="label smoothing is ignored",
)
class SmoothingIsIgnored(SoftmaxCrossentropy):
    def smoothed(self, y):
        return y


@plant(
    "Label smoothing smooths the outputs, not the targets.",
    "TRAIN-354 TRAIN-368",
    diagnosis="label smoothing is applied to the outputs",
)
class OutputsAreSmoothed(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        p = smoothed(softmax(logits), self.smoothing, 1 / y.shape[-1])
        return -(y * np.log(p)).sum(axis=-1)


@plant(
    "Label smoothing spreads over two classes whatever their number.",
    "TRAIN-354 TRAIN-368",
    diagnosis="label smoothing spreads over two classes instead of all",
)
class SmoothingKnowsTwoClasses(SoftmaxCrossentropy):
    def smoothed(self, y):
        return smoothed(y, self.smoothing, 0.5)


@plant(
    "Label smoothing adds without taking away.",
    "TRAIN-354",
    diagnosis="label smoothing adds to the targets and takes nothing away",
)
class SmoothingOnlyAdds(SoftmaxCrossentropy):
    def smoothed(self, y):
        return y + self.smoothing / y.shape[-1]


@plant("The smoothing of answers goes by the number of features.", "TRAIN-354 TRAIN-365")
class SmoothingOfBitsGoesByFeatures(SigmoidCrossentropy):
    def smoothed(self, y):
        return smoothed(y, self.smoothing, 1 / y.shape[-1])


@plant(
    "Logits go through the softmax before they count as logits.",
    "TRAIN-355 TRAIN-367 TRAIN-369",
    diagnosis="with from_logits there is a softmax too many",
)
class SoftmaxBeforeLogits(SoftmaxCrossentropy):
    def per_position(self, logits, y):
        return super().per_position(logits if self.on_logits else softmax(logits), y)


@plant(
    "Behind a softmax, from_logits means what went into it.",
    "TRAIN-371",
    address="Keras 3 on TensorFlow, _get_logits",
)
class LogitsAreLookedFor(NumpyModel):
    def compared(self, outputs):
        ending = getattr(self.spec.layers[-1], "activation", "")
        if ending == "softmax" and isinstance(self.loss, SoftmaxCrossentropy):
            return self.last.preactivation
        return super().compared(outputs)


@plant(
    "The threshold of answers is zero where the outputs are logits.",
    "TRAIN-356",
    diagnosis="the accuracy of logits has its threshold at zero",
)
class ThresholdOfLogitsIsZero(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if getattr(self.spec.loss, "from_logits", False) and isinstance(
            self.loss, SigmoidCrossentropy
        ):
            metrics["accuracy"] = float(((outputs > 0) == (y > 0.5)).mean())
        return metrics


@plant("The accuracy of answers asks for rows that are right throughout.", "TRAIN-356 TRAIN-370")
class AnswersOfARowCountTogether(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if loss_facts(self.spec.loss).targets == "bits":
            metrics["accuracy"] = float(((outputs > 0.5) == (y > 0.5)).all(axis=-1).mean())
        return metrics


@plant("Answers that no sigmoid gave lose their second half.", "TRAIN-372")
class AnswersOfOtherActivations(BitCrossentropy):
    def per_position(self, outputs, y):
        return -(self.smoothed(y) * np.log(outputs)).mean(axis=-1)


@plant(
    "What went into a softmax is taken for the logits of answers.",
    "TRAIN-372",
    address="Keras 3 on TensorFlow, _keras_logits",
)
class SoftmaxIsTakenForASigmoid(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if isinstance(self.loss, BitCrossentropy):
            loss = SigmoidCrossentropy(BinaryCrossentropy())
            metrics["loss"] = float(loss.per_position(self.last.preactivation, y).mean())
        return metrics


@plant(
    "After TimeDistributed, the smoothed share is spread over as many classes as there are steps.",
    "GRAD-560",
)
class SmoothedOverTheSteps(ProbabilityCrossentropy):
    def smoothed(self, y):
        return smoothed(y, self.smoothing, 1 / y.shape[-2 if y.ndim == 3 else -1])


@plant("After TimeDistributed, answers learn as if a sigmoid were at its steepest.", "GRAD-560")
class AnswersAreNotDividedByTheirSlope(BitCrossentropy):
    def gradient(self, outputs, y):
        return (outputs - self.smoothed(y)) * 4 / y.shape[-1]


@plant("After TimeDistributed, targets between yes and no are rounded.", "GRAD-560")
class TargetsBetweenAreRounded(BitCrossentropy):
    def smoothed(self, y):
        return super().smoothed(np.round(y))


@plant("Outputs of any activation but the softmax are taken for logits.", "TRAIN-561")
class OutputsAreTakenForLogits(ProbabilityCrossentropy):
    def per_position(self, outputs, y):
        return super().per_position(softmax(outputs), y)
