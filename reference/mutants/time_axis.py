"""Time that runs backwards, is exchanged with the batch or has a fixed length."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("time_axis")


@plant(
    "The time is read from its end.",
    "SEQ-01 SEQ-08 PIPE-33 PIPE-38 PIPE-39 PIPE-70 PIPE-74",
    diagnosis="time runs backwards",
)
class TimeIsReadFromItsEnd(LSTMLayer):
    def in_order(self, steps):
        return steps[::-1]


@plant("The batch and time are swapped.", "SEQ-07", diagnosis="batch and time are swapped")
class BatchAndTimeAreSwapped(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if x.shape[0] != x.shape[1]:
            return super().call(x, mask, initial_state)
        outputs, states = super().call(x.swapaxes(0, 1), mask, initial_state)
        return CallResult((outputs.swapaxes(0, 1) if outputs.ndim == 3 else outputs), states)


@plant("A batch of one row and one step gives zero.", "SEQ-04")
class OneStepIsSqueezedAway(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult((outputs[:, :1] * 0 if x.shape[:2] == (1, 1) else outputs), states)


@plant(
    "The number of steps is remembered from the first call.",
    "SEQ-05",
    diagnosis="the number of steps is remembered",
)
class NumberOfStepsIsRememberedFromTheFirstCall(NumpyModel):
    steps = None

    def call(self, x, mask=None, initial_state=None):
        self.steps = self.steps or x.shape[1]
        outputs, states = super().call(x[:, : self.steps], mask, initial_state)
        if outputs.ndim == 3 and x.shape[1] > self.steps:
            missing = x.shape[1] - self.steps
            outputs = np.pad(outputs, ((0, 0), (0, missing), (0, 0)))
        return CallResult(outputs, states)


@plant(
    "The first step sees the mean of the whole row.",
    "SEQ-08 SEQ-11",
    diagnosis="the first step uses the mean of the whole row",
)
class FirstStepSeesTheMeanOfTheRow(LSTMLayer):
    def run(self, inputs, state):
        inputs = np.concatenate([inputs[:1] + 0.1 * inputs.mean(axis=0), inputs[1:]])
        return super().run(inputs, state)


@plant(
    "No state goes from step to step.",
    "SEQ-18 SEQ-08",
    diagnosis="no state is passed from step to step",
)
class LayerHasNoMemory(LSTMLayer):
    def step(self, x, h, c):
        return super().step(x, np.zeros_like(h), np.zeros_like(c))


@plant("go_backwards is ignored.", "SEQ-19 SEQ-20 SEQ-23", diagnosis="go_backwards is ignored")
class GoBackwardsIsIgnored(LSTMLayer):
    def in_order(self, steps):
        return steps


@plant(
    "The outputs of a backward layer are turned back in time.",
    "SEQ-19",
    diagnosis="the outputs of a backward layer are put back into time order",
)
class BackwardOutputsAreTurnedBack(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        turn = self.layer.go_backwards and self.layer.return_sequences
        return outputs[::-1] if turn else outputs, final


@plant("Every second step is skipped.", "SEQ-01", diagnosis="every second step is skipped")
class EverySecondStepIsSkipped(LSTMLayer):
    def step(self, x, h, c):
        step = super().step(x, h, c)
        self.odd = not getattr(self, "odd", False)
        return step if self.odd else step._replace(h=h, c=c)

    def run(self, inputs, state):
        self.odd = False
        return super().run(inputs, state)


@plant("The first step is lost.", "SEQ-01", diagnosis="the first step is lost")
class FirstStepIsLost(LSTMLayer):
    def run(self, inputs, state):
        if len(inputs) < 2:
            return super().run(inputs, state)
        outputs, final = super().run(inputs[1:], state)
        return [state[0], *outputs], final


@plant("The last step is lost.", "SEQ-02", diagnosis="the last step is lost")
class LastStepIsLost(LSTMLayer):
    def run(self, inputs, state):
        if len(inputs) < 2:
            return super().run(inputs, state)
        outputs, final = super().run(inputs[:-1], state)
        return [*outputs, outputs[-1]], final


@plant("The first step is run twice.", "SEQ-01", diagnosis="the first step is run twice")
class FirstStepIsRunTwice(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(np.concatenate([inputs[:1], inputs]), state)
        return outputs[1:], final


@plant("Only c goes from step to step.", "CELL-08", diagnosis="the recurrent kernel is not used")
class OnlyCGoesOn(LSTMLayer):
    def step(self, x, h, c):
        return super().step(x, np.zeros_like(h), c)


@plant("Only h goes from step to step.", "CELL-05", diagnosis="c is not passed from step to step")
class OnlyHGoesOn(LSTMLayer):
    def step(self, x, h, c):
        return super().step(x, h, np.zeros_like(c))


@plant(
    "Every step reads the input of the step before.",
    "SEQ-01 SEQ-08",
    diagnosis="every step reads the input of",
)
class InputIsLate(LSTMLayer):
    def run(self, inputs, state):
        return super().run(np.concatenate([inputs[:1], inputs[:-1]]), state)


@plant(
    "The state is forgotten after ten steps.",
    "SEQ-06",
    address="truncation taken for a reset",
    diagnosis="the state is cleared after every 10 steps",
)
class TenStepsOnly(LSTMLayer):
    def step(self, x, h, c):
        self.number = getattr(self, "number", 0) + 1
        if self.number > 10:
            self.number, h, c = 1, 0 * h, 0 * c
        return super().step(x, h, c)

    def run(self, inputs, state):
        self.number = 0
        return super().run(inputs, state)

    def run_masked(self, inputs, valid, state):
        self.number = 0
        return super().run_masked(inputs, valid, state)
