"""Bidirectional layers that merge their directions in another way than they were told."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy.layers import BidirectionalLayer

plant = planter("directions")


@plant("A mean of both directions is their sum.", "SEQ-180")
class MeanIsASum(BidirectionalLayer):
    def merged(self, ahead, back):
        return super().merged(ahead, back) * (2 if self.merge_mode == "ave" else 1)


@plant("A product of both directions is their sum.", "SEQ-180")
class ProductIsASum(BidirectionalLayer):
    def merged(self, ahead, back):
        product = super().merged(ahead, back)
        return ahead + back if self.merge_mode == "mul" else product


@plant("Directions that are merged by number are not turned back in time.", "SEQ-180")
class MergedWithoutTurning(BidirectionalLayer):
    def turn(self, sequence):
        return super().turn(sequence) if self.merge_mode == "concat" else sequence


@plant("Of a single output, the backward direction alone is returned.", "SEQ-180")
class SingleOutputIsNotMerged(BidirectionalLayer):
    def merged(self, ahead, back):
        both = super().merged(ahead, back)
        return both if self.sequence or self.merge_mode == "concat" else back


@plant("The gradient of a product goes to both directions as it is.", "GRAD-181")
class ProductRuleIsForgotten(BidirectionalLayer):
    def parted(self, d_outputs):
        return (d_outputs, d_outputs) if self.merge_mode == "mul" else super().parted(d_outputs)


@plant("The gradient of a mean is not halved.", "GRAD-181")
class MeanIsNotHalved(BidirectionalLayer):
    def parted(self, d_outputs):
        return (d_outputs, d_outputs) if self.merge_mode == "ave" else super().parted(d_outputs)


@plant("The gradient of a sum reaches the forward direction only.", "GRAD-181")
class BackwardHalfOfASumLearnsNothing(BidirectionalLayer):
    def parted(self, d_outputs):
        ahead, back = super().parted(d_outputs)
        return ahead, 0 * back if self.merge_mode == "sum" else back


# Directions that are not merged -------------------------------------------------------------------


class Apart(BidirectionalLayer):
    """``change`` makes other halves of those of a layer that does not merge."""

    def merged(self, ahead, back):
        apart = self.merge_mode == "apart"
        return super().merged(*(self.change(ahead, back) if apart else (ahead, back)))

    def change(self, ahead, back):
        return ahead, back


@plant("Of two outputs that are not merged, the second is not turned back in time.", "SEQ-500")
class ApartWithoutTurning(BidirectionalLayer):
    def turn(self, sequence):
        return sequence if self.merge_mode == "apart" else super().turn(sequence)


@plant("Of two outputs that are not merged, the backward one comes first.", "SEQ-500 GRAD-521")
class BackwardComesFirst(BidirectionalLayer):
    def merged(self, ahead, back):
        both = super().merged(ahead, back)
        if self.merge_mode != "apart":
            return both
        return np.concatenate([back, ahead], axis=-1)


@plant("Of two outputs that are not merged, the second is a mean of both.", "SEQ-500 LIFE-523")
class SecondIsAMean(Apart):
    def change(self, ahead, back):
        return ahead, (back + ahead[..., :1]) / 2


@plant("Of two outputs that are not merged, the second has no gradient.", "GRAD-521")
class SecondHasNoGradient(BidirectionalLayer):
    def parted(self, d_outputs):
        ahead, back = super().parted(d_outputs)
        return ahead, back * 0 if self.merge_mode == "apart" else back


@plant("The losses of two outputs that are not merged are added up.", "GRAD-521")
class LossesAreAddedUp(BidirectionalLayer):
    def parted(self, d_outputs):
        ahead, back = super().parted(d_outputs)
        return (2 * ahead, 2 * back) if self.merge_mode == "apart" else (ahead, back)
