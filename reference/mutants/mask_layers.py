"""Masks on their way through layers, directions and losses."""

from __future__ import annotations

import numpy as np

from reference.mutants.masks import OtherMask
from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer, MaskingLayer
from reference.numpy.lstm import LSTMLayer

plant = planter("mask_layers")


@plant("The mask is not turned for a layer that reads backwards.", "MASK-19 MASK-20 MASK-21")
class MaskIsNotTurnedForABackwardLayer(OtherMask):
    def changed(self, mask, x):
        return mask[:, ::-1] if self.layer.go_backwards else mask


@plant("The backward half of a bidirectional layer gets no mask.", "MASK-22")
class BackwardHalfGetsNoMask(BidirectionalLayer):
    def forward(self, x, mask, states):
        ahead, mask_out, final_ahead = self.forwards.forward(x, mask, states[:1])
        back, _, final_back = self.backwards.forward(x, None, states[1:])
        back = self.turn(back) if self.sequence else back
        return np.concatenate([ahead, back], axis=-1), mask_out, final_ahead + final_back


@plant(
    "The two directions report each other's final state.",
    "MASK-23 STATE-49 STATE-50",
    diagnosis="the halves of a bidirectional layer swap their states when they are carried",
)
class DirectionsReportEachOthersState(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        return outputs, mask_out, final[::-1]


@plant("A masked bidirectional layer gives zero at masked steps.", "MASK-40")
class BidirectionalLayerForcesZeros(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if mask_out is not None:
            outputs = np.where(mask_out[..., None], outputs, 0.0)
        return outputs, mask_out, final


@plant("The mask behind a backward layer is not turned.", "MASK-41")
class MaskBehindABackwardLayerIsNotTurned(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        return outputs, None if mask_out is None else mask, final


@plant("A bidirectional layer ends the mask.", "MASK-42")
class BidirectionalLayerEndsTheMask(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@plant("A step is masked if any feature equals the value of the Masking layer.", "MASK-32")
class StepIsMaskedIfAnyFeatureEqualsTheValue(MaskingLayer):
    def valid_steps(self, x):
        return (x != self.mask_value).all(axis=-1)


@plant("A Masking layer looks for zero whatever its value is.", "MASK-31")
class MaskingLooksForZeroOnly(MaskingLayer):
    def valid_steps(self, x):
        return (x != 0.0).any(axis=-1)


@plant("A Masking layer zeroes the steps and hands on no mask.", "MASK-31 MASK-34 MASK-37")
class MaskingOnlyZeroesTheSteps(MaskingLayer):
    def forward(self, x, mask, states):
        x, _, final = super().forward(x, mask, states)
        return x, None, final


@plant("predict does not mask.", "MASK-33")
class PredictDoesNotMask(NumpyModel):
    def predict(self, x, batch_size):
        layers, self.layers = (
            self.layers,
            [layer for layer in self.layers if not isinstance(layer, MaskingLayer)],
        )
        outputs = super().predict(x, batch_size)
        self.layers = layers
        return outputs


@plant("The mask ends at the first lstm.", "MASK-34 MASK-35 MASK-37 MASK-38")
class MaskEndsAtTheFirstLSTM(LSTMLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@plant("The mask goes on behind asingle output.", "MASK-36")
class MaskGoesOnBehindASingleOutput(NumpyModel):
    def run(self, x, mask, starting):
        final, kept = [], mask
        for layer in self.layers:
            fits = kept is not None and x.ndim == 3 and kept.shape == x.shape[:2]
            x, mask, ended = layer.forward(x, kept if fits else mask, starting[len(final) :])
            final += ended
        self.carry(final)
        return x, mask, final


@plant("The loss is the mean of the rows' means.", "MASK-37")
class LossIsTheMeanOfTheRowsMeans(NumpyModel):
    def measure(self, outputs, y, valid):
        if valid is None:
            return super().measure(outputs, y, valid)
        per_position = self.loss.per_position(self.compared(outputs), y)
        rows = (per_position * valid).sum(axis=1) / np.maximum(valid.sum(axis=1), 1)
        return {**super().measure(outputs, y, valid), "loss": float(rows.mean())}


@plant("The loss is divided by all steps, masked ones included.", "MASK-37 MASK-38")
class LossDividesByAllSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        figures = super().measure(outputs, y, valid)
        if valid is not None:
            figures["loss"] *= valid.sum() / valid.size
        return figures


@plant("Accuracy counts masked steps.", "MASK-38")
class AccuracyCountsMaskedSteps(NumpyModel):
    def measure(self, outputs, y, valid):
        everything = super().measure(outputs, y, None)
        return {**everything, "loss": super().measure(outputs, y, valid)["loss"]}


@plant("The gradient runs through masked steps.", "GRAD-50 GRAD-51 MASK-39")
class GradientRunsThroughMaskedSteps(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        return super().back_through_time(trace._replace(valid=None), d_outputs, d_state)


@plant("The gradient stops at a masked step.", "GRAD-50 GRAD-51 TRAIN-06")
class StopsAtMask(LSTMLayer):
    def back_through_time(self, trace, d_outputs, d_state):
        if trace.valid is None:
            return super().back_through_time(trace, d_outputs, d_state)
        d_h, d_c = d_state
        d_z = []
        for t in range(len(trace.steps) - 1, -1, -1):
            valid = trace.valid[t]
            d, d_h, d_c = self.step_back(
                trace.steps[t], np.where(valid, d_outputs[t] + d_h, 0), np.where(valid, d_c, 0)
            )
            d_z.insert(0, d)
        return d_z, d_h, d_c


@plant("Masked steps count in the loss.", "GRAD-52 TRAIN-35")
class MasksCount(NumpyModel):
    def run(self, x, mask, starting):
        outputs, _, final = super().run(x, mask, starting)
        return outputs, None, final


@plant(
    "A given initial state switches the mask of a Masking layer off.",
    "MASK-43",
    address="found in Keras 3.15.1",
)
class InitialStateEndsTheMask(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if initial_state is None or mask is not None:
            return super().call(x, mask, initial_state)
        return super().call(x, np.ones(np.shape(x)[:2], bool), initial_state)

    def run(self, x, mask, starting):
        kept = self.layers
        if mask is not None and mask.all():
            self.layers = [layer for layer in kept if not isinstance(layer, MaskingLayer)]
        result = super().run(x, mask, starting)
        self.layers = kept
        return result
