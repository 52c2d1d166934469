"""Bugs under a mask: steps that count though they should not, and states that move or are lost."""

from __future__ import annotations

import numpy as np
from planting_engine_bugs import planted

from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer, MaskingLayer
from reference.numpy.lstm import LSTMLayer


class OtherMask(LSTMLayer):
    def forward(self, x, mask, states):
        return super().forward(x, None if mask is None else self.changed(mask, x), states)


@planted("MASK-01", "MASK-03", "MASK-04")
class MaskIsIgnored(OtherMask):
    def changed(self, mask, x):
        return np.ones_like(mask)


@planted("MASK-01", "MASK-09")
class MaskIsInverted(OtherMask):
    def changed(self, mask, x):
        return ~mask


@planted("MASK-03", "MASK-04", "MASK-10")
class MaskIsTakenForALength(OtherMask):
    def changed(self, mask, x):
        return np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)


@planted("MASK-04")
class HolesAreFilled(OtherMask):
    def changed(self, mask, x):
        seen = np.maximum.accumulate(mask, axis=1)
        coming = np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
        return seen & coming


@planted("MASK-03", "MASK-05")
class OnlyTheTailIsMasked(OtherMask):
    def changed(self, mask, x):
        return np.maximum.accumulate(mask[:, ::-1], axis=1)[:, ::-1]


@planted("MASK-06", "MASK-01")
class FirstRowsMaskIsUsedForEveryRow(OtherMask):
    def changed(self, mask, x):
        return np.repeat(mask[:1], len(mask), axis=0)


@planted("MASK-06")
class StepIsMaskedIfItIsMaskedInAnyRow(OtherMask):
    def changed(self, mask, x):
        return np.broadcast_to(mask.all(axis=0), mask.shape)


@planted("MASK-07", "MASK-08", "MASK-26")
class RowWithoutValidStepsGetsOne(OtherMask):
    def changed(self, mask, x):
        first = np.arange(mask.shape[1]) == 0
        return mask | (first & ~mask.any(axis=1, keepdims=True))


@planted("MASK-19", "MASK-20", "MASK-21")
class MaskIsNotTurnedForABackwardLayer(OtherMask):
    def changed(self, mask, x):
        return mask[:, ::-1] if self.layer.go_backwards else mask


@planted("MASK-11")
class StepsOfZerosAreSkippedByThemselves(LSTMLayer):
    def forward(self, x, mask, states):
        mask = (x != 0).any(axis=-1) if mask is None else mask
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@planted("MASK-02", "MASK-05", "MASK-10", "MASK-25")
class CellRunsUnderTheMask(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], old[0]), new[1]


@planted("MASK-02", "MASK-05")
class OutputRunsUnderTheMask(LSTMLayer):
    def masked_state(self, valid, new, old):
        return new[0], np.where(valid, new[1], old[1])


@planted("MASK-04", "MASK-05", "MASK-26")
class MaskedStepSetsTheStateToZero(LSTMLayer):
    def masked_state(self, valid, new, old):
        return np.where(valid, new[0], 0), np.where(valid, new[1], 0)


@planted("MASK-24", "MASK-28")
class StateStartsAtZeroAtTheFirstValidStep(LSTMLayer):
    def run_masked(self, inputs, valid, state):
        starts_late = ~valid[0]
        state = (np.where(starts_late, 0, state[0]), np.where(starts_late, 0, state[1]))
        return super().run_masked(inputs, valid, state)


@planted("MASK-12")
class MaskedOutputIsZeroThoughHeldIsDeclared(LSTMLayer):
    def masked_output(self, valid, new, previous):
        return np.where(valid, new, 0.0)


@planted("MASK-12", "MASK-01")
class MaskedOutputIsComputed(LSTMLayer):
    def masked_output(self, valid, new, previous):
        return new


@planted("MASK-13")
class GivenHComesOutBeforeTheFirstValidStep(LSTMLayer):
    def first_held_output(self, h):
        return h


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


planted("MASK-15", "MASK-17")(MultipliesByTheMask)


@planted("MASK-15", "MASK-16")
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


