"""Masks: which steps count, and what becomes of state and output at those that do not."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("masks")


class OtherMask(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x, None if mask is None else self.changed(mask, x), states)


@plant("The mask is ignored.", "MASK-01 MASK-03 MASK-04 PIPE-71", diagnosis="the mask is ignored")
class MaskIsIgnored(OtherMask):
    def changed(self, mask, x):
        return np.ones_like(mask)


@plant("The mask is inverted.", "MASK-01 MASK-09", diagnosis="the mask is inverted")
class MaskIsInverted(OtherMask):
    def changed(self, mask, x):
        return ~mask


@plant(
    "The mask is taken for a number of valid steps.",
    "MASK-03 MASK-04 MASK-10",
    diagnosis="only the number of valid steps is used",
)
class MaskIsTakenForALength(OtherMask):
    def changed(self, mask, x):
        return np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)


@plant("Holes in a mask are filled.", "MASK-04", diagnosis="holes in the mask are filled")
class HolesAreFilled(OtherMask):
    def changed(self, mask, x):
        seen = np.maximum.accumulate(mask, axis=1)
        coming = np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
        return seen & coming


@plant(
    "Only the tail of a row is masked.",
    "MASK-03 MASK-05",
    address="cuDNN, ONNX: sequence lengths; TF#33148, #49241",
    diagnosis="only the tail of a mask is used",
)
class OnlyTheTailIsMasked(OtherMask):
    def changed(self, mask, x):
        return np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]


@plant(
    "The first row's mask is used for every row.",
    "MASK-06 MASK-01",
    diagnosis="the mask of the first row is used for all",
)
class FirstRowsMaskIsUsedForEveryRow(OtherMask):
    def changed(self, mask, x):
        return np.repeat(mask[:1], len(mask), axis=0)


@plant(
    "A step is masked in every row if it is masked in one.",
    "MASK-06",
    diagnosis="a step is masked in every row if it is masked in one",
)
class StepIsMaskedIfItIsMaskedInAnyRow(OtherMask):
    def changed(self, mask, x):
        return np.broadcast_to(mask.all(axis=0), mask.shape)


@plant(
    "A row without valid steps gets one.",
    "MASK-07 MASK-08 MASK-26",
    diagnosis="the first step of a row that is masked as a whole is taken for valid",
)
class RowWithoutValidStepsGetsOne(OtherMask):
    def changed(self, mask, x):
        first = np.arange(mask.shape[1]) == 0
        return mask | (first & ~mask.any(axis=1, keepdims=True))


@plant(
    "Steps of zeros are skipped without being asked.",
    "MASK-11 PIPE-38 PIPE-39 PIPE-70 PIPE-72",
    diagnosis="steps of zeros are skipped without a mask",
)
class StepsOfZerosAreSkippedByThemselves(LSTMLayer):
    def forward(self, x, mask, states):
        mask = (x != 0).any(axis=-1) if mask is None else mask
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@plant(
    "c runs on through masked steps.",
    "MASK-02 MASK-05 MASK-10 MASK-25",
    diagnosis="c runs on through masked steps",
)
class CellRunsUnderTheMask(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], old[0]), new[1]


@plant(
    "h runs on through masked steps.", "MASK-02 MASK-05", diagnosis="h runs on through masked steps"
)
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
    diagnosis="a masked head clears the given state",
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
    diagnosis="the initial h comes out before the first valid step",
)
class GivenHComesOutBeforeTheFirstValidStep(LSTMLayer):
    def first_held_output(self, h):
        return h


@plant(
    "States are multiplied by the mask, so that NaN goes through.",
    "MASK-15 MASK-17",
    diagnosis="NaN in a masked step reaches the result",
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
    diagnosis="NaN in a masked step reaches the result",
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
    diagnosis="what stands in a masked step reaches the result",
)
class MaskedStepsLeakALittle(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask is not None:
            outputs = outputs + 1e-9 * np.abs(x).sum(axis=(1, 2)).reshape(
                -1, *[1] * (outputs.ndim - 1)
            )
        return outputs, mask_out, final


@plant("The given mask is turned in place.", "MASK-18", diagnosis="a call changes the mask")
class MaskIsTurnedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None:
            mask[...] = mask[:, ::-1].copy()
        return result


@plant(
    "A row that is masked as a whole loses its carried state.",
    "MASK-27 MASK-30",
    diagnosis="a row that is masked as a whole loses its carried state",
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


@plant(
    "The mask of a call is used again by the next.",
    "MASK-29",
    diagnosis="the mask of a call is used again by the next",
)
class MaskIsRemembered(NumpyModel):
    remembered = None

    def call(self, x, mask=None, initial_state=None):
        if mask is None and self.remembered is not None and self.remembered.shape == x.shape[:2]:
            mask = self.remembered
        self.remembered = mask
        return super().call(x, mask, initial_state)


@plant("The mask is one step late.", "MASK-01 MASK-03", diagnosis="the mask is one step late")
class MaskIsOneStepLate(OtherMask):
    def changed(self, mask, x):
        return np.roll(mask, 1, axis=1)


@plant(
    "The mask is read from its end.", "MASK-01 MASK-03", diagnosis="the mask is reversed in time"
)
class MaskIsReversed(OtherMask):
    def changed(self, mask, x):
        return mask[:, ::-1]


@plant("Only the head of a row is masked.", "MASK-01", diagnosis="only the head of a mask is used")
class OnlyTheHeadIsMasked(OtherMask):
    def changed(self, mask, x):
        return np.maximum.accumulate(mask, axis=1)


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
    def masked_state(self, valid, new, old):
        return new

    def masked_output(self, valid, new, previous):
        return new


@plant(
    "The mask is fitted to the rows in reversed order.",
    "MASK-06",
    diagnosis="the rows of the mask are",
)
class MaskRowsAreReversed(OtherMask):
    def changed(self, mask, x):
        return mask[::-1]
