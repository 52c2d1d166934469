"""Rows without a valid step, and rows of full length."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from lstm_spec.model import LSTMState
from reference.mutants.planting import planter, quiet
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("lengths")


class EmptyRows(NumpyModel):
    """It does something else with rows without a valid step, which ``empty`` (batch,) names."""

    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is None or mask.any(axis=1).all():
            return result
        return self.changed(result, ~mask.any(axis=1), x, initial_state)


@plant("The single output of a row of length 0 is that of its last step.", "MASK-120 MASK-121")
class SingleOutputIsThatOfTheLastStep(EmptyRows):
    def changed(self, result, empty, x, initial_state):
        outputs, whole = result.outputs, super().call(x, None, initial_state).outputs
        if outputs.ndim == 2:
            outputs[empty] = whole[empty]
        return CallResult(outputs, result.states)


@plant("The output of a row of length 0 is the h that it was given.", "MASK-121 MASK-122")
class OutputOfAnEmptyRowIsTheGivenH(EmptyRows):
    def changed(self, result, empty, x, initial_state):
        outputs, states = result
        if initial_state and outputs.ndim == 2:
            outputs[empty] = np.concatenate([h for h, _ in states], axis=1)[empty]
        return CallResult(outputs, states)


@plant(
    "A row of length 0 ends in zero, and nobody is told.",
    "MASK-121 MASK-122",
    diagnosis="a row that is masked completely ends with a state of zero",
)
class EmptyRowEndsInZero(EmptyRows):
    def changed(self, result, empty, x, initial_state):
        ended = [(h * ~empty[:, None], c * ~empty[:, None]) for h, c in result.states]
        return CallResult(result.outputs, ended)


@plant("A row of length 0 ends in the state of the row before it.", "MASK-120 MASK-121")
class EmptyRowEndsInTheStateOfTheRowBefore(EmptyRows):
    def changed(self, result, empty, x, initial_state):
        ended = [
            tuple(np.where(empty[:, None], np.roll(part, 1, axis=0), part) for part in state)
            for state in result.states
        ]
        return CallResult(result.outputs, ended)


@plant("The backward direction forgets its state in a row of length 0.", "MASK-122")
class BackwardDirectionForgetsItsState(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, valid, (ahead, (h, c)) = super().forward(x, mask, states)
        if mask is not None:
            kept = mask.any(axis=1)[:, None]
            h, c = h * kept, c * kept
        return outputs, valid, [ahead, LSTMState(h, c)]


@plant("A batch of which every row is empty clears the carried state.", "MASK-123")
class BatchOfEmptyRowsClearsTheState(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None and not mask.any() and self.spec.stateful:
            self.reset_states()
        return result


@plant("An empty row loses a part of its carried c.", "MASK-121 MASK-123")
class EmptyRowLosesAPartOfItsC(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        outputs, (h, c) = super().run_masked(inputs, valid, state)
        return outputs, (h, np.where(valid.any(axis=0), c, 0.9 * c))


@plant("Rows of full length end a step early beside a shorter one.", "MASK-124")
class RowsOfFullLengthEndAStepEarly(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and mask.all(axis=1).any() and not mask.all():
            mask = mask.copy()
            mask[mask.all(axis=1), -1] = False
        return super().call(x, mask, initial_state)


@plant("A mask of full lengths is taken for a mask of none.", "MASK-124")
class MaskOfFullLengthsIsTakenForNone(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and mask.all() and initial_state is not None:
            mask = np.zeros_like(mask)
        return super().call(x, mask, initial_state)


@plant("Rows without a valid step count in the mean of the loss.", "MASK-125")
class RowsWithoutAStepCountInTheMean(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if valid is not None and valid.any():
            metrics["loss"] *= valid.any(axis=1).mean()
        return metrics


@plant("Where no step is valid, the mean loss is zero divided by zero.", "MASK-125")
class LossOfNoStepIsZeroDividedByZero(NumpyModel):
    def measure(self, outputs, y, valid):
        metrics = super().measure(outputs, y, valid)
        if valid is not None:
            with quiet():
                metrics["loss"] *= float(np.float64(valid.any()) / np.float64(valid.any()))
        return metrics
