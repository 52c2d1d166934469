"""Backward layers of their own that are built or trained as the mirror of the forward one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation
from reference.numpy.layers import BidirectionalLayer, TimeDistributedLayer
from reference.numpy.model import NumpyModel

plant = planter("directions")


def is_own(ahead, back):
    """Whether the backward layer is described by itself."""
    return replace(back.layer, go_backwards=False) != ahead.layer


@plant(
    "A backward layer of its own has the activation of the forward one.",
    "SEQ-300 GRAD-305",
    diagnosis="the backward layer is built from the forward one",
)
class BuiltFromTheForwardOne(BidirectionalLayer):
    def __init__(self, forwards, backwards, merge_mode="concat"):
        super().__init__(forwards, backwards, merge_mode)
        backwards.phi = forwards.phi


@plant("A backward layer of its own reads forwards.", "SEQ-300 STATE-300")
class OwnLayerReadsForwards(BidirectionalLayer):
    def __init__(self, forwards, backwards, merge_mode="concat"):
        super().__init__(forwards, backwards, merge_mode)
        if is_own(forwards, backwards):
            backwards.layer = replace(backwards.layer, go_backwards=False)


@plant("What a backward layer of its own gives is not turned back in time.", "SEQ-300")
class OwnLayerIsNotTurned(BidirectionalLayer):
    def turn(self, sequence):
        own = is_own(self.forwards, self.backwards)
        return sequence if own else super().turn(sequence)


@plant("Of a wider or narrower backward half, as much as of the forward one is read.", "SEQ-301")
class HalvesOfOneWidth(BidirectionalLayer):
    def merged(self, ahead, back):
        both = super().merged(ahead, back)
        if back.shape[-1] == ahead.shape[-1]:
            return both
        kept = back[..., : ahead.shape[-1]]
        missing = ahead.shape[-1] - kept.shape[-1]
        widths = [(0, 0)] * (back.ndim - 1) + [(0, max(missing, 0))]
        return np.concatenate([ahead, np.pad(kept, widths)], axis=-1)


@plant("Halves of different widths are put side by side the other way round.", "SEQ-301 SEQ-302")
class NarrowHalfFirst(BidirectionalLayer):
    def merged(self, ahead, back):
        both = super().merged(ahead, back)
        if back.shape[-1] == ahead.shape[-1]:
            return both
        return np.concatenate([back, ahead], axis=-1)


@plant("A backward layer of its own starts every call at zero.", "STATE-300")
class OwnLayerForgets(BidirectionalLayer):
    def forward(self, x, mask, states):
        first, second = states[:2]
        if is_own(self.forwards, self.backwards):
            second = tuple(0 * one for one in second)
        return super().forward(x, mask, [first, second])


@plant("A backward layer of its own sends no gradient to x.", "GRAD-305")
class OwnLayerSendsNothing(BidirectionalLayer):
    def backward(self, d_outputs):
        if not is_own(self.forwards, self.backwards):
            return super().backward(d_outputs)
        d_ahead, d_back = self.parted(d_outputs)
        self.backwards.backward(self.turn(d_back) if self.sequence else d_back)
        return self.forwards.backward(d_ahead)


class OneRule(NumpyModel):
    def update(self):
        before = [one.copy() for one in self.weights]
        super().update()
        every = [one for of_layer in self.spec.layer_weights for one in of_layer]
        for k, one in enumerate(every):
            if one.half and any(not two.trainable for two in every[:k]):
                self.weights[k][...] = before[k]


@plant("A frozen forward half freezes the backward one.", "TRAIN-435")
class ForwardFreezesBoth(OneRule):
    pass


@plant("A saved file has no backward layer of its own.", "LIFE-323")
class OwnLayerIsNotSaved(NumpyImplementation):
    def load(self, path):
        loaded = super().load(path)
        for layer in loaded.layers:
            if isinstance(layer, BidirectionalLayer):
                layer.backwards.phi = layer.forwards.phi
        return loaded


# Each step by itself ------------------------------------------------------------------------------


@plant("TimeDistributed does to the first step what it should do to every step.", "SEQ-303")
class FirstStepForAll(TimeDistributedLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return np.repeat(outputs[:, :1], x.shape[1], axis=1), mask, final


@plant("TimeDistributed takes the steps of all rows for those of one.", "SEQ-303")
class RowsAndStepsAreMixed(TimeDistributedLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        mixed = outputs.swapaxes(0, 1).reshape(outputs.shape)
        return mixed, mask, final


@plant("A mask ends at TimeDistributed.", "MASK-300")
class MaskEndsAtTimeDistributed(TimeDistributedLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, mask, states)
        return outputs, None, final


@plant("The layer inside TimeDistributed learns from the last step alone.", "TRAIN-436 GRAD-306")
class LearnsFromTheLastStep(TimeDistributedLayer):
    def backward(self, d_outputs):
        kept = [one.copy() for one in self.inside.gradients]
        d_x = super().backward(d_outputs)
        last = np.zeros_like(d_outputs)
        last[:, -1] = d_outputs[:, -1]
        for one, before in zip(self.inside.gradients, kept, strict=True):
            one[...] = before
        super().backward(last)
        return d_x


@plant("The gradient of x ends at TimeDistributed.", "GRAD-306")
class GradientEndsAtTimeDistributed(TimeDistributedLayer):
    def backward(self, d_outputs):
        return 0 * super().backward(d_outputs)
