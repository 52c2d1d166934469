"""What goes on during a run, in threads of its own; the main thread listens, and may stop it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause, Level, select
from lstm_spec.diagnosis import Finding
from lstm_spec.run.diagnosis import Diagnosis
from lstm_spec.run.executors import executor
from lstm_spec.run.family_jobs import family_jobs, judge_family
from lstm_spec.run.jobs import Executor, JobsLost, Stopped
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.run.local import cores
from lstm_spec.run.patience import Patience
from lstm_spec.run.plan import EFFORT, LOCAL, Plan
from lstm_spec.run.repetition import judged
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject
from lstm_spec.verdicts import Judgement, Verdict

TO_END = 5.0
"""Seconds that threads are given to notice that their processes are gone."""

FAILED = (Verdict.FAIL, Verdict.EXPECTED_FAIL)


@dataclass
class Opened:
    """The first news: the subject and the oracle, as they introduced themselves."""

    implementation: dict[str, Any]
    oracle: dict[str, Any]


@dataclass
class Ended:
    """The last news: there will be no more. ``error`` is what the run could not begin with."""

    error: Exception | None = None


News = Opened | Judgement | Ended


@dataclass
class Course:
    """Opens the subject, asks whether its adapter works, and has the other clauses judged.

    ``tell`` hears the news, from any thread. What is no news stands in the other fields at the end.
    """

    plan: Plan
    times: Mapping[str, int]
    tell: Callable[[News], None]
    effort: dict[str, float] = field(default_factory=dict)
    unusable: str = ""
    lost: str = ""

    def __post_init__(self) -> None:
        self._patience = Patience()
        self._diagnosis = Diagnosis(self.plan.seconds_per_clause)
        shared = len(self.plan.clauses) - len(self.plan.smoke)  # one process judges the smoke level
        here = max(1, min(self.plan.jobs, shared, len(cores())))
        count = here if self.plan.executor == LOCAL else 1
        self._judges = [JudgeProcess(self.plan, self._patience) for _ in range(count)]
        self._executor: Executor | None = None
        self._failed = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; news come until there is one of ``Ended``."""
        self._begin(self._go)

    def _begin(self, does: Callable[..., None], *given: object) -> threading.Thread:
        thread = threading.Thread(target=does, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the processes that judge, whatever they are doing, and wait until they are gone."""
        for judge in self._judges:
            judge.stop()
        if self._executor is not None:
            self._executor.stop()
        for judge in self._judges:
            judge.end()
        # Python may never come to its end if it meets threads there that are still at work.
        until = time.monotonic() + TO_END
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    @property
    def findings(self) -> list[Finding]:
        """The mistakes that were proven, if any clause failed."""
        return self._diagnosis.findings()

    @property
    def why_not_run(self) -> str:
        """Why there are clauses without a judgement, unless somebody interrupted the run."""
        return self.lost or f"the smoke clause {self.unusable.partition(':')[0]} failed"

    def _go(self) -> None:
        first = self._judges[0]
        try:
            for spare in self._judges[1:]:
                self._begin(spare.start_early)
            opened = first.start()
            self.tell(Opened(opened["implementation"], opened["oracle"]))
            smoke = self._smoke(first)
            if not self.unusable:
                self._others(smoke)
        except (NoSuchSubject, UnusableSubject, ValueError) as error:
            self.tell(Ended(error))
        except Exception as error:
            self._broke(error)
            self.tell(Ended())
        else:
            self.tell(Ended())

    def _broke(self, error: Exception) -> None:
        """A mistake of ours must not take along what was judged."""
        self.lost = f"lstm-spec itself made a mistake: {type(error).__name__}: {error}"

    def _smoke(self, judge: JudgeProcess) -> set[str]:
        """Ask whether the adapter works, and what one call costs; the clauses that were judged."""
        seconds = self.plan.seconds_per_clause
        clauses = select([], Level.SMOKE)
        for clause in clauses:
            judgement = judged(judge, clause, EFFORT[Level.SMOKE], seconds)
            self.tell(judgement)
            if judgement.verdict in (Verdict.FAIL, Verdict.ERROR):
                self.unusable = f"{clause.id}: {judgement.diagnosis}"
                return set()
        cost = judge.call_seconds(seconds)
        self.effort = {"seconds_per_clause": self.plan.effort.seconds, "call_seconds": cost}
        return {one.id for one in clauses}

    def _others(self, done: set[str]) -> None:
        effort = replace(self.plan.effort, call_cost=self.effort["call_seconds"])
        rest = [one for one in self.plan.clauses if one.id not in done]
        if self.plan.executor == LOCAL:
            self._share(rest, effort)
            return
        self._send_out(rest, effort)
        if self._failed.is_set():
            self._diagnosis.take_part(self._judges[0])

    def _share(self, clauses: list[Clause], effort: Effort) -> None:
        """Hand the clauses out, one at a time, to as many processes as there are.

        Once a clause has failed, processes without work look for the mistake, all of them in the
        end: for a slow subject that takes as long as a family of clauses.
        """
        seconds = self.plan.seconds_per_clause
        waiting: queue.SimpleQueue[Clause] = queue.SimpleQueue()
        for clause in clauses:
            waiting.put(clause)

        def work(judge: JudgeProcess) -> None:
            try:
                while not judge.stopped:
                    try:
                        clause = waiting.get_nowait()
                    except queue.Empty:
                        break
                    times = self.times.get(clause.id, 1)
                    self._settle(judged(judge, clause, effort, seconds, times))
                if self._failed.is_set() and not self._patience.over:
                    self._diagnosis.take_part(judge)
            except Exception as error:
                self._broke(error)

        for thread in [self._begin(work, one) for one in self._judges]:
            thread.join()

    def _send_out(self, clauses: list[Clause], effort: Effort) -> None:
        """Have the jobs done at the executor's address; remember why some were not."""
        self._executor = executor(self.plan.executor)
        jobs = family_jobs(self.plan, clauses, effort, self.times)
        try:
            for judgements in self._executor(judge_family, jobs):
                for one in judgements:
                    self._settle(Judgement.from_json(one))
        except Stopped:
            return
        except JobsLost as lost:
            self.lost = str(lost)

    def _settle(self, judgement: Judgement) -> None:
        if judgement.verdict in FAILED:
            self._failed.set()
        if judgement.verdict is Verdict.PASS:
            self._diagnosis.passed.add(judgement.id)
        self.tell(judgement)
