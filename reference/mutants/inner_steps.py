"""Mistakes around a layer that reads a sequence at every step, inside TimeDistributed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.model import TimeDistributed
from reference.mutants.planting import planter
from reference.numpy import NumpyImplementation
from reference.numpy.layers import TimeDistributedLayer, loops_of
from reference.numpy.model import NumpyModel
from reference.numpy.rules import RuledWeights

plant = planter("inner steps")


def backwards_inside(model):
    """The model, of which every LSTM inside TimeDistributed now reads backwards."""
    for layer in model.layers:
        if isinstance(layer, TimeDistributedLayer):
            for loop in loops_of(layer.inside):
                loop.layer = replace(loop.layer, go_backwards=not loop.layer.go_backwards)
    return model


def step_by_step(layer, x, mask, states):
    """Outputs of the layer inside for one step after the other, each from where the last ended."""
    made = []
    for step in range(x.shape[1]):
        within = None if mask is None else mask[:, step]
        outputs, _, states = layer.inside.forward(x[:, step], within, states)
        made.append(outputs)
    return np.stack(made, axis=1)


@plant(
    "The LSTM inside TimeDistributed goes on from step to step.",
    "SEQ-540 SEQ-541 STATE-540 TRAIN-540",
    address="Keras 3 with a stateful layer inside",
)
class GoesOnFromStepToStep(TimeDistributedLayer):
    def forward(self, x, mask, states):
        right, mask_out, _ = super().forward(x, mask, states)
        if x.ndim == 3:
            return right, mask_out, []
        start = self.starting(len(x), x.dtype)
        wrong = step_by_step(self, x, mask, start)
        super().forward(x, mask, states)  # what the way back needs
        return wrong, mask_out, []


@plant("The LSTM inside TimeDistributed goes on from one batch to the next.", "STATE-540 LIFE-552")
class GoesOnFromBatchToBatch(TimeDistributedLayer):
    kept = None

    def starting(self, rows, dtype):
        zero = super().starting(rows, dtype)
        fits = self.kept is not None and [h.shape for h, _ in self.kept] == [
            h.shape for h, _ in zero
        ]
        return self.kept if fits else zero

    def forward(self, x, mask, states):
        inside, forward = self.inside, self.inside.forward

        def keeping(*given):
            outputs, valid, self.kept = forward(*given)
            return outputs, valid, self.kept

        inside.forward = keeping
        try:
            return super().forward(x, mask, states)
        finally:
            inside.forward = forward


@plant(
    "TimeDistributed takes the inner steps for the steps.",
    "SEQ-540 SEQ-541 MASK-540 GRAD-540",
    address="a transposition of the wrong two axes",
)
class ReadsAlongTheOtherAxis(TimeDistributedLayer):
    def folded(self, array):
        if array.ndim != 4:
            return super().folded(array)
        return array.swapaxes(1, 2).reshape(-1, *array.shape[2:])


@plant("Inner sequences are handed on from their last step to their first.", "SEQ-541")
class InnerSequencesAreTurned(TimeDistributedLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return (outputs[:, :, ::-1] if outputs.ndim == 4 else outputs), mask, final


@plant("A mask does not reach the layer inside TimeDistributed.", "MASK-540")
class MaskDoesNotReachInside(TimeDistributedLayer):
    def forward(self, x, mask, states):
        outputs, _, final = super().forward(x, None, states)
        behind = self.counting(mask) if x.ndim == 4 else mask
        return outputs, behind, final


@plant("Every step has the mask of the first one for its inner steps.", "MASK-540")
class EveryStepHasTheFirstMask(TimeDistributedLayer):
    def forward(self, x, mask, states):
        if mask is not None and mask.ndim == 3:
            mask = np.repeat(mask[:, :1], mask.shape[1], axis=1)
        return super().forward(x, mask, states)


@plant(
    "Behind TimeDistributed, a step counts only if all of its inner steps do.",
    "MASK-541",
)
class CountsOnlyWhereAllDo(TimeDistributedLayer):
    def counting(self, mask):
        return mask.all(axis=-1)


@plant("Behind an LSTM inside TimeDistributed there is no mask.", "MASK-541")
class NothingIsMaskedBehind(TimeDistributedLayer):
    def counting(self, mask):
        return None


@plant("Behind TimeDistributed, a step counts if its last inner step does.", "MASK-541")
class LastInnerStepDecides(TimeDistributedLayer):
    def counting(self, mask):
        return mask[:, :, -1]


@plant("The LSTM inside TimeDistributed learns from the first row alone.", "GRAD-540 TRAIN-540")
class LearnsFromTheFirstRow(TimeDistributedLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        if not loops_of(self.inside):
            return d_x
        gradients = [one for loop in loops_of(self.inside) for one in loop.gradients]
        for one in gradients:
            one[...] = 0
        first = np.zeros_like(d_outputs)
        first[0] = d_outputs[0]
        super().backward(first)
        return d_x


@plant("The gradient of x ends at an LSTM inside TimeDistributed.", "GRAD-540")
class GradientOfInnerStepsEnds(TimeDistributedLayer):
    def backward(self, d_outputs):
        d_x = super().backward(d_outputs)
        return 0 * d_x if loops_of(self.inside) else d_x


@plant("What is frozen inside TimeDistributed learns.", "TRAIN-540 TRAIN-436")
class FrozenInsideLearns(RuledWeights):
    def __init__(self, spec, weights, gradients, loops):
        super().__init__(spec, weights, gradients, loops)
        described = zip(spec.layers, spec.layer_weights, strict=True)
        inside = [isinstance(one, TimeDistributed) for one, own in described for _ in own]
        wrapped = [id(one) for one, is_inside in zip(weights, inside, strict=True) if is_inside]
        self.frozen = [pair for pair in self.frozen if id(pair[0]) not in wrapped]


@plant(
    "In training, the steps of a row share a mask of dropout inside TimeDistributed.", "CELL-540"
)
class StepsShareAMask(TimeDistributedLayer):
    def forward(self, x, mask, states):
        if not self.draws or x.ndim == 3:
            return super().forward(x, mask, states)
        self.draws = False
        for loop in loops_of(self.inside):
            loop.draw_masks(len(x))
            loop.masks = type(loop.masks)(
                *(None if one is None else self.for_all_steps(one, x) for one in loop.masks)
            )
        try:
            return super().forward(x, mask, states)
        finally:
            self.draws = True

    def for_all_steps(self, masks, x):
        return np.repeat(masks, x.shape[1], axis=-2)


@plant("Dropout does nothing inside TimeDistributed.", "CELL-540")
class NothingIsDroppedInside(TimeDistributedLayer):
    def draw_masks(self, rows):
        self.draws = False


@plant("In a loaded model, what is inside TimeDistributed reads backwards.", "LIFE-550")
class LoadedInsideReadsBackwards(NumpyImplementation):
    def load(self, path):
        return backwards_inside(super().load(path))


@plant("In a clone, what is inside TimeDistributed reads backwards.", "LIFE-551")
class ClonedInsideReadsBackwards(NumpyModel):
    def clone(self):
        return backwards_inside(super().clone())


@plant("An input with fewer or more inner steps is read as it is.", "SEQ-542")
class TakesOtherInnerSteps(NumpyModel):
    def checked_input(self, x, what="x"):
        described = self.spec
        if np.ndim(x) == 4:
            self.spec = replace(described, inner_steps=np.shape(x)[2])
        try:
            return super().checked_input(x, what)
        finally:
            self.spec = described
