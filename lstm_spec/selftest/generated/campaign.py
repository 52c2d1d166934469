"""Generated mutants against the clauses: drawn, loaded in a process of their own, judged.

A process that judges is warmed up once: it imports what it needs, and the unchanged engine answers
every clause, which fills the memory of the oracle and shows that nothing fails to begin with. For
each mutant it makes a copy of itself (fork), in which the changed module is loaded and judged
clause by clause, at the effort of ``verify``, until one notices: the quick clauses before the slow
ones. A survivor has met every clause.
"""

from __future__ import annotations

import json
import math
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import Clause, Level
from lstm_spec.clauses import select as select_clauses
from lstm_spec.contract import Implementation
from lstm_spec.diagnosis import diagnose
from lstm_spec.mutants import Source
from lstm_spec.run.jobs import Executor, JobsLost, Stopped
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.selftest.cached_oracle import CachedOracle
from lstm_spec.selftest.campaign import in_turn
from lstm_spec.selftest.generated.changed_engine import changed_engine
from lstm_spec.selftest.generated.changes import Change, Site, draw, every, modules, sites
from lstm_spec.selftest.generated.outcome import Campaign, Judged, Outcome, read_arguments
from lstm_spec.selftest.time_limit import OutOfTime, time_limit
from lstm_spec.subjects.find import find, oracle_for
from lstm_spec.verdicts import Verdict

LEVEL = Level.CORE
CALL_COST = 2e-4
"""Seconds that a call of a fast engine takes: with a fixed figure the examples are the same on
every machine."""
VERIFY = replace(EFFORT[LEVEL], call_cost=CALL_COST, shrinks=False)

PATIENCE = 20.0
"""Seconds after which a clause that a mutant has sent round in circles is given up."""
LIMIT = 300.0
"""Seconds after which a mutant is ended from outside."""
MEMORY = 4 << 30
"""Bytes that a mutant may ask for beyond what the engine has."""


@dataclass(frozen=True)
class Job:
    """One change of one source, to be judged."""

    source: Source
    change: Change
    seed: int


def generated(
    source: Source,
    places: int,
    changes: Sequence[Change],
    workers: Executor,
    seed: int = 0,
    saw: Callable[[Judged], None] = lambda one: None,
) -> Campaign:
    """These changes of a source, from so many places, judged by these workers.

    What was judged is returned, with the reason, where they are stopped or a process is lost.
    Raises ValueError where the unchanged engine fails a clause, where an argument is about no
    change, or where this machine cannot copy processes.
    """
    if not hasattr(os, "fork"):
        raise ValueError("generated mutants need a system that can copy a process (fork)")
    started = time.perf_counter()
    arguments = read_arguments(source.arguments)
    campaign = Campaign(len(changes), seed, places, arguments)
    work = (Job(source, change, seed) for change in changes)
    try:
        for one in workers(judge_change, work):
            if one.outcome is Outcome.SURVIVED and (why := arguments.of(one.change)):
                one = replace(one, outcome=Outcome.EQUIVALENT, told=why.why)
            campaign.judged.append(one)
            saw(one)
    except Stopped:
        campaign.cut_short = "interrupted"
    except JobsLost as lost:
        campaign.cut_short = str(lost)
    order = {id_of(change): place for place, change in enumerate(changes)}
    campaign.judged.sort(key=lambda one: order[id_of(one.change)])
    campaign.seconds = time.perf_counter() - started
    return campaign


def drawn(source: Source, count: int, seed: int) -> tuple[int, list[Change]]:
    """From how many places of a source, and so many changes."""
    found = places_of(source)
    return len(found), list(draw(found, count, seed))


def places_of(source: Source) -> list[Site]:
    """Every place of a source that is not left out."""
    arguments = read_arguments(source.arguments)
    return [
        site
        for module in modules(source.packages)
        for site in sites(module)
        if not arguments.leaves_out(module.file, site.inside)
    ]


def survivors(source: Source, outcome: Path) -> tuple[int, list[Change]]:
    """From how many places, and the changes that survived in that outcome and can still be made.

    Raises ValueError for a file that is no outcome of generated mutants.
    """
    try:
        told = json.loads(outcome.read_text("utf-8"))["mutants"]
        wanted = {
            tuple(one[name] for name in ("file", "inside", "operator", "was", "becomes"))
            for one in told
            if one["outcome"] == Outcome.SURVIVED
        }
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{outcome} is no outcome of generated mutants: {error}") from error
    functions = {(file, inside) for file, inside, *_ in wanted}
    found = [one for one in places_of(source) if (one.module.file, one.inside) in functions]
    return len(found), [
        one
        for one in every(found)
        if (one.module.file, one.inside, one.operator, one.was, one.becomes) in wanted
    ]


def id_of(change: Change) -> tuple[str, str, int]:
    """What tells a change from every other one."""
    return change.module.name, change.operator, change.occurrence


# In the processes that judge ----------------------------------------------------------------------


class Warm:
    """What a process that judges holds from its first mutant on."""

    source: ClassVar[Source | None] = None
    oracles: ClassVar[dict[str, Any]] = {}
    clauses: ClassVar[list[Clause]] = []
    passed: ClassVar[set[tuple[str, str]]] = set()
    """What the unchanged engine passes, by subject and clause."""
    seconds: ClassVar[dict[str, float]] = {}
    """How long the unchanged engine took for each clause."""


