"""Correctness first: nothing is timed that carries no state or makes no right update.

An engine that skips the semantics is fast. So the clauses of STATE and TRAIN are judged before, and
a subject that fails one is refused, unless the deviation is in a file of known ones, which is then
named beside its figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from lstm_spec.clauses import Level, select
from lstm_spec.expectations import Expectation
from lstm_spec.run import runner
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.subjects.address import Address
from lstm_spec.verdicts import Verdict

FAMILIES = ("STATE", "TRAIN")
REFUSED = (Verdict.FAIL, Verdict.ERROR, Verdict.NOT_RUN)


@dataclass(frozen=True)
class Refusal:
    """Why a subject is not timed: the clauses that it fails, each with what was seen."""

    subject: str
    clauses: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """The clauses in one sentence."""
        listed = "; ".join(f"{name} ({why})" for name, why in self.clauses)
        return f"{self.subject} is not timed, because it does not do the same work: {listed}"


def gate(
    subject: str,
    expected: dict[str, Expectation],
    *,
    level: Level = Level.CORE,
    jobs: int = 1,
    only: tuple[str, ...] = FAMILIES,
) -> tuple[Refusal | None, tuple[str, ...]]:
    """A refusal or None, and the known deviations that were met.

    Raises NoSuchSubject or UnusableSubject for a subject that cannot be opened.
    """
    clauses = select(list(only), level)
    plan = Plan(Address(subject), clauses, level=level, jobs=jobs, effort=EFFORT[level])
    known = {name: one for name, one in expected.items() if name in {c.id for c in clauses}}
    report = runner.run(plan, known)
    if report.interrupted:
        raise KeyboardInterrupt
    if report.unusable:
        return Refusal(subject, (("smoke", report.unusable),)), ()
    if not report.judged:
        return Refusal(subject, ((", ".join(only), report.why_nothing_was_judged),)), ()
    failed = tuple((one.id, one.diagnosis) for one in report.judgements if one.verdict in REFUSED)
    met = tuple(one.id for one in report.judgements if one.verdict is Verdict.EXPECTED_FAIL)
    return (Refusal(subject, failed) if failed else None), met
