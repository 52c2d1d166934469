"""Judging in a process of its own, so that a subject that crashes or hangs takes no verdict along.

Parent and child exchange JSON lines: a clause id goes in, a judgement comes out. What the subject
prints goes to stderr, whose last words explain a crash.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

import numpy as np

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import Clause, select
from lstm_spec.contract import Capability, Implementation, Unsupported
from lstm_spec.diagnosis import Finding, diagnose
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.report import about
from lstm_spec.report.json_report import plain
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import Plan
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, oracle_for
from lstm_spec.subjects.process import Child, Limits
from lstm_spec.subjects.protocol import SubjectLost
from lstm_spec.verdicts import Judgement, Verdict

START_LIMIT = 180.0
"""Seconds within which a subject must have been imported."""


class JudgeProcess:
    """A child that holds one subject and one oracle and judges clause after clause."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.child: Child | None = None
        self._one_at_a_time = threading.RLock()
        self._ended = False

    def start_early(self) -> None:
        """Start the child before it has work, in a thread of its own.

        A failure is passed over: it shows when the child is asked for something and started again.
        A child that is ended meanwhile fails in whatever way a closed pipe fails.
        """
        with self._one_at_a_time, suppress(Exception):
            if not self._ended and self.child is None:
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
        }
        self.child = Child([sys.executable, "-m", "lstm_spec.run.judge_process"], Limits())
        if self._ended:
            self.end()
        try:
            introduction = self._ask(order, START_LIMIT, "its opening")
        except SubjectLost as lost:
            raise UnusableSubject(f"it was lost while it was opened: {lost}") from lost
        if "unusable" in introduction:
            self.end()
            kind = NoSuchSubject if introduction["wrong_usage"] else UnusableSubject
            raise kind(introduction["unusable"])
        return introduction

    def judge(self, clause: Clause, effort: Effort, seconds: float) -> Judgement:
        """The child's judgement; an ``error`` with the cause if it was lost on the way."""
        started = time.perf_counter()
        request = {"clause": clause.id, "effort": asdict(effort)}
        try:
            return Judgement.from_json(self._ask_again(request, seconds, clause.id))
        except (SubjectLost, UnusableSubject) as lost:
            return Judgement(
                clause.id,
                clause.statement,
                str(clause.strength),
                Verdict.ERROR,
                time.perf_counter() - started,
                diagnosis=str(lost),
            )

    def diagnose(self, seconds: float) -> list[Finding]:
        """Every mistake that the child could prove; none if it was lost on the way."""
        try:
            found = self._ask_again({"diagnose": True}, seconds, "the diagnosis")["findings"]
        except (SubjectLost, UnusableSubject):
            return []
        return [Finding(one["sentence"], tuple(one["families"])) for one in found]

    def call_seconds(self, seconds: float) -> float:
        """What one small call of the subject costs; zero if that cannot be measured."""
        try:
            return float(self._ask_again({"measure": True}, seconds, "a call")["seconds"])
        except (SubjectLost, UnusableSubject):
            return 0.0

    def end(self) -> None:
        """End the child and everything it started, also one that is only starting."""
        self._ended = True
        child, self.child = self.child, None
        if child is not None:
            child.end(0.0)

    def _ask_again(self, request: dict[str, Any], seconds: float, doing: str) -> dict[str, Any]:
        """Ask the child, or a fresh one where the last was lost."""
        with self._one_at_a_time:
            if self.child is None:
                self.start()
            return self._ask(request, seconds, doing)

    def _ask(self, request: dict[str, Any], seconds: float, doing: str) -> dict[str, Any]:
        child = self.child
        if child is None:
            raise SubjectLost(f"{doing}: the run has ended")
        try:
            line = child.exchange(json.dumps(request).encode() + b"\n", seconds, doing)
        except SubjectLost:
            self.child = None
            raise
        answer: dict[str, Any] = json.loads(line)
        return answer


def serve(hear: IO[str], say: IO[str]) -> None:
    """The child: open subject and oracle, then do what is asked until the input ends."""

    def answer(data: dict[str, Any]) -> None:
        say.write(json.dumps(data, default=plain) + "\n")
        say.flush()

    order = json.loads(hear.readline())
    try:
        subject = Address(**order["address"]).open()
        oracle = oracle_for(subject, order["oracle"])
        answer({"implementation": about(subject), "oracle": about(oracle)})
    except Exception as error:
        wrong_usage = isinstance(error, NoSuchSubject)
        known = isinstance(error, (NoSuchSubject, UnusableSubject, SubjectLost))
        sentence = str(error) if known else f"{type(error).__name__}: {error}"
        answer({"unusable": sentence, "wrong_usage": wrong_usage})
        return
    for line in hear:
        request = json.loads(line)
        if "diagnose" in request:
            found = diagnose(subject, oracle, order["seed"])
            answer({"findings": [asdict(one) for one in found]})
        elif "measure" in request:
            answer({"seconds": call_seconds(subject)})
        else:
            (clause,) = select([request["clause"]])
            effort = Effort(**request["effort"])
            judgement = judge(
                clause,
                subject,
                oracle,
                seed=order["seed"],
                effort=effort,
                verbose=order["verbose"],
            )
            answer(judgement.as_json())


def call_seconds(subject: Implementation) -> float:
    """The median of a few calls as properties make them, the first one not counted.

    Where the subject takes masks, the call has one: an engine may run it step by step, and much
    slower than a call without.
    """
    x = np.ones((3, 5, 2), np.float32)
    mask = np.ones((3, 5), bool) if Capability.MASK in subject.capabilities else None
    seconds = []
    try:
        model = subject.build(ModelSpec((LSTM(3, return_sequences=True),), features=2))
        for _ in range(6):
            started = time.perf_counter()
            model.call(x, mask)
            seconds.append(time.perf_counter() - started)
    except Unsupported:
        return 0.0
    return float(np.median(seconds[1:]))


def end_with_parent() -> None:
    """Do not outlive the run, whatever a clause is doing just now."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Give the real stdout to the protocol, and let whatever the subject prints go to stderr."""
    end_with_parent()
    draw_from_the_seed_alone()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as say:
        os.dup2(2, 1)
        serve(sys.stdin, say)


if __name__ == "__main__":
    main()
