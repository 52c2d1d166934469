"""Judging in a process of its own: a subject that crashes or hangs takes no judgement along.

``judge_process.py`` is what runs in that process.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause
from lstm_spec.diagnosis import Outcome
from lstm_spec.run import repeatability
from lstm_spec.run.patience import Patience
from lstm_spec.run.plan import Plan
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject
from lstm_spec.subjects.process import Child, Limits
from lstm_spec.subjects.protocol import SubjectHung, SubjectLost
from lstm_spec.verdicts import Judgement, Verdict

LEAST_COST = 1e-4
"""Seconds that a call is taken to cost at least."""

START_LIMIT = 180.0
"""Seconds within which a subject must have been imported."""


class JudgeProcess:
    """A child that holds one subject and one oracle and judges clause after clause.

    ``patience`` is shared by all judges of a run.
    """

    def __init__(self, plan: Plan, patience: Patience | None = None) -> None:
        self.plan = plan
        self.patience = patience or Patience()
        self.child: Child | None = None
        self._one_at_a_time = threading.RLock()
        self.stopped = False
        """Whether nothing more is to be judged."""
        self._requests = 0

    def start_early(self) -> None:
        """Start the child before it has work, in a thread of its own.

        A failure is passed over: it shows when the child is asked for something and started again.
        """
        with self._one_at_a_time, suppress(NoSuchSubject, UnusableSubject, SubjectLost):
            if self.child is None:
                self.start()

    def start(self) -> dict[str, Any]:
        """Start the child; what it says of subject and oracle.

        Raises NoSuchSubject or UnusableSubject with the child's own sentence.
        """
        order = {
            "address": asdict(self.plan.subject),
            "oracle": self.plan.oracle,
            "seed": self.plan.seed,
            "verbose": self.plan.verbose,
            "seconds": self.plan.limit,
            "trace": self.plan.trace,
        }
        most = None if self.plan.memory_mib is None else self.plan.memory_mib << 20
        command = [sys.executable, "-m", "lstm_spec.run.judge_process"]
        with self._one_at_a_time:
            if self.stopped:
                raise UnusableSubject("the run has ended")
            self.child = Child(command, Limits(memory=most))
            if self.stopped:
                self.child.stop()
            try:
                introduction = self._ask(order, START_LIMIT, "its opening")
            except SubjectLost as lost:
                raise UnusableSubject(f"it was lost while it was opened: {lost}") from lost
            if "unusable" in introduction:
                self._end()
                kind = NoSuchSubject if introduction["wrong_usage"] else UnusableSubject
                raise kind(introduction["unusable"])
            return introduction

    def judge(self, clause: Clause, effort: Effort, seconds: float) -> Judgement:
        """The child's judgement; an ``error`` with the cause if it was lost on the way.

        ``not-run`` if the subject has been found not to answer.
        """
        if self.patience.over:
            return not_run(clause, self.patience.reason)
        started = time.perf_counter()
        request = {"clause": clause.id, "effort": asdict(effort)}
        try:
            answer = self._ask_again(request, seconds, clause.id)
            judgement = _judgement(answer, clause)
        except (SubjectLost, UnusableSubject, NoSuchSubject) as lost:
            judgement = Judgement(
                clause.id,
                clause.statement,
                str(clause.strength),
                Verdict.ERROR,
                time.perf_counter() - started,
                diagnosis=str(lost),
                hung=isinstance(lost, SubjectHung),
            )
        self.patience.saw(clause.id, judgement.hung)
        return judgement

    def judge_again(self, first: Judgement, clause: Clause, effort: Effort, seconds: float) -> str:
        """Judge a clause that failed once more: how the outcome differs; empty if it does not."""
        return repeatability.difference(first, self.judge(clause, effort, seconds))

    def experiment(self, name: str, seconds: float) -> Outcome:
        """What an experiment of the diagnosis finds.

        Raises SubjectLost, UnusableSubject or NoSuchSubject if the child was lost on the way.
        """
        said = self._ask_again({"experiment": name}, seconds, f"the diagnosis ({name})")
        return Outcome.from_json(said)

    def call_seconds(self, seconds: float) -> float:
        """What one small call of the subject costs, to the next power of two.

        So the effort, and with it the examples, repeat from run to run. It is the least there is
        if it cannot be measured.
        """
        cost, measured = LEAST_COST, 0.0
        with suppress(SubjectLost, UnusableSubject, NoSuchSubject):
            measured = float(self._ask_again({"measure": True}, seconds, "a call")["seconds"])
        while cost < measured:
            cost *= 2
        return cost

    def stop(self) -> None:
        """End the child and everything it started, now and for good; from any thread.

        Whoever waits for its answer hears that it was lost.
        """
        self.stopped = True
        if (child := self.child) is not None:
            child.stop()

    def end(self) -> None:
        """The same, and wait until all is gone."""
        self.stop()
        with self._one_at_a_time:
            self._end()

    def _end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.end(0.0)

    def _ask_again(self, request: dict[str, Any], seconds: float, doing: str) -> dict[str, Any]:
        """Ask the child, or a fresh one where the last was lost."""
        with self._one_at_a_time:
            if self.stopped:
                raise SubjectLost(f"{doing}: the run has ended")
            if self.child is None:
                self.start()
            return self._ask(request, seconds, doing)

    def _ask(self, request: dict[str, Any], seconds: float, doing: str) -> dict[str, Any]:
        assert self.child is not None
        self._requests += 1
        line = json.dumps({"number": self._requests, **request}).encode() + b"\n"
        try:
            answer: dict[str, Any] = json.loads(self.child.exchange(line, seconds, doing))
            if not isinstance(answer, dict) or answer.get("answers") != self._requests:
                raise self.child.lost(f"what came was not the answer to {doing}")
        except (SubjectLost, ValueError) as error:
            self._end()
            if isinstance(error, SubjectLost):
                raise
            raise SubjectLost(f"the process that judges wrote no JSON during {doing}") from error
        return answer


def _judgement(answer: dict[str, Any], clause: Clause) -> Judgement:
    """The judgement in an answer. Raises SubjectLost if it is none, or one of another clause."""
    try:
        judgement = Judgement.from_json(answer["judgement"])
    except (KeyError, TypeError, ValueError) as error:
        raise SubjectLost(f"the answer to {clause.id} is no judgement ({error!r:.80})") from error
    if judgement.id != clause.id:
        raise SubjectLost(f"{clause.id} was asked, and {judgement.id!r:.40} was answered")
    return judgement


def not_run(clause: Clause, why: str) -> Judgement:
    """The judgement of a clause that nobody was asked about."""
    return Judgement(
        clause.id,
        clause.statement,
        str(clause.strength),
        Verdict.NOT_RUN,
        diagnosis=f"not run: {why}",
    )
