"""The cases to run first: the smallest sets that notice every mistake that all cases notice.

Which case notices which planted mistake is measured once (``measured``). The smallest set of cases
that covers all of them is then a set cover, solved exactly by HiGHS through ``scipy.optimize.milp``
(extra ``mutation``); where the solver cannot prove that no smaller set exists, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec import SPEC_VERSION
from lstm_spec.contract import Capability
from lstm_spec.mutants import Mutant
from lstm_spec.vectors import effects, files
from lstm_spec.vectors.needs import FIELD

NAME = "first-cases.json"
FILE = f"docs/data/{NAME}"
PLACES = (Path(__file__).parents[1] / NAME, Path(__file__).parents[2] / FILE)
"""In a wheel, and in a checkout."""

FEW = 10
"""How many cases a hurried reader runs."""

RACES = "nondeterminism"
"""The stage of mutants that are wrong now and then: whether a case notices one is chance."""

Kills = Mapping[str, Collection[str]]
"""For every case the names of the mutants that it notices."""


@dataclass(frozen=True)
class Kind:
    """A kind of engine, and what it can be asked."""

    name: str
    sentence: str
    capabilities: frozenset[str]
    has_all_fields: bool = False

    def can_be_asked(self, case: Mapping[str, Any]) -> bool:
        """Whether an engine of this kind has all that a case needs."""
        needs = set(case["needs"])
        fields = {one for one in needs if FIELD in one}
        return needs - fields <= self.capabilities and (self.has_all_fields or not fields)


INFERENCE = frozenset(
    {
        Capability.FORWARD,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
        Capability.LAYERS,
        Capability.NO_BIAS,
        Capability.HARD_SIGMOID,
        Capability.GO_BACKWARDS,
        Capability.BIDIRECTIONAL,
        Capability.MASK_TAIL,
        Capability.MASK,
        Capability.PREDICT,
    }
)
STATEFUL = INFERENCE | {Capability.STATEFUL, Capability.STATE_ACCESS}
TRAINING = STATEFUL | {
    Capability.EVALUATE,
    Capability.GRADIENTS,
    Capability.TRAIN,
    Capability.FIT,
}

KINDS = (
    Kind(
        "inference",
        "An engine that runs layers from given states: stacks, both directions, masks, predict.",
        INFERENCE,
    ),
    Kind("stateful", "The same, and the state is carried from call to call.", STATEFUL),
    Kind("training", "The same, and it evaluates, gives gradients and trains.", TRAINING),
    Kind(
        "everything",
        "The same in float32 and float64, with every field of every layer, and the data functions.",
        frozenset(Capability),
        has_all_fields=True,
    ),
)


def measured(
    mutants: Iterable[Mutant], cases: effects.Cases, saw: Callable[[], None] = lambda: None
) -> dict[str, list[str]]:
    """For every case the mutants that it notices; those that are wrong by chance are left out."""
    found: dict[str, list[str]] = {case["id"]: [] for case in cases}
    for mutant in mutants:
        if mutant.stage != RACES:
            engine = mutant.make()
            for case in cases:
                if effects.sees(engine, case):
                    found[case["id"]].append(mutant.name)
        saw()
    return found


def smallest(kills: Kills, sizes: Mapping[str, int]) -> list[str]:
    """The fewest cases that notice all that all of them notice; of several such sets the shortest.

    ``sizes`` are the lengths of the files. Raises RuntimeError where the solver does not prove that
    there is no smaller set.
    """
    names, table = _as_table(kills)
    # All lengths together count less than one case.
    length = np.array([sizes[name] for name in names], float)
    return _solved(names, 1 + length / (length.sum() + 1), table, np.ones(len(table)))


def most_telling(kills: Kills, count: int = FEW) -> list[str]:
    """So many cases that together notice more than any other so many. Raises as ``smallest``."""
    names, table = _as_table(kills)
    mutants, cases = table.shape
    # One more variable for each mutant: it is noticed, if one of its cases is taken.
    rows = np.block([[table, -np.eye(mutants)], [-np.ones(cases), np.zeros(mutants)]])
    least = np.append(np.zeros(mutants), -min(count, cases))
    costs = np.append(np.zeros(cases), -np.ones(mutants))
    return _solved(names, costs, rows, least)


def _as_table(kills: Kills) -> tuple[list[str], Any]:
    """The cases, and a row for every mutant with a one where a case notices it."""
    names = [name for name, those in kills.items() if those]
    mutants = sorted({one for those in kills.values() for one in those})
    table = np.array([[one in kills[name] for name in names] for one in mutants], float)
    return names, table


def _solved(names: Sequence[str], costs: Any, rows: Any, least: Any) -> list[str]:
    """The names that are taken where the costs are least and every row reaches its least."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, least, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    if found.status != 0 or found.mip_gap > 0:
        raise RuntimeError(f"no proof that this is the best set: {found.message}")
    return [name for name, taken in zip(names, found.x, strict=False) if taken > 0.5]


