"""What comes out: which step, which state, in which order."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("outputs")


@plant(
    "Outputs come out with time as their first axis.",
    "CELL-03",
    diagnosis="the outputs have time as their first axis",
)
class OutputsAreTimeMajor(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs.swapaxes(0, 1) if outputs.ndim == 3 else outputs, states)


@plant(
    "The final state is that of the first row.",
    "CELL-04",
    diagnosis="the final state is that of the first row",
)
class FinalStateIsThatOfTheFirstRow(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs, [(h[:1], c[:1]) for h, c in states])


@plant(
    "The sequence comes out one step late, beginning with the initial h.",
    "SEQ-01",
    diagnosis="the outputs are one step late",
)
class SequenceIsShiftedByOneStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return [state[0], *outputs[:-1]] if self.layer.return_sequences else outputs, final


@plant(
    "The single output is the first step's.",
    "SEQ-02",
    diagnosis="the single output is the first step's",
)
class SingleOutputIsTheFirstSteps(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return outputs if self.layer.return_sequences else outputs[:1], final


@plant(
    "The single output is the mean over time.",
    "SEQ-02",
    diagnosis="the single output is the mean over time",
)
class SingleOutputIsTheMeanOverTime(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        mean = np.mean(outputs, axis=0)
        return outputs if self.layer.return_sequences else [mean], final


@plant(
    "The final state is swapped.",
    "SEQ-03 SEQ-17",
    diagnosis="h and c are swapped in the final state",
)
class FinalStateIsSwapped(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs, [(c, h) for h, c in states])


@plant(
    "The final state is that of the first step.",
    "SEQ-03 STATE-01 STATE-09",
    diagnosis="the final state is that of the first step",
)
class FinalStateIsThatOfTheFirstStep(LSTMLayer):
    def run(self, inputs, state):
        outputs, _ = super().run(inputs, state)
        return outputs, (self.trace.steps[0].h, self.trace.steps[0].c)


@plant(
    "The final state is that before the last step.",
    "SEQ-03",
    diagnosis="the final state is that before",
)
class FinalStateIsOneStepEarly(LSTMLayer):
    def run(self, inputs, state):
        outputs, _ = super().run(inputs, state)
        last = self.trace.steps[-1]
        return outputs, (last.h_before, last.c_before)


@plant(
    "The final h is given back for c, too.",
    "SEQ-03 CELL-18",
    diagnosis="h is returned in place of c",
)
class FinalHForC(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs, [(h, h) for h, _ in states])


@plant("The final state is zero.", "SEQ-03 CELL-18", diagnosis="the final state is zero")
class FinalStateIsZero(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs, [(0 * h, 0 * c) for h, c in states])


@plant(
    "The first step of a sequence is left out of the outputs.",
    "SEQ-01",
    diagnosis="one output too few",
)
class FirstOutputIsLost(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return (outputs[:, 1:] if outputs.ndim == 3 else outputs), mask, final


@plant(
    "The outputs of a sequence come in reversed order.",
    "SEQ-01",
    diagnosis="the outputs are in reversed",
)
class OutputsAreReversed(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return (outputs[:, ::-1] if outputs.ndim == 3 else outputs), mask, final


@plant(
    "The last output stands at every step.",
    "SEQ-01",
    diagnosis="the last output is repeated at every step",
)
class LastOutputEverywhere(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        if outputs.ndim == 3:
            outputs = np.repeat(outputs[:, -1:], outputs.shape[1], axis=1)
        return outputs, mask, final


@plant(
    "The rows of the outputs are reversed.",
    "SEQ-09",
    diagnosis="the rows of the outputs are reversed",
)
class RowsAreReversed(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        return CallResult(outputs[::-1], states)
