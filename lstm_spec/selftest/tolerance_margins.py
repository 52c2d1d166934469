"""Every tolerance between two measured figures: the noise below it and the mistakes above it.

The noise is what float32 does to a conforming engine. The effect of a mistake is the largest
difference that it makes to any of the exported vectors, in units of the tolerance. A tolerance is
good if it is well above the first and far below the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Implementation
from lstm_spec.mutants import Mutant
from lstm_spec.selftest import noise
from lstm_spec.vectors.effects import Effect

MARGIN = 100
"""How many tolerances wide the smallest effect of a mistake shall be."""

NARROW = "precision"
"""The stage of mutants that compute in a narrower number format."""

BECAUSE_NARROW = (
    "a narrower number format: its rounding, 2^-12 of a value in float16 and 2^-25 in float32, is "
    "the whole mistake"
)

LONG = "sizes"
"""The stage of mutants that are right up to a large number of rows, steps or batches."""

BECAUSE_LONG = "a limit beyond 256: of a mean over all rows, only those beyond it are wrong"

BECAUSE_FAR = (
    "probabilities underflow where logits are 88 apart, as in no case: what shows is that they are "
    "rounded to float32"
)


OWN = "the case's own"
"""Where a case of the vectors has a tolerance of its own."""


@dataclass(frozen=True)
class Measured:
    """The noise of one quantity at one size."""

    quantity: str
    setting: noise.Setting
    largest: float
    median: float


@dataclass(frozen=True)
class Smallest:
    """The least clear of the mistakes that a tolerance has to tell from noise."""

    mutant: str
    effect: Effect
    count: int
    """How many mistakes show most clearly in this quantity."""


def measured(
    noisy: Implementation, exact: Implementation, seeds: Iterable[int]
) -> Iterator[Measured]:
    """The noise of every quantity of ``noise.QUANTITIES`` at each of its sizes."""
    chosen = list(seeds)
    for quantity, (function, settings) in noise.QUANTITIES.items():
        for setting in settings:
            found = [function(noisy, exact, Trial(quantity, seed), setting) for seed in chosen]
            yield Measured(quantity, setting, max(found), float(np.median(found)))


def constant_of(effect: Effect) -> str:
    """The name of the constant that an effect was compared with; empty for a case's own."""
    kinds = {"outputs": "FORWARD", "states": "FORWARD", "loss": "LOSS", "accuracy": "LOSS"}
    kinds |= {"weight_gradients": "GRADIENT", "x_gradient": "GRADIENT", "results": "FORWARD"}
    usual = kinds.get(effect.quantity, "LOCKSTEP")
    for name in (usual, "LOCKSTEP", "FLOAT64", "EXACT"):
        if getattr(tolerances, name) == effect.tolerance:
            return name
    return ""


def clearest(effects: Sequence[Effect]) -> Effect | None:
    """The clearest effect at float32's tolerances; among float64 models only if there is no other.

    ``effects`` are those of one mistake, the clearest first. Against 1e-12 every mistake is huge,
    but a float32 engine is never held to that.
    """
    usual = (one for one in effects if one.tolerance != tolerances.FLOAT64)
    return next(usual, effects[0] if effects else None)


def smallest(found: Mapping[str, Sequence[Effect]]) -> dict[str, Smallest]:
    """For every constant the smallest among the mistakes that show most clearly there.

    ``found`` lists for each mutant its effects, the clearest first. Wrong shapes, refusals and NaN
    are left out: no tolerance is needed to see them.
    """
    by_constant: dict[str, list[tuple[float, str, Effect]]] = {}
    for name, those in found.items():
        effect = clearest(those)
        if effect and np.isfinite(effect.margin):
            constant = constant_of(effect) or OWN
            by_constant.setdefault(constant, []).append((effect.margin, name, effect))
    least = {}
    for constant, those_effects in by_constant.items():
        _, name, effect = min(those_effects, key=lambda one: one[:2])
        least[constant] = Smallest(name, effect, len(those_effects))
    return least


def why_close(stage: str, sentence: str) -> str:
    """Why the effect of a mutant may be below ``MARGIN`` tolerances; empty if it should not be."""
    if stage == NARROW or "float16" in sentence or "float32" in sentence:
        return BECAUSE_NARROW
    if "underflow" in sentence:
        return BECAUSE_FAR
    return BECAUSE_LONG if stage == LONG else ""


def as_data(
    command: str,
    noise: Iterable[Measured],
    mutants: Iterable[Mutant],
    found: Mapping[str, Sequence[Effect]],
) -> dict[str, Any]:
    """What was measured, as plain data: each mutant with its clearest effect, if it has one.

    A difference of null stands for a wrong shape, a refusal or a NaN.
    """
    return {
        "command": command,
        "noise": [
            {
                "quantity": one.quantity,
                **asdict(one.setting),
                "largest": one.largest,
                "median": one.median,
            }
            for one in noise
        ],
        "mutants": [
            {
                "name": one.name,
                "stage": one.stage,
                "sentence": one.sentence,
                "effect": _as_data(clearest(found[one.name])),
            }
            for one in mutants
        ],
    }


def _as_data(effect: Effect | None) -> dict[str, Any] | None:
    if effect is None:
        return None
    finite = np.isfinite(effect.difference)
    return {**asdict(effect), "difference": effect.difference if finite else None}