def in_order(chosen: Iterable[str], kills: Kills) -> dict[str, list[str]]:
    """The chosen cases, each with what it notices beyond those before it; the most first."""
    left = {name: set(kills[name]) for name in chosen}
    ordered: dict[str, list[str]] = {}
    while left:
        best = max(left, key=lambda name: (len(left[name]), name))
        ordered[best] = sorted(left.pop(best))
        left = {name: those - set(ordered[best]) for name, those in left.items()}
    return ordered


def as_data(
    kills: Kills, cases: effects.Cases, mutants: Iterable[Mutant], command: str
) -> dict[str, Any]:
    """The sets of every kind of engine as plain data."""
    import scipy

    sizes = {case["id"]: len(files.as_text(case)) for case in cases}
    kinds = []
    for kind in KINDS:
        pool = {case["id"]: kills[case["id"]] for case in cases if kind.can_be_asked(case)}
        chosen = in_order(smallest(pool, sizes), pool)
        few = in_order(most_telling(pool), pool)
        kinds.append(
            {
                "name": kind.name,
                "sentence": kind.sentence,
                "cases": len(pool),
                "bytes": sum(sizes[name] for name in pool),
                "mutants": len({one for those in pool.values() for one in those}),
                "first": [
                    {"case": name, "bytes": sizes[name], "notices": len(those)}
                    for name, those in few.items()
                ],
                "smallest": [
                    {"case": name, "bytes": sizes[name], "notices": those}
                    for name, those in chosen.items()
                ],
            }
        )
    return {
        "spec_version": SPEC_VERSION,
        "command": command,
        "solver": f"HiGHS in scipy {scipy.__version__}, proven optimal",
        "cases": len(cases),
        "unseen": sorted({one.name for one in mutants} - {n for k in kills.values() for n in k}),
        "kinds": kinds,
    }


def recorded() -> dict[str, Any]:
    """What was measured last. Raises FileNotFoundError where this package has no such data."""
    for place in PLACES:
        if place.is_file():
            return files.read(place)
    raise FileNotFoundError(f"{NAME} is missing; lstm-spec vectors first --measure makes it")


def unproven(
    data: Mapping[str, Any], mutants: Iterable[Mutant], cases: effects.Cases
) -> dict[str, str]:
    """Mutants of which the data are not right today, by name, and why.

    Every mutant that is recorded is run on the one case that is said to notice it first. One that
    was planted later is not proven either.
    """
    known = {one.name: one for one in mutants}
    by_name = {case["id"]: case for case in cases}
    pairs = {
        (mutant, entry["case"])
        for kind in data["kinds"]
        for entry in kind["smallest"]
        for mutant in entry["notices"]
    }
    met = {*data["unseen"], *(mutant for mutant, _ in pairs)}
    wrong = dict.fromkeys(sorted(set(known) - met), "it was planted after the sets were found")
    for mutant, case in sorted(pairs):
        if mutant not in known:
            wrong[mutant] = "there is no such mutant any more"
        elif case not in by_name:
            wrong[mutant] = f"there is no case {case} any more"
        elif not effects.sees(known[mutant].make(), by_name[case]):
            wrong[mutant] = f"{case} does not notice it"
    return wrong
