"""``verify`` for a program or a notebook: the same run as the command, from Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_spec import clauses, expectations
from lstm_spec.run import runner
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import oracle_for
from lstm_spec.verdicts import Verdict

if TYPE_CHECKING:
    from lstm_spec.contract import Implementation
    from lstm_spec.report import Report


def verify(
    subject: str | Implementation,
    *,
    only: Iterable[str] = (),
    level: str = "core",
    oracle: str | None = None,
    expect: str = "",
    seed: int = 0,
    jobs: int = 1,
) -> Report:
    """Judge every clause of a level, or those named by ``only`` (ids or families).

    ``subject`` is a name as on the command line (``"keras"``, ``"my_module:mine"``), which is then
    judged in processes of its own. It may also be an implementation that you have made, which
    is judged in this process: you can change it between two runs, but a crash ends your program.
    ``expect`` names a file of known deviations, or one of those that come with lstm-spec.

    The report has ``judgements`` (one for each planned clause), ``counts``, ``deviations``,
    ``findings`` (mistakes that reproduce the subject's numbers) and ``as_expected``.

    Raises ValueError for an unknown clause or level, ``NoSuchSubject`` or ``UnusableSubject`` for a
    subject that cannot be opened.
    """
    chosen = clauses.select(only, clauses.Level(level))
    if not chosen:
        raise ValueError(f"no clause of {', '.join(only)} is run at the level {level}")
    known = expectations.read(expect) if expect else {}
    name = subject if isinstance(subject, str) else str(subject.name)
    plan = Plan(
        Address(name),
        chosen,
        oracle,
        clauses.Level(level),
        seed,
        jobs,
        effort=EFFORT[clauses.Level(level)],
    )
    if isinstance(subject, str):
        return runner.run(plan, known)
    return _in_this_process(plan, subject, known)


def _in_this_process(
    plan: Plan, subject: Implementation, known: dict[str, expectations.Expectation]
) -> Report:
    """Judge the clauses one after the other, without a process of their own."""
    from lstm_spec.diagnosis import diagnose
    from lstm_spec.report import Report, about

    oracle = oracle_for(subject, plan.oracle)
    report = Report(
        about(subject), about(oracle), str(plan.level), plan.seed, planned=len(plan.clauses)
    )
    for clause in plan.clauses:
        judgement = judge(clause, subject, oracle, seed=plan.seed, effort=plan.effort)
        judgement.source = clause.source
        report.judgements.append(expectations.apply(judgement, known))
        report.seconds += judgement.seconds
    if report.deviations:
        passed = {one.id for one in report.judgements if one.verdict is Verdict.PASS}
        report.findings = diagnose(subject, oracle, plan.seed, passed)
    return report