def warm_up(source: Source, seed: int) -> None:
    """Import everything, and let the unchanged engine pass every clause.

    Raises ValueError for an engine that does not.
    """
    draw_from_the_seed_alone()
    Warm.source, Warm.passed, Warm.seconds = None, set(), {}
    Warm.clauses = in_turn(select_clauses([], LEVEL), lambda one: one.family)
    Warm.clauses.sort(key=lambda one: one.level is not Level.SMOKE)
    for name in source.subjects:
        subject = find(name)
        Warm.oracles[name] = CachedOracle(oracle_for(subject, None))
        verdict, clause, told = first_notice(name, subject, seed)
        if verdict is not Verdict.PASS:
            raise ValueError(f"{name} itself does not pass {clause}: {told}")
    Warm.clauses.sort(key=lambda one: round(math.log10(Warm.seconds[one.id])))
    Warm.source = source


def judge_change(job: Job) -> Judged:
    """What becomes of one change."""
    if Warm.source != job.source:
        warm_up(job.source, job.seed)
    started = time.perf_counter()
    answer = in_a_copy(lambda: _judge(job))
    outcome = Outcome(answer["outcome"])
    seconds = time.perf_counter() - started
    return Judged(job.change, outcome, answer["clause"], answer["told"], answer["subject"], seconds)


def findings_of(job: Job) -> tuple[Change, tuple[str, ...]]:
    """What the diagnosis says of a changed engine; nothing of one that cannot be imported."""
    draw_from_the_seed_alone()
    name = job.source.subjects[0]
    if name not in Warm.oracles:
        subject = find(name)
        Warm.oracles[name] = CachedOracle(oracle_for(subject, None))
        diagnose(subject, Warm.oracles[name], job.seed)  # the oracle's answers, for every copy
    said = in_a_copy(lambda: _diagnosed(job, name)).get("said", "")
    return job.change, tuple(said.splitlines())


def _diagnosed(job: Job, name: str) -> dict[str, str]:
    said: list[str] = []
    change = job.change
    with warnings.catch_warnings(), np.errstate(all="ignore"), suppress(OutOfTime, Exception):
        warnings.simplefilter("ignore")
        with time_limit(LIMIT / 3):
            subject = changed_engine(name, job.source.packages, change.module.name, change.source)
            said = [one.sentence for one in diagnose(subject, Warm.oracles[name], job.seed)]
    return {"said": "\n".join(said)}


def in_a_copy(work: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What ``work`` returns in a copy of this process, which is ended when it takes too long.

    If the copy ends without an answer, what is returned says so under ``outcome`` and ``told``.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            _alone()
            os.write(write, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(write)
    lost = {"outcome": Outcome.RAISED, "clause": "", "subject": "", "told": "its process ended"}
    heard = b""
    end = time.monotonic() + LIMIT
    try:
        while (left := end - time.monotonic()) > 0:
            if select.select([read], [], [], left)[0]:
                if not (part := os.read(read, 1 << 16)):
                    return json.loads(heard) if heard else lost
                heard += part
        return lost | {"outcome": Outcome.TIMED_OUT, "told": f"no end within {LIMIT:g} s"}
    finally:
        os.close(read)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _alone() -> None:
    """In a copy: nothing is printed, and no more memory is taken than is decent."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _judge(job: Job) -> dict[str, str]:
    """Load the changed engine and judge it, as each of its subjects, until something is noticed."""
    change, answer = job.change, {"clause": "", "subject": "", "told": ""}
    for name in job.source.subjects:
        answer["subject"] = name
        try:
            with time_limit(PATIENCE):
                subject = changed_engine(
                    name, job.source.packages, change.module.name, change.source
                )
        except OutOfTime as late:
            return answer | {"outcome": Outcome.TIMED_OUT, "told": str(late)}
        except Exception as error:
            return answer | {"outcome": Outcome.RAISED, "told": _told(error)}
        verdict, answer["clause"], answer["told"] = first_notice(name, subject, job.seed)
        if verdict is Verdict.FAIL:
            return answer | {"outcome": Outcome.KILLED}
        if verdict is Verdict.NOT_RUN:
            return answer | {"outcome": Outcome.TIMED_OUT}
        if verdict is Verdict.ERROR:
            return answer | {"outcome": Outcome.RAISED}
    return {"outcome": Outcome.SURVIVED, "clause": "", "subject": "", "told": ""}


def first_notice(name: str, subject: Implementation, seed: int) -> tuple[Verdict, str, str]:
    """The first clause that notices something: its verdict, its id, and what it says.

    PASS where none does; NOT_RUN stands for one that had not come to an end in time.
    """
    # The unchanged engine is given longer: a busy machine is not its fault.
    patience = LIMIT if Warm.source is None else PATIENCE
    for clause in Warm.clauses:
        started = time.perf_counter()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                with time_limit(patience):
                    got = judge(clause, subject, Warm.oracles[name], seed=seed, effort=VERIFY)
            except OutOfTime as late:
                return Verdict.NOT_RUN, clause.id, str(late)
        if got.verdict in (Verdict.FAIL, Verdict.ERROR):
            return got.verdict, clause.id, got.diagnosis
        if got.verdict is Verdict.UNSUPPORTED and (name, clause.id) in Warm.passed:
            return Verdict.ERROR, clause.id, f"refused: {got.diagnosis}"
        if Warm.source is None:
            Warm.seconds[clause.id] = time.perf_counter() - started
            if got.verdict is Verdict.PASS:
                Warm.passed.add((name, clause.id))
    return Verdict.PASS, "", ""


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


__all__ = ["VERIFY", "Effort", "generated"]
