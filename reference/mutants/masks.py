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


@plant(
    "Holes in a mask are filled.",
    "MASK-04",
    diagnosis="masked steps between valid ones are treated as valid",
)
class HolesAreFilled(OtherMask):
    def changed(self, mask, x):
        seen = np.maximum.accumulate(mask, axis=1)
        coming = np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
        return seen & coming


@plant(
    "Only the tail of a row is masked.",
    "MASK-03 MASK-05",
    address="cuDNN, ONNX: sequence lengths; TF#33148, #49241",
    diagnosis="only masked steps at the end of a row are used",
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
    diagnosis="the first step of a row that is masked completely is treated as valid",
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
    "The given mask is turned in place.", "MASK-18", diagnosis="changes the mask that it is given"
)
class MaskIsTurnedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None:
            mask[...] = mask[:, ::-1].copy()
        return result


@plant(
    "The mask of a call is used again by the next.",
    "MASK-29",
    diagnosis="the mask of a call is also used by the next call",
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


@plant(
    "Only the head of a row is masked.",
    "MASK-01",
    diagnosis="only masked steps at the beginning of a row are used",
)
class OnlyTheHeadIsMasked(OtherMask):
    def changed(self, mask, x):
        return np.maximum.accumulate(mask, axis=1)


@plant(
    "The mask is fitted to the rows in reversed order.",
    "MASK-06",
    diagnosis="the rows of the mask are",
)
class MaskRowsAreReversed(OtherMask):
    def changed(self, mask, x):
        return mask[::-1]
