"""The search for a mistake: which experiment is next, and what all of them together say.

Experiments do not depend on each other, so several processes may do them at the same time. What is
found is the same as if one process did them in their order: what a mistake that was found earlier
explains is not told again, and neither is anything beside an experiment that does not repeat.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from lstm_spec.contract import Capability, Implementation
from lstm_spec.diagnosis.carry import is_vague
from lstm_spec.diagnosis.finding import Finding
from lstm_spec.diagnosis.repeating import Contradiction, Run, repeated

NOT_REPEATABLE = "the same input gives other numbers when it is given again"
FAMILIES = ("CELL", "SEQ", "STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")


class Experiment(NamedTuple):
    """One experiment, what a subject must be able to do for it, and what explains its outcome."""

    name: str
    run: Run
    needs: set[Capability]
    explained_by: tuple[str, ...]
    """The experiments whose findings, if they have any, explain whatever this one would find."""
    answered_by: tuple[str, ...] = ()
    """The clauses that ask the same: where all of them have passed, there is nothing to find."""


class Outcome(NamedTuple):
    """What an experiment found, or that it came out otherwise when it was done again."""

    findings: tuple[Finding, ...]
    repeatable: bool = True

    def as_json(self) -> dict[str, Any]:
        """For another process; ``from_json`` makes the outcome of it again."""
        return {"findings": [asdict(one) for one in self.findings], "repeatable": self.repeatable}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        """The outcome that another process has told."""
        found = (Finding(one["sentence"], tuple(one["families"])) for one in data["findings"])
        return cls(tuple(found), data["repeatable"])


def outcome(one: Experiment, subject: Implementation, oracle: Implementation, seed: int) -> Outcome:
    """Do an experiment; a subject that lacks what it needs takes no part, and nothing is found."""
    if not one.needs <= set(subject.capabilities):
        return Outcome(())
    try:
        return Outcome(tuple(repeated(one.name, one.run, subject, oracle, seed)))
    except Contradiction:
        return Outcome((), repeatable=False)


class Search:
    """Hands out experiments in their order, from any thread, and draws the conclusion.

    ``passed`` are the clauses that have passed, as far as it is known when one is handed out.
    """

    def __init__(self, experiments: Iterable[Experiment], passed: Collection[str] = ()) -> None:
        self._experiments, self._passed = list(experiments), passed
        self._waiting = iter(self._experiments)
        self._outcomes: dict[str, Outcome] = {}
        self._one_at_a_time = threading.Lock()
        self._causes: dict[str, set[str]] = {}
        for one in self._experiments:
            self._causes[one.name] = set(one.explained_by).union(
                *(self._causes.get(cause, set()) for cause in one.explained_by)
            )

    def __iter__(self) -> Iterator[Experiment]:
        """The experiments that are still worth doing, each handed out once."""
        while (one := self._next()) is not None:
            yield one

    def _next(self) -> Experiment | None:
        with self._one_at_a_time:
            while not self._contradictory() and (one := next(self._waiting, None)) is not None:
                if not self._is_answered(one) and not self._is_explained(one, self._outcomes):
                    return one
        return None

    def saw(self, name: str, came_out: Outcome) -> None:
        """An experiment that was handed out has been done."""
        with self._one_at_a_time:
            self._outcomes[name] = came_out

    def findings(self) -> list[Finding]:
        """Every mistake that could be proven, each once."""
        with self._one_at_a_time:
            counted = self._counted()
        for name, one in counted.items():
            if not one.repeatable:
                return [Finding(f"{NOT_REPEATABLE} (not repeatable: {name})", FAMILIES)]
        return _each_once(finding for one in counted.values() for finding in one.findings)

    def _contradictory(self) -> bool:
        return not all(one.repeatable for one in self._counted().values())

    def _counted(self) -> dict[str, Outcome]:
        """The outcomes that no earlier finding explains, in the order of the experiments."""
        counted: dict[str, Outcome] = {}
        for one in self._experiments:
            if one.name in self._outcomes and not self._is_explained(one, counted):
                counted[one.name] = self._outcomes[one.name]
        return counted

    def _is_answered(self, one: Experiment) -> bool:
        return bool(one.answered_by) and all(name in self._passed for name in one.answered_by)

    def _is_explained(self, one: Experiment, outcomes: Mapping[str, Outcome]) -> bool:
        earlier = [outcomes[name] for name in self._causes[one.name] if name in outcomes]
        return any(not is_vague(finding) for found in earlier for finding in found.findings)


def _each_once(findings: Iterable[Finding]) -> list[Finding]:
    """Each sentence once, and the first vague one only where there is no other."""
    told = {one.sentence: one for one in findings}
    causes = [one for one in told.values() if not is_vague(one)]
    return causes or list(told.values())[:1]