@planted("MASK-14", "MASK-17")
class MaskedStepsLeakALittle(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask is not None:
            outputs = outputs + 1e-9 * np.abs(x).sum(axis=(1, 2)).reshape(
                -1, *[1] * (outputs.ndim - 1)
            )
        return outputs, mask_out, final


@planted("MASK-18")
class MaskIsTurnedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None:
            mask[...] = mask[:, ::-1].copy()
        return result


@planted("MASK-22")
class BackwardHalfGetsNoMask(BidirectionalLayer):
    def forward(self, x, mask, states):
        ahead, mask_out, final_ahead = self.forwards.forward(x, mask, states[:1])
        back, _, final_back = self.backwards.forward(x, None, states[1:])
        back = self.turn(back) if self.sequence else back
        return np.concatenate([ahead, back], axis=-1), mask_out, final_ahead + final_back


@planted("MASK-23")
class DirectionsReportEachOthersState(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        return outputs, mask_out, final[::-1]


@planted("MASK-40")
class BidirectionalLayerForcesZeros(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask_out is not None:
            outputs = np.where(mask_out[..., None], outputs, 0.0)
        return outputs, mask_out, final


@planted("MASK-41")
class MaskBehindABackwardLayerIsNotTurned(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        return outputs, None if mask_out is None else mask, final


@planted("MASK-42")
class BidirectionalLayerEndsTheMask(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@planted("MASK-27", "MASK-30")
class MaskedRowLosesItsCarriedState(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if mask is not None:
            empty = ~mask.any(axis=1)
            for h, c in (state for state in self.states if state is not None):
                h[empty], c[empty] = 0.0, 0.0
        return result


@planted("MASK-28", "MASK-29")
class MaskedCallIsNotCarried(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        before = list(self.states)
        result = super().call(x, mask, initial_state)
        if mask is not None:
            self.states = before
        return result


@planted("MASK-29", "MASK-09")
class MaskIsRemembered(NumpyModel):
    remembered = None

    def call(self, x, mask=None, initial_state=None):
        if mask is None and self.remembered is not None and self.remembered.shape == x.shape[:2]:
            mask = self.remembered
        self.remembered = None if mask is None else mask ^ (mask.cumsum(axis=1) == 2)
        return super().call(x, mask, initial_state)


@planted("MASK-32")
class StepIsMaskedIfAnyFeatureEqualsTheValue(MaskingLayer):
    def valid_steps(self, x):
        return (x != self.mask_value).all(axis=-1)


@planted("MASK-31")
class MaskingLooksForZeroOnly(MaskingLayer):
    def valid_steps(self, x):
        return (x != 0.0).any(axis=-1)


@planted("MASK-31", "MASK-34", "MASK-37")
class MaskingOnlyZeroesTheSteps(MaskingLayer):
    def forward(self, x, mask, states):
        x, _, final = super().forward(x, mask, states)
        return x, None, final


@planted("MASK-33")
class PredictDoesNotMask(NumpyModel):
    def predict(self, x, batch_size):
        layers, self.layers = (
            self.layers,
            [layer for layer in self.layers if not isinstance(layer, MaskingLayer)],
        )
        outputs = super().predict(x, batch_size)
        self.layers = layers
        return outputs


@planted("MASK-34", "MASK-35", "MASK-37", "MASK-38")
class MaskEndsAtTheFirstLSTM(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@planted("MASK-36")
class MaskGoesOnBehindASingleOutput(NumpyModel):
    def run(self, x, mask, starting):
        final, kept = [], mask
        for layer in self.layers:
            first = len(final)
            fits = kept is not None and x.ndim == 3 and kept.shape == x.shape[:2]
            states = starting[first : first + layer.directions]
            x, mask, ended = layer.forward(x, kept if fits else mask, states)
            final += ended
        self.carry(final)
        return x, mask, final


@planted("MASK-37")
class LossIsTheMeanOfTheRowsMeans(NumpyModel):
    def measure(self, outputs, y, valid):
        if valid is None:
            return super().measure(outputs, y, valid)
        per_position = self.loss.per_position(self.compared(outputs), y)
        rows = (per_position * valid).sum(axis=1) / np.maximum(valid.sum(axis=1), 1)
        return {**super().measure(outputs, y, valid), "loss": float(rows.mean())}


@planted("MASK-37", "MASK-38")
class LossDividesByAllSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        figures = super().measure(outputs, y, valid)
        if valid is not None:
            figures["loss"] *= valid.sum() / valid.size
        return figures


@planted("MASK-38")
class AccuracyCountsMaskedSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        everything = super().measure(outputs, y, None)
        return {**everything, "loss": super().measure(outputs, y, valid)["loss"]}


@planted("MASK-39")
class GradientRunsThroughMaskedSteps(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        return super().back_through_time(trace._replace(valid=None), d_outputs, d_state)
