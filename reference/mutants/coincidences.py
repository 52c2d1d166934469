"""Axes that are exchanged where both have the same length, or lost where one has length one."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Gradients
from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer, DenseLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("coincidences")


def turned_if_square(array):
    """Its transpose if that has the same shape."""
    array = np.asarray(array)
    return array.T if array.ndim == 2 and array.shape[0] == array.shape[1] else array


@plant(
    "A kernel is transposed where it is square.",
    "SEQ-130 SEQ-132",
    diagnosis="the result is wrong only where the kernel is square",
)
class KernelIsTransposedWhereItIsSquare(LSTMLayer):
    def preactivation(self, x, h):
        z = super().preactivation(x, h)
        if self.kernel.shape[0] == self.kernel.shape[1]:
            z = z + np.dot(x, self.kernel.T - self.kernel)
        return z


@plant(
    "Kernel and recurrent kernel are exchanged where they have one shape.",
    "SEQ-130 SEQ-133",
    diagnosis="the result is wrong only where features equal units",
)
class KernelsAreExchangedWhereTheyHaveOneShape(LSTMLayer):
    def preactivation(self, x, h):
        if self.kernel.shape == self.recurrent_kernel.shape:
            return super().preactivation(h, x)
        return super().preactivation(x, h)


@plant(
    "Steps are read as rows where there are as many.",
    "SEQ-130 SEQ-132",
    diagnosis="batch and time are swapped, but only where there are as many rows as steps",
)
class StepsAreReadAsRowsWhereThereAreAsMany(LSTMLayer):
    def run(self, inputs, state):
        if len(inputs) != inputs.shape[1] or len(inputs) == 1:
            return super().run(inputs, state)
        outputs, final = super().run(inputs.swapaxes(0, 1), state)
        return list(np.swapaxes(np.array(outputs), 0, 1)), final


@plant("An initial h is transposed where there are as many rows as units.", "SEQ-131")
class InitialHIsTransposedWhereItIsSquare(NumpyModel):
    def checked_states(self, states, what):
        given = super().checked_states(states, what)
        if what == "initial_state":
            given = [LSTMState(turned_if_square(h), c) for h, c in given]
        return given


@plant("An initial state of one unit counts once for all rows.", "SEQ-131")
class InitialStateOfOneUnitCountsOnceForAllRows(NumpyModel):
    def checked_states(self, states, what):
        given = super().checked_states(states, what)
        if what == "initial_state":
            given = [
                LSTMState(h, c[:1].repeat(len(c), axis=0) if c.ndim == 2 and c.shape[1] == 1 else c)
                for h, c in given
            ]
        return given


@plant("A mask is transposed where it is square.", "MASK-130")
class MaskIsTransposedWhereItIsSquare(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return super().call(x, None if mask is None else turned_if_square(mask), initial_state)


@plant("A mask of one row masks no step.", "MASK-130")
class MaskOfOneRowMasksNoStep(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and len(mask) == 1:
            mask = np.ones_like(mask)
        return super().call(x, mask, initial_state)


@plant("Backward outputs are turned along units where there are as many as steps.", "SEQ-133")
class BackwardOutputsAreTurnedAlongUnits(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        units = outputs.shape[-1] // 2
        if outputs.ndim == 3 and outputs.shape[1] == units:
            outputs[..., units:] = outputs[:, ::-1, units:][..., ::-1]
        return outputs, mask, final


@plant("A carried c is transposed where it is square.", "STATE-130")
class CarriedCIsTransposedWhereItIsSquare(NumpyModel):
    def carry(self, final):
        super().carry([LSTMState(h, turned_if_square(c)) for h, c in final])


@plant("The carried state of a single row is its mean.", "STATE-130")
class CarriedStateOfASingleRowIsItsMean(NumpyModel):
    def carry(self, final):
        if len(final[0][0]) == 1:
            final = [LSTMState(h * 0 + h.mean(), c) for h, c in final]
        super().carry(final)


@plant("Accuracy is taken along time where there are as many steps as classes.", "TRAIN-130")
class AccuracyIsTakenAlongTime(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if "accuracy" in metrics and outputs.ndim == 3 and outputs.shape[1] == outputs.shape[2]:
            hits = outputs.argmax(axis=1) == y.argmax(axis=1)
            metrics["accuracy"] = float(hits.mean())
        return metrics


@plant("The kernel of a Dense layer is transposed where it is square.", "TRAIN-130")
class DenseKernelIsTransposedWhereItIsSquare(DenseLayer):
    def forward(self, x, mask, states):
        if self.kernel.shape[0] != self.kernel.shape[1]:
            return super().forward(x, mask, states)
        kernel, self.kernel = self.kernel, self.kernel.T
        try:
            return super().forward(x, mask, states)
        finally:
            self.kernel = kernel


@plant("The gradient of a square kernel is transposed.", "GRAD-130 TRAIN-131")
class GradientOfASquareKernelIsTransposed(NumpyModel):
    def differentiate(self, x, y, starting):
        result = super().differentiate(x, y, starting)
        for view in self.views(self.gradient):
            view[...] = turned_if_square(view).copy()
        return result


@plant("The gradient of x is transposed where there are as many rows as steps.", "GRAD-130")
class GradientOfXIsTransposed(NumpyModel):
    def gradients(self, x, y, initial_state=None, **counting):
        loss, weights, d_x, d_states = super().gradients(x, y, initial_state, **counting)
        if d_x.shape[0] == d_x.shape[1]:
            d_x = d_x.swapaxes(0, 1)
        return Gradients(loss, weights, d_x, d_states)


@plant("An update of one row is twice as long.", "TRAIN-131")
class UpdateOfOneRowIsTwiceAsLong(NumpyModel):
    def train_step(self, x, y):
        metrics = super().train_step(x, y)
        if len(x) == 1:
            self.update()
        return metrics
