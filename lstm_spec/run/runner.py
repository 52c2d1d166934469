"""A whole run: smoke first, then every planned clause; each gets a judgement, whatever happens."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Any

from lstm_spec.clauses import catalogue, select
from lstm_spec.evidence import in_short
from lstm_spec.expectations import Expectation, apply, unmatched
from lstm_spec.report import Report
from lstm_spec.run import repeatability
from lstm_spec.run.course import Course, News, Opened
from lstm_spec.run.interruption import Interruption
from lstm_spec.run.judges import not_run
from lstm_spec.run.plan import Plan
from lstm_spec.verdicts import Judgement

Saw = Callable[[Judgement], None]
"""Is told of every judgement as it falls."""


def run(
    plan: Plan,
    expectations: dict[str, Expectation],
    saw: Saw = lambda judgement: None,
    interruption: Interruption | None = None,
) -> Report:
    """Judge every clause of the plan.

    Raises NoSuchSubject or UnusableSubject if the subject cannot even be opened. An
    ``interruption`` (or Ctrl-C, where nobody catches it) ends the run early, at any moment: what
    has not been judged is ``not-run``, and no process is left behind.
    """
    started = time.perf_counter()
    interruption = Interruption() if interruption is None else interruption
    report = Report(
        _not_opened(plan.subject.as_arguments()),
        _not_opened(plan.oracle or "the usual oracle"),
        str(plan.level),
        plan.seed,
        len(plan.clauses),
        partial=len(plan.clauses) < len(select([], plan.level)),
    )
    report.limits = {"seconds": plan.seconds_per_clause, "memory_mib": plan.memory_mib}
    known = {one.id for one in catalogue()}
    report.warnings += [
        f"expectation {name} matches no clause" for name in unmatched(expectations, known)
    ]
    planned = {one.id: one for one in plan.clauses}
    judgements: dict[str, Judgement] = {}

    def settle(judgement: Judgement) -> None:
        if judgement.id not in planned or judgement.id in judgements:
            return
        judgement.reproduce = plan.reproduce(judgement.id)
        judgement.source = planned[judgement.id].source
        judgements[judgement.id] = apply(judgement, expectations)
        saw(judgement)

    news: queue.SimpleQueue[News | None] = queue.SimpleQueue()
    times = {name: one.times for name, one in expectations.items()}
    course = Course(plan, times, news.put)
    error: Exception | None = None
    try:
        with interruption.telling(lambda: news.put(None)):
            course.start()
            while (one := news.get()) is not None:
                if isinstance(one, Opened):
                    report.implementation, report.oracle = one.implementation, one.oracle
                elif isinstance(one, Judgement):
                    settle(one)
                else:
                    error = one.error
                    break
            else:
                report.interrupted = True
    except KeyboardInterrupt:
        report.interrupted = True
    finally:
        course.stop()
    if error is not None:
        raise error
    why = "interrupted" if report.interrupted else course.why_not_run
    for clause in plan.clauses:
        if clause.id not in judgements:
            settle(not_run(clause, why))
    report.effort, report.unusable = course.effort, course.unusable
    report.judgements = [judgements[clause.id] for clause in plan.clauses]
    wavering = [one.id for one in report.judgements if not one.repeatable]
    report.findings = repeatability.finding(wavering) or course.findings
    report.seconds = time.perf_counter() - started
    return report


def _not_opened(name: str) -> dict[str, Any]:
    """What a report says of an implementation that was not opened before the run ended."""
    return {"name": in_short(name, 200), "version": "not opened", "backend": "", "capabilities": []}
