"""What a mistake does to the vectors: which cases see it, and how clearly."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lstm_spec.contract import Implementation, Unsupported
from lstm_spec.mutants import Mutant
from lstm_spec.vectors import replay
from lstm_spec.vectors.needs import lacks

Cases = Sequence[Mapping[str, Any]]
"""Completed cases, as they stand in their files."""


@dataclass(frozen=True)
class Effect:
    """Where a mistake shows most clearly; ``margin`` is the difference over its tolerance."""

    case: str
    quantity: str
    difference: float
    tolerance: float

    @property
    def margin(self) -> float:
        """How many tolerances wide the difference is; infinite for a wrong shape or a refusal."""
        return self.difference / self.tolerance if self.tolerance else float("inf")


def effect(implementation: Implementation, case: Mapping[str, Any]) -> Effect | None:
    """The clearest difference in one case; None where there is none beyond the tolerance."""
    if lacks(implementation, case["needs"]):
        return None
    found: list[Effect] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mistake may overflow: that is its nature
        try:
            for one in replay.differences(implementation, case):
                if not one.agrees:
                    name = one.quantity.split("[")[0]
                    found.append(Effect(case["id"], name, one.largest, one.tolerance))
        except Unsupported:
            return None
        except Exception as error:
            found.append(Effect(case["id"], type(error).__name__, float("inf"), 0.0))
    return max(found, key=lambda one: one.margin, default=None)


def sees(implementation: Implementation, case: Mapping[str, Any]) -> bool:
    """Whether one case sees the mistake; nothing is computed beyond the first difference."""
    if lacks(implementation, case["needs"]):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return any(not one.agrees for one in replay.differences(implementation, case))
        except Unsupported:
            return False
        except Exception:
            return True


def effects(implementation: Implementation, cases: Cases) -> list[Effect]:
    """The effect on every case that sees the mistake, the clearest first."""
    found = [effect(implementation, case) for case in cases]
    return sorted((one for one in found if one), key=lambda one: -one.margin)


def table(mutants: Iterable[Mutant], cases: Cases) -> dict[str, list[Effect]]:
    """For every mutant by name the cases that see it; an empty list for one that none sees."""
    return {one.name: effects(one.make(), cases) for one in mutants}


def kills(found: Mapping[str, Sequence[Effect]], cases: Cases) -> dict[str, list[str]]:
    """For every case the names of the mutants that it sees."""
    seen: dict[str, list[str]] = {case["id"]: [] for case in cases}
    for name, those in found.items():
        for one in those:
            seen[one.case].append(name)
    return seen
