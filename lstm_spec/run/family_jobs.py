"""A run in independent jobs, one for each family of clauses, to be judged anywhere.

A job is data: the plan of one family. Whoever has lstm-spec and the subject installed can do it,
and can do it again where another was lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause
from lstm_spec.run.dask import when_unwanted
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.run.plan import Plan
from lstm_spec.run.repetition import judged
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject
from lstm_spec.verdicts import Judgement, Verdict


@dataclass(frozen=True)
class FamilyJob:
    """The plan of one family, and the clauses of it that are judged more than once."""

    plan: Plan
    times: Mapping[str, int]


def family_jobs(
    plan: Plan, clauses: Sequence[Clause], effort: Effort, times: Mapping[str, int]
) -> list[FamilyJob]:
    """One job for each family of ``clauses``, the largest first."""
    jobs = []
    for _, group in groupby(clauses, lambda clause: clause.id.split("-")[0]):
        family = tuple(group)
        ids = {clause.id for clause in family}
        kept = {name: count for name, count in times.items() if name in ids}
        jobs.append(FamilyJob(replace(plan, clauses=family, effort=effort), kept))
    return sorted(jobs, key=lambda job: -len(job.plan.clauses))


def judge_family(job: FamilyJob) -> list[dict[str, Any]]:
    """Every judgement of the job, as data; whatever the subject does, each clause gets one.

    On a Dask worker, everything ends as soon as nobody wants the judgements any more.
    """
    plan, found = job.plan, []
    judge = JudgeProcess(plan)
    end_watch = when_unwanted(judge.stop)
    try:
        judge.start()
        for clause in plan.clauses:
            times = job.times.get(clause.id, 1)
            seconds = plan.seconds_per_clause
            found.append(judged(judge, clause, plan.effort, seconds, times).as_json())
            if judge.stopped:
                break
    except (NoSuchSubject, UnusableSubject) as missing:
        return [_not_there(clause, missing).as_json() for clause in plan.clauses]
    finally:
        end_watch()
        judge.end()
    return found


def _not_there(clause: Clause, missing: Exception) -> Judgement:
    """The judgement of a worker that does not have the subject."""
    return Judgement(
        clause.id,
        clause.statement,
        str(clause.strength),
        Verdict.ERROR,
        diagnosis=f"on the worker of this job: {missing}",
    )
