"""What becomes of states and outputs at the steps that a mask leaves out."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("masks")


@plant(
    "c runs on through masked steps.",
    "MASK-02 MASK-05 MASK-10 MASK-25",
    diagnosis="c changes at masked steps",
)
class CellRunsUnderTheMask(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], old[0]), new[1]


@plant("h runs on through masked steps.", "MASK-02 MASK-05", diagnosis="h changes at masked steps")
class OutputRunsUnderTheMask(LSTMLayer):
    def masked_state(self, valid, new, old):
        return new[0], np.where(valid, new[1], old[1])


@plant(
    "A masked step sets the state to zero.",
    "MASK-04 MASK-05 MASK-26",
    diagnosis="a masked step clears the state",
)
class MaskedStepSetsTheStateToZero(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], 0), np.where(valid, new[1], 0)


@plant(
    "The state starts from zero at the first valid step.",
    "MASK-24 MASK-28",
    diagnosis="masked steps at the beginning of a row clear the given state",
)
class StateStartsAtZeroAtTheFirstValidStep(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        starts_late = ~valid[0]
        state = (np.where(starts_late, 0, state[0]), np.where(starts_late, 0, state[1]))
        return super().run_masked(inputs, valid, state)


@plant(
    "Masked steps give zero though held outputs are declared.",
    "MASK-12",
    diagnosis="masked steps give zero, not the previous output",
)
class MaskedOutputIsZeroThoughHeldIsDeclared(LSTMLayer):
    def masked_output(self, valid, new, previous):
        return np.where(valid, new, 0.0)


@plant(
    "The output at a masked step is computed as if the step were valid.",
    "MASK-12 MASK-01",
    diagnosis="the output at a masked step is computed as if it were valid",
)
class MaskedOutputIsComputed(LSTMLayer):
    def masked_output(self, valid, new, previous):
        return new


@plant(
    "The given h comes out before the first valid step.",
    "MASK-13",
    diagnosis="the initial h is returned before the first valid step",
)
class GivenHComesOutBeforeTheFirstValidStep(LSTMLayer):
    def first_held_output(self, h):
        return h


@plant(
    "States are multiplied by the mask, so that NaN goes through.",
    "MASK-15 MASK-17",
    diagnosis="NaN in a masked step affects the result",
)
class MultipliesByTheMask(LSTMLayer):
    """Instead of choosing: 0 * NaN is NaN."""

    def run_masked(self, inputs, valid, state):
        (h, c), outputs = state, []
        output = self.first_held_output(h)
        for x, now in zip(inputs, valid.astype(float), strict=True):
            step = self.step(x, h, c)
            h, c = now * step.h + (1 - now) * h, now * step.c + (1 - now) * c
            output = now * step.h + (1 - now) * output
            outputs.append(output)
        return outputs, (h, c)


@plant(
    "The input is multiplied by the mask, so that NaN goes through.",
    "MASK-15 MASK-16",
    diagnosis="NaN in a masked step affects the result",
)
class InputIsMultipliedByTheMask(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        inputs, (h, c) = inputs * valid, state
        outputs, output = [], self.first_held_output(h)
        for x, now in zip(inputs, valid, strict=True):
            step = self.step(x, h, c)
            output = np.where(now, step.h, output)
            h, c = np.where(now, step.h, h + 0 * step.h), np.where(now, step.c, c + 0 * step.c)
            outputs.append(output)
        return outputs, (h, c)


@plant(
    "What stands in a masked step leaks a little.",
    "MASK-14 MASK-17",
    diagnosis="the contents of a masked step affect the result",
)
class MaskedStepsLeakALittle(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask is not None:
            outputs = outputs + 1e-9 * np.abs(x).sum(axis=(1, 2)).reshape(
                -1, *[1] * (outputs.ndim - 1)
            )
        return outputs, mask_out, final


@plant(
    "A row that is masked as a whole loses its carried state.",
    "MASK-27 MASK-30",
    diagnosis="a row that is masked completely loses its carried state",
)
class MaskedRowLosesItsCarriedState(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None:
            empty = ~mask.any(axis=1)
            for h, c in (state for state in self.states if state is not None):
                h[empty], c[empty] = 0.0, 0.0
        return result


@plant(
    "A masked call does not carry its state.",
    "MASK-28 MASK-29",
    diagnosis="a masked call does not carry its state",
)
class MaskedCallIsNotCarried(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        before = list(self.states)
        result = super().call(x, mask, initial_state)
        if mask is not None:
            self.states = before
        return result


@plant("A masked step clears h.", "MASK-05", diagnosis="a masked step clears h")
class MaskedStepClearsH(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], 0), np.where(valid, new[1], old[1])


@plant("A masked step clears c.", "MASK-05", diagnosis="a masked step clears c")
class MaskedStepClearsC(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], old[0]), np.where(valid, new[1], 0)


@plant(
    "Masked steps are run with an input of zero.",
    "MASK-05",
    address="multiplying the input by the mask and calling it masking",
    diagnosis="masked steps are run with an input of zero",
)
class MaskedStepsAreZeroSteps(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        return super().run_masked(np.where(valid, inputs, 0), valid, state)

    def masked_state(self, valid, new, old):
        return new

    def masked_output(self, valid, new, previous):
        return new
