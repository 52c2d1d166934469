"""A whole run: smoke first, then every planned clause; each gets a verdict, whatever happens."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause, Level, catalogue, select
from lstm_spec.diagnosis import Finding
from lstm_spec.expectations import Expectation, apply, unmatched
from lstm_spec.report import Report
from lstm_spec.run.executors import JobsLost, executor
from lstm_spec.run.family_jobs import FamilyJob, family_jobs, judge_family
from lstm_spec.run.judge_process import JudgeProcess
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.run.repetition import repeatedly
from lstm_spec.verdicts import Judgement, Verdict

FAILED = (Verdict.FAIL, Verdict.EXPECTED_FAIL)

Saw = Callable[[Judgement], None]
"""Is told of every judgement as it falls."""


def run(
    plan: Plan, expectations: dict[str, Expectation], saw: Saw = lambda judgement: None
) -> Report:
    """Judge every clause of the plan.

    Raises NoSuchSubject or UnusableSubject if the subject cannot even be opened. Ctrl-C ends the
    run early: what has not been judged is ``not-run``, and no process is left behind.
    """
    started = time.perf_counter()
    first = JudgeProcess(plan)
    introduction = first.start()
    report = Report(
        introduction["implementation"],
        introduction["oracle"],
        str(plan.level),
        plan.seed,
        len(plan.clauses),
        partial=len(plan.clauses) < len(select([], plan.level)),
    )
    known = {one.id for one in catalogue()}
    report.warnings += [
        f"expectation {name} matches no clause" for name in unmatched(expectations, known)
    ]
    verdicts: dict[str, Judgement] = {}

    def settle(judgement: Judgement) -> None:
        if judgement.id not in planned or judgement.id in verdicts:
            return
        judgement.reproduce = plan.reproduce(judgement.id)
        judgement.source = planned[judgement.id].source
        verdicts[judgement.id] = apply(judgement, expectations)
        saw(judgement)

    planned = {one.id: one for one in plan.clauses}
    here = min(plan.jobs, len(plan.clauses)) if plan.executor == "local" else 1
    judges = [first, *(JudgeProcess(plan) for _ in range(here - 1))]
    lost = ""
    try:
        for spare in judges[1:]:
            threading.Thread(target=spare.start_early, daemon=True).start()
        cost = _smoke(plan, first, settle, report)
        effort = replace(plan.effort, call_cost=cost)
        report.effort = {"seconds_per_clause": effort.seconds, "call_seconds": cost}
        if not report.unusable:
            rest = [one for one in plan.clauses if one.id not in verdicts]
            times = {name: one.repeats for name, one in expectations.items()}
            if plan.executor == "local":
                found = _share(rest, judges, effort, plan.seconds_per_clause, times, settle)
            else:
                lost = _send_out(family_jobs(plan, rest, effort, times), plan.executor, settle)
                deviates = any(one.verdict in FAILED for one in verdicts.values())
                found = first.diagnose(plan.seconds_per_clause) if deviates else []
            report.findings = found
    except KeyboardInterrupt:
        report.interrupted = True
    finally:
        for judge in judges:
            judge.end()
    why = lost or f"the smoke clause {report.unusable.partition(':')[0]} failed"
    for clause in plan.clauses:
        if clause.id not in verdicts:
            settle(_not_run(clause, "interrupted" if report.interrupted else why))
    report.judgements = [verdicts[clause.id] for clause in plan.clauses]
    report.seconds = time.perf_counter() - started
    return report


def _smoke(plan: Plan, judge: JudgeProcess, settle: Saw, report: Report) -> float:
    """Ask whether the adapter works; then the seconds that one call costs."""
    for clause in select([], Level.SMOKE):
        judgement = judge.judge(clause, EFFORT[Level.SMOKE], plan.seconds_per_clause)
        settle(judgement)
        if judgement.verdict in (Verdict.FAIL, Verdict.ERROR):
            report.unusable = f"{clause.id}: {judgement.diagnosis}"
            return 0.0
    return _rounded(judge.call_seconds(plan.seconds_per_clause))


def _rounded(seconds: float) -> float:
    """To the next power of two: the effort, and so the examples, repeat from run to run."""
    cost = 1e-4
    while cost < seconds:
        cost *= 2
    return cost


def _share(
    clauses: list[Clause],
    judges: list[JudgeProcess],
    effort: Effort,
    seconds: float,
    times: Mapping[str, int],
    settle: Saw,
) -> list[Finding]:
    """Hand the clauses out, one at a time, to as many processes as there are.

    ``times`` says which clauses are judged more than once. Once a clause has failed, the first
    process without work looks for the mistake while the others go on; what it could prove comes
    back.
    """
    waiting: queue.SimpleQueue[Clause] = queue.SimpleQueue()
    for clause in clauses:
        waiting.put(clause)
    done: queue.SimpleQueue[Judgement | None] = queue.SimpleQueue()
    failed, diagnosing = threading.Event(), threading.Lock()
    findings: list[Finding] = []

    def work(judge: JudgeProcess) -> None:
        try:
            while True:
                try:
                    clause = waiting.get_nowait()
                except queue.Empty:
                    break
                once = partial(judge.judge, clause, effort, seconds)
                judgement = repeatedly(once, times.get(clause.id, 1))
                if judgement.verdict is Verdict.FAIL:
                    failed.set()
                done.put(judgement)
            if failed.is_set() and diagnosing.acquire(blocking=False):
                findings.extend(judge.diagnose(seconds))
        finally:
            done.put(None)

    for one in judges:
        threading.Thread(target=work, args=(one,), daemon=True).start()
    at_work = len(judges)
    while at_work:
        judgement = done.get()
        if judgement is None:
            at_work -= 1
        else:
            settle(judgement)
    return findings


def _send_out(jobs: list[FamilyJob], address: str, settle: Saw) -> str:
    """Have the jobs done at that address, and settle what comes back; why some did not."""
    try:
        for judgements in executor(address)(judge_family, jobs):
            for one in judgements:
                settle(Judgement.from_json(one))
    except JobsLost as lost:
        return str(lost)
    return ""


def _not_run(clause: Clause, why: str) -> Judgement:
    return Judgement(
        clause.id,
        clause.statement,
        str(clause.strength),
        Verdict.NOT_RUN,
        diagnosis=f"not run: {why}",
    )
