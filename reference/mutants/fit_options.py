"""fit that holds out other rows, counts epochs otherwise, or resets at another time."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.fitting import FitOptions

plant = planter("fitting")


@plant("validation_split holds out the first rows.", "TRAIN-404 TRAIN-405")
class TheFirstRowsAreHeldOut(FitOptions):
    def parted(self, arrays):
        turned = [None if one is None else one[::-1] for one in arrays]
        parts = super().parted(turned)
        return tuple([None if one is None else one[::-1] for one in part] for part in parts)


@plant("Rows that are held out are trained on as well.", "TRAIN-404 TRAIN-405 TRAIN-407")
class HeldOutRowsAreTrained(FitOptions):
    def parted(self, arrays):
        return arrays, super().parted(arrays)[1]


@plant("The number of rows that are trained on is rounded up.", "TRAIN-404 TRAIN-407 TRAIN-409")
class TrainedRowsAreRoundedUp(FitOptions):
    def trained(self, rows):
        return -(-super().trained(2 * rows) // 2)


@plant("One row is trained on at least, however many are held out.", "TRAIN-562")
class OneRowIsTrainedOn(FitOptions):
    def trained(self, rows):
        return max(1, super().trained(rows))


@plant("Rows that are held out have no weights.", "TRAIN-405")
class HeldOutRowsHaveNoWeights(FitOptions):
    def parted(self, arrays):
        given, held = super().parted(arrays)
        return given, [*held[:2], None]


@plant("The validation has the batch size of the training.", "TRAIN-406")
class ValidationHasTheBatchSizeOfTheTraining(NumpyModel):
    def fit(self, x, y, *, validation_batch_size=None, **how):
        return super().fit(x, y, **how)


@plant("epochs counts from initial_epoch on.", "TRAIN-407")
class EpochsCountFromTheInitialOne(NumpyModel):
    def fit(self, x, y, *, epochs, initial_epoch=0, **how):
        until = epochs + initial_epoch
        return super().fit(x, y, epochs=until, initial_epoch=initial_epoch, **how)


@plant("The validation is counted from the first epoch of the call.", "TRAIN-407")
class ValidationsCountFromTheCall(FitOptions):
    def validates_after(self, epoch):
        return super().validates_after(epoch - self.initial_epoch)


@plant("Every epoch of steps_per_epoch batches begins with the first row.", "TRAIN-408")
class EveryEpochBeginsWithTheFirstRow(FitOptions):
    def portions(self, orders, batch_size):
        for order in orders:
            yield order[: self.steps_per_epoch * batch_size] if self.steps_per_epoch else order


@plant("steps_per_epoch is ignored.", "TRAIN-408")
class StepsPerEpochAreIgnored(FitOptions):
    def portions(self, orders, batch_size):
        yield from orders


@plant("validation_freq validates after the first epoch.", "TRAIN-407 TRAIN-409")
class ValidatesAfterTheFirstEpoch(FitOptions):
    def validates_after(self, epoch):
        return epoch % self.validation_freq == 0


@plant("validation_freq is ignored.", "TRAIN-407 TRAIN-409")
class ValidationFreqIsIgnored(FitOptions):
    def validates_after(self, epoch):
        return True


@plant("validation_steps is ignored.", "TRAIN-500")
class ValidationStepsAreIgnored(NumpyModel):
    def fit(self, x, y, *, validation_steps=None, **how):
        return super().fit(x, y, **how)


@plant("A validation of some steps goes on where the one before it ended.", "TRAIN-500")
class ValidationGoesOn(NumpyModel):
    def fit(self, x, y, *, validation_steps=None, **how):
        self.steps, self.seen = validation_steps, 0
        return super().fit(x, y, **how)

    def validate(self, x, y, batch_size):
        if self.steps:
            seen, self.seen = self.seen, self.seen + self.steps * batch_size
            x, y = (np.roll(one, -seen, 0)[: self.steps * batch_size] for one in (x, y))
        return super().validate(x, y, batch_size)


@plant("steps of evaluate is ignored.", "TRAIN-501")
class StepsOfEvaluateAreIgnored(NumpyModel):
    def evaluate(self, x, y, batch_size, sample_weight=None, steps=None):
        return super().evaluate(x, y, batch_size, sample_weight)


@plant("steps of predict is ignored.", "TRAIN-501")
class StepsOfPredictAreIgnored(NumpyModel):
    def predict(self, x, batch_size, steps=None):
        return super().predict(x, batch_size)


@plant("predict with steps begins anew.", "TRAIN-501")
class PredictWithStepsBeginsAnew(NumpyModel):
    def predict(self, x, batch_size, steps=None):
        if steps:
            self.reset_states()
        return super().predict(x, batch_size, steps)


@plant("Early stopping waits for one epoch more than its patience.", "LIFE-511")
class EarlyStoppingWaitsLonger(NumpyModel):
    def fit(self, x, y, *, patience=None, **how):
        return super().fit(x, y, patience=patience and patience + 1, **how)


class Restoring(NumpyModel):
    """Knows what its last validation was done with, and does otherwise after early stopping."""

    def validate(self, x, y, batch_size):
        self.last_weights = self.get_weights()
        return super().validate(x, y, batch_size)

    def fit(self, x, y, *, patience=None, **how):
        history = super().fit(x, y, patience=patience, **how)
        if patience is not None:
            self.stopped()
        return history


@plant("Early stopping keeps the weights of the last epoch.", "LIFE-511")
class EarlyStoppingKeepsTheLastWeights(Restoring):
    def stopped(self):
        self.set_weights(self.last_weights)


@plant("Early stopping resets the states.", "LIFE-511")
class EarlyStoppingResets(Restoring):
    def stopped(self):
        self.reset_states()
