"""Figures that are averaged in another way: over batches, over steps, over something else."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import loss_facts
from reference.mutants.planting import planter
from reference.numpy.model import NumpyModel

plant = planter("losses")


def equally(model, step, x, y, batch_size, names):
    """The figures of a model, some of them as means that give each batch the same weight."""
    found = [step(x[rows], y[rows]) for rows in model.batches(len(x), batch_size)]
    sizes = [rows.stop - rows.start for rows in model.batches(len(x), batch_size)]
    return {
        name: float(
            np.average([one[name] for one in found], weights=None if name in names else sizes)
        )
        for name in found[0]
    }


@plant(
    "evaluate weighs accuracies by batches.",
    "TRAIN-150",
    diagnosis="the accuracy of evaluate is the plain mean of the batches' figures",
)
class EvaluateWeighsAccuraciesByBatches(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        names = {"accuracy"} if step == self.test_step else set()
        return equally(self, step, x, y, batch_size, names)


@plant("The accuracy of fit is a mean over batches, its loss over rows.", "TRAIN-151")
class FitWeighsAccuraciesByBatches(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        names = {"accuracy"} if step == self.trained_between else set()
        return equally(self, step, x, y, batch_size, names)


@plant("The accuracy of an epoch of fit is that of its last batch.", "TRAIN-151")
class AccuracyOfTheLastBatch(NumpyModel):
    def over_batches(self, step, x, y, batch_size):
        last = {}

        def noted(x, y):
            last.update(step(x, y))
            return dict(last)

        figures = super().over_batches(noted, x, y, batch_size)
        if step == self.trained_between and "accuracy" in figures:
            figures["accuracy"] = last["accuracy"]
        return figures


@plant("The accuracy of the validation counts full batches only.", "TRAIN-151")
class ValidationDropsTheLastBatch(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = super().validate(x, y, batch_size)
        full = len(x) - len(x) % batch_size
        if loss_facts(self.spec.loss).accuracy and 0 < full < len(x):
            figures["val_accuracy"] = self.over_batches(
                self.test_step, x[:full], y[:full], batch_size
            )["accuracy"]
        return figures


@plant("A single row in a last batch has the accuracy of its last step.", "TRAIN-150 TRAIN-151")
class SingleRowHasOneStep(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if len(outputs) == 1 and outputs.ndim == 3 and "accuracy" in metrics:
            metrics["accuracy"] = float(outputs[0, -1].argmax() == y[0, -1].argmax())
        return metrics


class WeighedBySteps(NumpyModel):
    """Some figures of evaluate, fit and validation are means over valid steps, not over rows."""

    names: tuple[str, ...] = ()
    steps: int = 0

    def measure(self, outputs, y, valid):
        self.steps = y.shape[0] if valid is None else int(valid.sum())
        return super().measure(outputs, y, valid)

    def over_batches(self, step, x, y, batch_size):
        found, rows, steps = [], [], []
        for batch in self.batches(len(x), batch_size):
            found.append(step(x[batch], y[batch]))
            rows.append(batch.stop - batch.start)
            steps.append(self.steps)
        return {
            name: float(
                np.average(
                    [one[name] for one in found], weights=steps if name in self.names else rows
                )
            )
            for name in found[0]
        }


@plant("With masks, the loss of evaluate and fit is a mean over valid steps.", "TRAIN-152")
class LossOverSteps(WeighedBySteps):
    names = ("loss",)


@plant(
    "With masks, the accuracy of evaluate and fit is a mean over valid steps.",
    "TRAIN-153",
    address="Keras: metrics add up over batches",
)
class AccuracyOverSteps(WeighedBySteps):
    names = ("accuracy",)


@plant("Accuracies of masked rows are divided by all steps.", "TRAIN-153")
class AccuracyOverAllSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if valid is not None and "accuracy" in metrics:
            metrics["accuracy"] *= float(valid.mean())
        return metrics


@plant("In training, a loss over masked steps is divided by the rows.", "TRAIN-152")
class LossPerRow(NumpyModel):
    def differentiate(self, x, y, starting):
        metrics, d = super().differentiate(x, y, starting)
        valid = getattr(self.layers[0], "valid", None)
        if valid is not None:
            metrics["loss"] *= float(valid.sum()) / len(y)
        return metrics, d
