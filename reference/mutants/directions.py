"""Bidirectional layers whose halves are exchanged, not turned, or share their weights."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer

plant = planter("directions")


@plant("The backward half is not turned back.", "SEQ-22 SEQ-25")
class BackwardHalfIsNotTurnedBack(BidirectionalLayer):
    def turn(self, sequence):
        return sequence


class OtherJoin(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        ahead, back = np.split(outputs, 2, axis=-1)
        return self.join(ahead, back), mask, final


@plant("The halves of a bidirectional layer are swapped.", "SEQ-22 SEQ-23")
class HalvesAreSwapped(OtherJoin):
    def join(self, ahead, back):
        return np.concatenate([back, ahead], axis=-1)


@plant("The halves of a bidirectional layer are interleaved.", "SEQ-22")
class HalvesAreInterleaved(OtherJoin):
    def join(self, ahead, back):
        return np.stack([ahead, back], axis=-1).reshape(*ahead.shape[:-1], -1)


@plant("Both directions use the forward weights.", "SEQ-22 SEQ-23")
class BothDirectionsUseTheForwardWeights(BidirectionalLayer):
    def __init__(self, forwards, backwards, *merge_mode):
        backwards.kernel, backwards.bias = forwards.kernel, forwards.bias
        backwards.recurrent_kernel = forwards.recurrent_kernel
        super().__init__(forwards, backwards, *merge_mode)


@plant("The single output is cut out of the turned sequence.", "SEQ-23")
class SingleOutputIsCutOutOfTheTurnedSequence(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask_out, final = super().forward(x, mask, states)
        if not self.sequence:
            last, _, _ = self.backwards.forward(x[:, -1:], None, states[1:])
            outputs = np.concatenate([outputs[:, : self.forwards.units], last], axis=-1)
        return outputs, mask_out, final


@plant("The states of the directions are swapped.", "SEQ-24")
class StatesOfTheDirectionsAreSwapped(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states[::-1])
        return outputs, mask, final[::-1]
