"""Judging in a process of its own, so that a subject that crashes or hangs takes no verdict along.

Parent and child exchange JSON lines: a clause id goes in, a judgement comes out. What the subject
prints goes to a file whose last words explain a crash.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from typing import IO, Any

from lstm_spec.address import Address
from lstm_spec.clauses import Clause, select
from lstm_spec.diagnosis import Finding, diagnose
from lstm_spec.judge import judge
from lstm_spec.plan import Plan
from lstm_spec.report import about
from lstm_spec.report.json_report import plain
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, oracle_for
from lstm_spec.trial import Effort
from lstm_spec.verdicts import Judgement, Verdict

START_LIMIT = 180.0
"""Seconds within which a subject must have been imported."""


class Lost(Exception):
    """The child ended, hung or spoke nonsense; the message says which."""


class JudgeProcess:
    """A child that holds one subject and one oracle and judges clause after clause."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.child: subprocess.Popen[bytes] | None = None
        self.words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self.introduction: dict[str, Any] = {}

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
        self.child = subprocess.Popen(
            [sys.executable, "-m", "lstm_spec.judge_process", json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.words,
            start_new_session=True,  # the whole process tree can be ended at once
        )
        self.unread = b""
        try:
            self.introduction = self._hear(START_LIMIT)
        except Lost as lost:
            self.end()
            raise UnusableSubject(f"it was lost while it was opened: {lost}") from lost
        if "unusable" in self.introduction:
            self.end()
            kind = NoSuchSubject if self.introduction["wrong_usage"] else UnusableSubject
            raise kind(self.introduction["unusable"])
        return self.introduction

    def judge(self, clause: Clause, effort: Effort, seconds: float) -> Judgement:
        """The child's judgement; an ``error`` with the cause if it was lost on the way."""
        started = time.perf_counter()
        try:
            if self.child is None:
                self.start()
            self._say({"clause": clause.id, "effort": asdict(effort)})
            return Judgement.from_json(self._hear(seconds))
        except (Lost, UnusableSubject) as lost:
            self.end()
            return Judgement(
                clause.id,
                clause.statement,
                str(clause.level),
                Verdict.ERROR,
                time.perf_counter() - started,
                diagnosis=str(lost),
            )

    def diagnose(self, seconds: float) -> list[Finding]:
        """Every mistake that the child could prove; none if it was lost on the way."""
        try:
            if self.child is None:
                self.start()
            self._say({"diagnose": True})
            return [
                Finding(one["sentence"], tuple(one["families"]))
                for one in self._hear(seconds)["findings"]
            ]
        except (Lost, UnusableSubject):
            self.end()
            return []

    def end(self) -> None:
        """End the child and everything it started."""
        if self.child is None:
            return
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.child.kill()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue  # the child is gone: there is nobody to flush to
        self.child.wait()
        self.child = None

    def _say(self, message: dict[str, Any]) -> None:
        assert self.child is not None
        assert self.child.stdin is not None
        try:
            self.child.stdin.write(json.dumps(message).encode() + b"\n")
            self.child.stdin.flush()
        except OSError as error:
            raise Lost(self._how_it_ended()) from error

    def _hear(self, seconds: float) -> dict[str, Any]:
        """The child's next line, within so many seconds."""
        assert self.child is not None
        assert self.child.stdout is not None
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.child.stdout, selectors.EVENT_READ)
            while b"\n" not in self.unread:
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    raise Lost(f"no answer within {seconds:g} s: it was ended")
                chunk = os.read(self.child.stdout.fileno(), 1 << 16)
                if not chunk:
                    raise Lost(self._how_it_ended())
                self.unread += chunk
        line, _, self.unread = self.unread.partition(b"\n")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def _how_it_ended(self) -> str:
        assert self.child is not None
        try:
            code = self.child.wait(2.0)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        end = f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"exit code {code}"
        return f"the process ended with {end}{self._last_words()}"

    def _last_words(self) -> str:
        size = self.words.seek(0, os.SEEK_END)
        self.words.seek(max(0, size - 2000))
        lines = self.words.read().decode(errors="replace").strip().splitlines()
        return f"; last words: {lines[-1][:300]}" if lines else ""


def serve(order: dict[str, Any], hear: IO[str], say: IO[str]) -> None:
    """The child: open subject and oracle, then judge what is asked until the input ends."""

    def answer(data: dict[str, Any]) -> None:
        say.write(json.dumps(data, default=plain) + "\n")
        say.flush()

    try:
        subject = Address(**order["address"]).open()
        oracle = oracle_for(subject, order["oracle"])
        answer({"implementation": about(subject), "oracle": about(oracle)})
    except Exception as error:
        wrong_usage = isinstance(error, NoSuchSubject)
        known = isinstance(error, (NoSuchSubject, UnusableSubject))
        sentence = str(error) if known else f"{type(error).__name__}: {error}"
        answer({"unusable": sentence, "wrong_usage": wrong_usage})
        return
    for line in hear:
        request = json.loads(line)
        if "diagnose" in request:
            found = diagnose(subject, oracle, order["seed"])
            answer({"findings": [asdict(one) for one in found]})
            continue
        (clause,) = select([request["clause"]])
        judgement = judge(
            clause,
            subject,
            oracle,
            seed=order["seed"],
            effort=Effort(**request["effort"]),
            verbose=order["verbose"],
        )
        answer(judgement.as_json())


def main() -> None:
    """Give the real stdout to the protocol, and let whatever the subject prints go to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as say:
        os.dup2(2, 1)
        serve(json.loads(sys.argv[1]), sys.stdin, say)


if __name__ == "__main__":
    main()
