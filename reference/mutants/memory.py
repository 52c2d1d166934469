"""Arrays that are read as if they lay in order, that are kept, or that are shared."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult, Gradients
from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("memory")


def raw(array, dtype=None):
    """The numbers as they stand in memory, read in the order of a C array."""
    array = np.asarray(array)
    if array.flags.c_contiguous or array.flags.f_contiguous:
        return array.ravel(order="K").reshape(array.shape)
    return np.asarray(array, dtype)


def from_its_first_byte(array):
    """The numbers after the first one, as if nothing lay between them."""
    array = np.asarray(array)
    if any(stride < 0 for stride in array.strides):
        turned = array[tuple(slice(None, None, -1) for _ in array.shape)]
        return np.ascontiguousarray(turned)
    return array


@plant(
    "Weights in Fortran order are read in C order.",
    "CELL-102",
    diagnosis="the result is wrong only for weights in Fortran order",
)
class WeightsInFortranOrderAreReadInCOrder(NumpyModel):
    def set_weights(self, weights):
        super().set_weights([raw(weight) for weight in weights])


@plant(
    "The bytes of an input are taken to be in the order of this machine.",
    "CELL-101 CELL-103",
    diagnosis="the result is wrong only for arrays x in another byte order",
)
class BytesAreTakenToBeInTheOrderOfThisMachine(NumpyModel):
    def checked_input(self, x, what="x"):
        x = np.asarray(x)
        return super().checked_input(x.view(x.dtype.newbyteorder("=")), what)


@plant("predict reads a reversed input from its first byte.", "CELL-103")
class PredictReadsAReversedInputFromItsFirstByte(NumpyModel):
    def predict(self, x, batch_size):
        return super().predict(from_its_first_byte(x), batch_size)


@plant("Integers are read as if they were floats.", "CELL-101 CELL-103 TRAIN-106")
class IntegersAreReadAsIfTheyWereFloats(NumpyModel):
    def checked_input(self, x, what="x"):
        x = np.asarray(x)
        return super().checked_input(x.view(f"f{x.itemsize}") if x.dtype.kind == "i" else x, what)


@plant(
    "A mask in Fortran order is read in C order.",
    "MASK-102",
    diagnosis="the result is wrong only for masks in Fortran order",
)
class MaskInFortranOrderIsReadInCOrder(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return super().call(x, None if mask is None else raw(mask), initial_state)


@plant(
    "An initial c with negative strides is read forwards.",
    "STATE-102",
    diagnosis="the result is wrong only for initial states with negative strides",
)
class InitialCWithNegativeStridesIsReadForwards(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if initial_state is not None:
            initial_state = [(h, from_its_first_byte(c)) for h, c in initial_state]
        return super().call(x, mask, initial_state)


@plant("set_states reads the bytes of h in the order of this machine.", "STATE-103")
class SetStatesReadsTheBytesOfHInTheOrderOfThisMachine(NumpyModel):
    def set_states(self, states):
        super().set_states([(h.view(h.dtype.newbyteorder("=")), c) for h, c in states])


@plant("Targets in Fortran order are read in C order.", "TRAIN-106 TRAIN-107 TRAIN-108 GRAD-102")
class TargetsInFortranOrderAreReadInCOrder(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        return super().checked_pair(x, raw(y), of, *weights)


@plant("Validation targets of integers are halved.", "TRAIN-108")
class ValidationTargetsOfIntegersAreHalved(NumpyModel):
    def checked_pair(self, x, y, of="", *weights):
        y = np.asarray(y)
        return super().checked_pair(x, y // 2 if of and y.dtype.kind == "i" else y, of, *weights)


@plant("A call keeps its input of float64 and runs it again.", "CELL-104")
class CallKeepsItsInput(NumpyModel):
    kept = None

    def call(self, x, mask=None, initial_state=None):
        x = np.asarray(x)
        if self.kept is not None and self.kept.max() == self.kept.min():
            x = x + 0.01 * self.kept.flat[0]
        self.kept = x if x.dtype == np.float64 else None
        return super().call(x, mask, initial_state)


@plant(
    "A mask is inverted in place and not turned back.",
    "CELL-104",
    diagnosis="a call with a mask changes the mask that it is given",
)
class MaskIsInvertedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None and mask.flags.writeable:
            np.logical_not(mask, out=mask)
        return result


@plant(
    "train_on_batch leaves its errors in the targets.",
    "TRAIN-109",
    diagnosis="train_on_batch changes the y that it is given",
)
class TrainOnBatchLeavesItsErrorsInTheTargets(NumpyModel):
    def train_on_batch(self, x, y, **weights):
        metrics = super().train_on_batch(x, y, **weights)
        if isinstance(y, np.ndarray) and y.flags.writeable:
            y -= 0.5
        return metrics


@plant("fit scales its validation input in place.", "TRAIN-109")
class FitScalesItsValidationInputInPlace(NumpyModel):
    def fit(self, x, y, *, validation_data=None, **how):
        history = super().fit(x, y, validation_data=validation_data, **how)
        if validation_data is not None and validation_data[0].flags.writeable:
            validation_data[0][...] /= 2
        return history


@plant("States of float64 are kept as they are given.", "STATE-104")
class StatesOfFloat64AreKept(NumpyModel):
    def checked_states(self, states, what):
        copies = super().checked_states(states, what)
        if what != "states":
            return copies
        return [
            tuple(given if given.dtype == copy.dtype else copy for given, copy in pair)
            for pair in (zip(*both, strict=True) for both in zip(states, copies, strict=True))
        ]


@plant("get_states returns the carried states themselves.", "STATE-105")
class GetStatesReturnsTheCarriedStatesThemselves(NumpyModel):
    def get_states(self):
        return [state for state in self.states if state is not None]


@plant("The final c of a call is the carried c itself.", "STATE-105")
class FinalCOfACallIsTheCarriedCItself(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        carried = [state if state is not None else (None, None) for state in self.states]
        shared = [
            (h, kept if kept is not None else c)
            for (h, c), (_, kept) in zip(states, carried, strict=True)
        ]
        return CallResult(outputs, shared)


@plant("predict_on_batch returns its buffer.", "CELL-105")
class PredictOnBatchReturnsItsBuffer(NumpyModel):
    buffer = None

    def predict_on_batch(self, x):
        outputs = super().predict_on_batch(x)
        if self.buffer is None or self.buffer.shape != outputs.shape:
            self.buffer = np.empty_like(outputs)
        self.buffer[...] = outputs
        return self.buffer


@plant("get_weights returns views of the bias.", "CELL-105")
class GetWeightsReturnsViewsOfTheBias(NumpyModel):
    def get_weights(self):
        return [weight.copy() if weight.ndim > 1 else weight for weight in self.weights]


@plant("Gradients are returned as views of the buffer.", "GRAD-103")
class GradientsAreReturnedAsViewsOfTheBuffer(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        loss, _, d_x, d_states = super().gradients(x, y, initial_state, **weights)
        return Gradients(loss, self.views(self.gradient), d_x, d_states)


@plant("gradients halves the initial h in place.", "GRAD-103")
class GradientsHalvesTheInitialHInPlace(NumpyModel):
    def gradients(self, x, y, initial_state=None, **weights):
        found = super().gradients(x, y, initial_state, **weights)
        for h, _ in initial_state or []:
            if h.flags.writeable:
                h[...] /= 2
        return found


@plant("The last output of a call is the carried h itself.", "CELL-170")
class LastOutputIsTheCarriedH(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        carried = self.states[-1] if self.states else None
        if carried is None or not np.array_equal(carried[0], result.outputs):
            return result
        return result._replace(outputs=carried[0])
