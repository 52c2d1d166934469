"""Every planted mistake, and changes of an engine's source, against the tests of other projects.

Everything runs in this process, but each change is loaded in a copy of the process. A suite
notices a mistake if one of its tests fails, or raises. Beside the suites stands the smallest set of
our own vectors that notices what all vectors notice.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lstm_spec import SPEC_VERSION
from lstm_spec.contract import Implementation
from lstm_spec.mutants import Mutant, Source
from lstm_spec.selftest.generated.campaign import in_a_copy
from lstm_spec.selftest.generated.changed_engine import changed_engine
from lstm_spec.selftest.generated.changes import Change
from lstm_spec.selftest.other_suites.suite import Suite, notices
from lstm_spec.selftest.time_limit import OutOfTime, time_limit
from lstm_spec.vectors import effects

FILE = "docs/data/other-suites.json"

OURS = "lstm-spec"
"""How the smallest set of our own vectors is called beside the suites."""

PATIENCE = 20.0
"""Seconds after which a change that never comes to an end counts as noticed."""


def planted(
    mutants: Iterable[Mutant], suites: Sequence[Suite], saw: Callable[[], None] = lambda: None
) -> Iterator[dict[str, Any]]:
    """For every mutant that has no argument to be equivalent the suites that notice it."""
    for mutant in mutants:
        if not mutant.equivalent:
            sees = noticed_by(mutant.make(), suites)
            yield {"name": mutant.name, "stage": mutant.stage, "noticed_by": sees}
        saw()


def generated(
    source: Source,
    changes: Iterable[Change],
    suites: Sequence[Suite],
    vectors: effects.Cases,
    saw: Callable[[], None] = lambda: None,
) -> list[dict[str, Any]]:
    """For every kind of change how many were drawn, and how many each suite notices."""
    kinds: dict[str, dict[str, Any]] = {}
    names = [OURS, *(one.name for one in suites)]
    for change in changes:
        sees = _noticed_in_a_copy(source, change, suites, vectors)
        counts = kinds.setdefault(
            change.kind, {"kind": change.kind, "drawn": 0, "by_others": 0, "by_ours_alone": 0}
        )
        counts.setdefault("noticed_by", dict.fromkeys(names, 0))
        counts["drawn"] += 1
        counts["by_others"] += any(name != OURS for name in sees)
        counts["by_ours_alone"] += sees == [OURS]
        for name in sees:
            counts["noticed_by"][name] += 1
        saw()
    return sorted(kinds.values(), key=lambda one: -one["drawn"])


def noticed_by(engine: Implementation, suites: Iterable[Suite]) -> list[str]:
    """The suites of which one test at least fails for an engine."""
    return [one.name for one in suites if any(notices(engine, case) for case in one.cases)]


def _noticed_in_a_copy(
    source: Source, change: Change, suites: Sequence[Suite], vectors: effects.Cases
) -> list[str]:
    """The suites that notice a change; all of them where it cannot even be loaded, or hangs."""

    def look() -> dict[str, str]:
        with warnings.catch_warnings(), np.errstate(all="ignore"), time_limit(PATIENCE):
            warnings.simplefilter("ignore")
            engine = changed_engine(
                source.subjects[0], source.packages, change.module.name, change.source
            )
            sees = noticed_by(engine, suites)
            if any(effects.sees(engine, case) for case in vectors):
                sees = [OURS, *sees]
        return {"noticed": "\n".join(sees)}

    def carefully() -> dict[str, str]:
        try:
            return look()
        except (OutOfTime, Exception):
            return {}

    answer = in_a_copy(carefully)
    if "noticed" not in answer:
        return [OURS, *(one.name for one in suites)]
    return answer["noticed"].splitlines()


def as_data(
    suites: Sequence[Suite],
    mistakes: Sequence[Mapping[str, Any]],
    changes: Sequence[Mapping[str, Any]],
    ours: Mapping[str, Any],
    command: str,
    seed: int,
) -> dict[str, Any]:
    """What was measured, and of which version of what. ``ours`` are the recorded smallest sets."""
    notice = {
        kind["name"]: sorted(one for entry in kind["smallest"] for one in entry["notices"])
        for kind in ours["kinds"]
    }
    groups: dict[str, list[str]] = {}
    before: set[str] = set()
    for name, those in notice.items():
        groups[name] = [one for one in those if one not in before]
        before |= set(those)
    group_of = {one: name for name, those in groups.items() for one in those}
    return {
        "spec_version": SPEC_VERSION,
        "command": command,
        "seed": seed,
        "suites": [
            {
                "name": one.name,
                "tests": one.tests,
                "address": one.address,
                "version": one.version,
                "licence": one.licence,
                "compares": one.compares,
                "left_out": one.left_out,
                "drawn": one.drawn,
                "cases": len(one.cases),
            }
            for one in suites
        ],
        "planted": [{**one, "group": group_of.get(one["name"], "")} for one in mistakes],
        "generated": list(changes),
    }
