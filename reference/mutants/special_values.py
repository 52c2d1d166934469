"""Values that are taken for something else: zeros for nothing, equal rows for one row."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Gradients
from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.losses import MeanSquaredError
from reference.numpy.lstm import LSTMLayer

plant = planter("special_values")


@plant("An initial c of zeros leaves the carried c.", "STATE-120")
class InitialCOfZerosLeavesTheCarriedC(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state is None:
            return super().starting_states(rows)
        given = super().starting_states(rows, initial_state)
        return [
            (h, kept[1]) if kept is not None and not c.any() else (h, c)
            for (h, c), kept in zip(given, self.states, strict=True)
        ]


@plant(
    "An initial state of zeros does not override the carried one.",
    "STATE-120 GRAD-120",
    diagnosis="an initial state of zeros is taken for none",
)
class InitialStateOfZerosIsTakenForNone(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        if initial_state and not all(np.any(h) for h, _ in initial_state):
            initial_state = None
        return super().starting_states(rows, initial_state)


@plant("States that are set are clipped to one.", "STATE-121")
class StatesThatAreSetAreClipped(NumpyModel):
    def set_states(self, states):
        super().set_states([(h, np.clip(c, -1, 1)) for h, c in states])


@plant("set_states leaves out an h of zeros.", "STATE-121")
class SetStatesLeavesOutAnHOfZeros(NumpyModel):
    def set_states(self, states):
        kept = self.get_states()
        super().set_states(
            [(h if np.any(h) else old, c) for (h, c), (old, _) in zip(states, kept, strict=False)]
        )


@plant("A batch of zeros does not move the state.", "CELL-120 CELL-121")
class BatchOfZerosDoesNotMoveTheState(NumpyModel):
    def run(self, x, mask, starting):
        if not x.any() and self.spec.stateful:
            outputs, valid, _ = super().run(x, mask, starting)
            self.carry(starting)
            return outputs * 0, valid, starting
        return super().run(x, mask, starting)


@plant("An input is divided by its largest value if it is beyond a million.", "CELL-120 CELL-121")
class LargeInputIsScaled(LSTMLayer):
    def preactivation(self, x, h):
        largest = np.abs(x).max()
        return super().preactivation(x / largest if largest > 1e6 else x, h)


@plant("Equal rows are computed once, from the state of the first.", "CELL-120 CELL-121")
class EqualRowsAreComputedOnce(LSTMLayer):
    def run(self, inputs, state):
        if inputs.shape[1] > 1 and (inputs == inputs[:, :1]).all():
            state = tuple(np.broadcast_to(part[:1], part.shape) for part in state)
        return super().run(inputs, state)


@plant("A kernel of zeros is not set.", "CELL-122")
class KernelOfZerosIsNotSet(NumpyModel):
    def set_weights(self, weights):
        kernel, *rest = weights
        super().set_weights([kernel if np.any(kernel) else self.weights[0], *rest])


@plant("Weights of huge values are clipped.", "CELL-122")
class WeightsAreClipped(NumpyModel):
    def set_weights(self, weights):
        super().set_weights([np.clip(weight, -10, 10) for weight in weights])


@plant(
    "The gates are scaled by the largest of all rows.",
    "STATE-122 STATE-123",
    diagnosis="NaN in a masked step affects the result",
)
class GatesAreScaledByTheLargestOfAllRows(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        with quiet():
            return z + 0 * z.sum(axis=0)


@plant("If a state is not finite, all states are cleared.", "STATE-122")
class StatesAreClearedIfOneIsNotFinite(NumpyModel):
    def carry(self, final):
        super().carry(final)
        if not all(np.isfinite(part).all() for state in final for part in state):
            self.reset_states()


@plant("After a row with NaN predict returns zeros.", "STATE-123")
class PredictReturnsZerosAfterNaN(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        bad = np.isnan(outputs).any(axis=tuple(range(1, outputs.ndim)))
        if bad.any():
            outputs[bad.argmax() :] = 0
        return outputs


@plant("The squared error leaves out NaN.", "TRAIN-121")
class SquaredErrorLeavesOutNaN(MeanSquaredError):
    def per_position(self, outputs, y):
        return np.nan_to_num(super().per_position(outputs, y))


@plant("Targets of zeros are padding and count nothing.", "TRAIN-120 TRAIN-122 TRAIN-123")
class TargetsOfZerosCountNothing(MeanSquaredError):
    def per_position(self, outputs, y):
        return super().per_position(outputs, y) * y.any(axis=-1)

    def gradient(self, outputs, y):
        return super().gradient(outputs, y) * y.any(axis=-1, keepdims=True)


@plant("An error beyond a hundred counts a hundred.", "TRAIN-120 TRAIN-122 TRAIN-123 GRAD-120")
class ErrorBeyondAHundredCountsAHundred(MeanSquaredError):
    def per_position(self, outputs, y):
        return super().per_position(outputs, outputs + np.clip(y - outputs, -100, 100))

    def gradient(self, outputs, y):
        return super().gradient(outputs, outputs + np.clip(y - outputs, -100, 100))


@plant("Validation targets of zeros are taken for none.", "TRAIN-123")
class ValidationTargetsOfZerosAreTakenForNone(NumpyModel):
    def fit(self, x, y, *, validation_data=None, **how):
        if validation_data is not None and not np.any(validation_data[1]):
            history = super().fit(x, y, **how)
            return history | {f"val_{name}": figures for name, figures in history.items()}
        return super().fit(x, y, validation_data=validation_data, **how)


@plant("A batch of equal targets is not trained on.", "TRAIN-122 TRAIN-123")
class BatchOfEqualTargetsIsNotTrainedOn(NumpyModel):
    def train_step(self, x, y):
        if len(y) > 1 and (y == y[:1]).all():
            return self.test_step(x, y)
        return super().train_step(x, y)


@plant("The gradient with respect to a huge input is NaN.", "GRAD-120")
class GradientOfAHugeInputIsNaN(NumpyModel):
    def gradients(self, x, y, initial_state=None, **counting):
        loss, weights, d_x, d_states = super().gradients(x, y, initial_state, **counting)
        with quiet():
            square = np.square(np.asarray(x, np.float32))
            return Gradients(loss, weights, d_x + 0 * square, d_states)
