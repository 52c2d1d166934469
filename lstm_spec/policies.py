"""What an implementation declares where libraries differ, and no way is wrong.

Everybody else imports these from ``lstm_spec.contract``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

PaddingOutput = Literal["held", "zero", "undefined"]
"""What comes out at a masked step: the previous output (zero before the first valid step), zero,
or nothing that may be relied upon."""


AdamEpsilon = Literal["before", "after"]
"""Whether Adam adds epsilon to the root of the second moment before its bias is corrected (end of
section 2 of the paper, Keras) or after (Algorithm 1 of the paper, PyTorch, Optax)."""

RMSpropEpsilon = Literal["inside", "outside"]
"""Whether RMSprop adds epsilon to the mean square inside the root (tf.keras, Keras 3) or to the
root (Keras up to 2.3, PyTorch)."""


EmptyRows = Literal["kept", "zero", "rejected"]
"""What becomes of the state of a row without a valid step: it is kept, it becomes zero, or such a
row is rejected."""

DropoutMasks = Literal["one", "by gate", "by gate beside recurrent dropout"]
"""Whether the four gates of a cell see the same mask of dropout, or each has its own; the third is
what Keras does: each has its own, for x as well, if there is recurrent dropout."""

WeightsTogether = Literal["multiplied", "rejected"]
"""What becomes of a sample_weight and a class_weight that are given together."""

POLICIES: Mapping[str, tuple[str, ...]] = {
    "padding_output": get_args(PaddingOutput),
    "empty_rows": get_args(EmptyRows),
    "adam_epsilon": get_args(AdamEpsilon),
    "rmsprop_epsilon": get_args(RMSpropEpsilon),
    "dropout_masks": get_args(DropoutMasks),
    "weights_together": get_args(WeightsTogether),
}
"""What an implementation may declare where libraries differ; the first is what is taken where it
says nothing."""


def padding_output_of(implementation: Any) -> PaddingOutput:
    """The declared policy for outputs at masked steps; ``held`` unless the adapter says."""
    policy: PaddingOutput = getattr(implementation, "padding_output", "held")
    return policy


def empty_rows_of(implementation: Any) -> EmptyRows:
    """The declared policy for rows without a valid step; ``kept`` unless the adapter says."""
    policy: EmptyRows = getattr(implementation, "empty_rows", "kept")
    return policy


def adam_epsilon_of(implementation: Any) -> AdamEpsilon:
    """Where its Adam adds epsilon; ``before`` the bias correction unless the adapter says."""
    place: AdamEpsilon = getattr(implementation, "adam_epsilon", "before")
    return place


def rmsprop_epsilon_of(implementation: Any) -> RMSpropEpsilon:
    """Where its RMSprop adds epsilon; ``inside`` the root unless the adapter says."""
    place: RMSpropEpsilon = getattr(implementation, "rmsprop_epsilon", "inside")
    return place


def dropout_masks_of(implementation: Any) -> DropoutMasks:
    """Whether gates share a mask of dropout; they do (``one``) unless the adapter says."""
    policy: DropoutMasks = getattr(implementation, "dropout_masks", "one")
    return policy


def weights_together_of(implementation: Any) -> WeightsTogether:
    """What becomes of both kinds of weights together; ``multiplied`` unless the adapter says."""
    policy: WeightsTogether = getattr(implementation, "weights_together", "multiplied")
    return policy
