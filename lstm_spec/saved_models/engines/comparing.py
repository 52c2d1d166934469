"""Outputs beside those of the oracle, and where and why they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_spec.meaning.refusals import understand
from lstm_spec.saved_models.engines.conventions import coarser, diagnose
from lstm_spec.saved_models.engines.findings import Carried, Computed
from lstm_spec.saved_models.engines.layer_by_layer import (
    differences,
    first_divergence,
    in_shape_of,
)
from lstm_spec.saved_models.engines.loading import Outcome
from lstm_spec.saved_models.engines.replays import Replay
from lstm_spec.saved_models.engines.truth import Truth

Array = NDArray[Any]


def failed(how: Literal["loaded", "rebuilt"], outcome: Outcome) -> Computed:
    """A model that raised when it was run."""
    refusal = understand(outcome.message or outcome.error)
    return Computed(how, error=outcome.error, refusal=refusal)


def compared(how: Literal["loaded", "rebuilt"], got: Array, truth: Truth) -> Computed:
    """Outputs beside those of the oracle."""
    examined, right = truth.examined, truth.right
    scale, tolerance = examined.conditioning.scale, examined.tolerance
    same = in_shape_of(got, right)
    if same is None:
        shape = f"{got.shape} where {right.shape} is right"
        return Computed(how, scale=scale, tolerance=tolerance, shape=shape)
    return Computed(how, apart(same, right), scale, tolerance)


def apart(got: Array, right: Array) -> float:
    """The largest difference; infinite for what is not finite on one side only."""
    with np.errstate(invalid="ignore"):
        difference = np.abs(got.astype(np.float64) - right)
    both = ~np.isfinite(got) & ~np.isfinite(right)
    difference = np.where(both, 0.0, np.nan_to_num(difference, nan=np.inf))
    return float(difference.max(initial=0.0))


def explained(
    computed: Computed, got: Array, by_layer: Mapping[str, Array], truth: Truth
) -> Computed:
    """The same with the first layer that differs, and the convention that gives these numbers."""
    named = diagnose(truth.examined, got, truth.oracle)
    return replace(
        computed,
        divergence=first_divergence(truth.places, by_layer),
        differences=tuple(differences(truth.places, by_layer)),
        diagnosis=named,
        hint="" if named else coarser(truth.examined, computed.largest, truth.oracle),
    )


def carried_of(
    how: Literal["loaded", "rebuilt"],
    replay: Replay,
    outcomes: Sequence[Outcome],
    right: Sequence[Array],
    truth: Truth,
) -> Carried:
    """The outputs of a replay beside the oracle's."""
    title = replay.title
    largest = 0.0
    for number, (outcome, wanted) in enumerate(zip(outcomes, right, strict=False), 1):
        call = f"call {number}: " if len(right) > 1 else ""
        if outcome.error:
            return Carried(how, title, False, f"{call}{outcome.error}")
        got = in_shape_of(outcome.outputs[0], wanted)
        if got is None:
            shape = f"{outcome.outputs[0].shape} where {wanted.shape} is right"
            return Carried(how, title, False, f"{call}outputs of shape {shape}")
        difference = apart(got, wanted)
        if not difference <= truth.examined.tolerance:
            share = difference / (truth.examined.conditioning.scale or 1.0)
            why = forgets(replay, number - 1, got, truth)
            return Carried(how, title, False, f"{call}{share:.1e} of the outputs' scale apart{why}")
        largest = max(largest, difference)
    share = largest / (truth.examined.conditioning.scale or 1.0)
    return Carried(how, title, True, f"at most {share:.1e} of the outputs' scale apart")


def forgets(replay: Replay, number: int, got: Array, truth: Truth) -> str:
    """Whether these are the outputs of a model that begins each call with a state of zero."""
    if number == 0:
        return ""
    fresh = truth.outputs_of(replay.forgetting)[number]
    if apart(got, fresh) <= truth.examined.tolerance:
        return ": its numbers are those of a model that starts from zero in each call"
    return ""
