"""The process that judges: a clause comes in, a judgement goes out, as lines of JSON.

It holds one subject and one oracle. What the subject prints goes to stderr, whose last words
explain a crash. ``judges.py`` is the other end.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

import numpy as np

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import select
from lstm_spec.contract import Capability, Implementation, Unsupported
from lstm_spec.diagnosis import outcome
from lstm_spec.diagnosis.experiments import experiments
from lstm_spec.evidence import in_short
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.report import about
from lstm_spec.report.json_report import plain
from lstm_spec.run.judge import judge
from lstm_spec.subjects import memory
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, oracle_for
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.protocol import SubjectLost
from lstm_spec.subjects.remote import RemoteImplementation
from lstm_spec.subjects.trace import Trace
from lstm_spec.verdicts import Judgement


class Service:
    """Answers the requests of ``judges.py``; each answer says which request it is for."""

    def __init__(self, say: IO[str]) -> None:
        self._say, self._process = say, os.getpid()
        self.subject: Any = None
        self.oracle: Any = None
        self.order: dict[str, Any] = {}
        self.trace: Trace | None = None

    def serve(self, hear: IO[str]) -> None:
        """Open subject and oracle, then do what is asked until the input ends."""
        self.order = json.loads(hear.readline())
        self._answer(self.order, self._open())
        if self.subject is None:
            return
        for line in hear:
            request = json.loads(line)
            self._answer(request, self._do(request))

    def _answer(self, request: dict[str, Any], content: dict[str, Any]) -> None:
        if os.getpid() != self._process:
            os._exit(0)  # a copy of this process that the subject made: it is no judge
        data = {"answers": request["number"], **content}
        self._say.write(json.dumps(data, default=plain) + "\n")
        self._say.flush()

    def _open(self) -> dict[str, Any]:
        order = self.order
        if order["trace"]:
            self.trace = Trace(Path(order["trace"]))
        try:
            self.subject = Address(**order["address"]).open(_limits(order), self.trace)
            self.oracle = oracle_for(self.subject, order["oracle"])
            opened = {"implementation": about(self.subject), "oracle": about(self.oracle)}
            # What was imported stays: looked through for garbage again and again, half a million
            # objects of TensorFlow are one twentieth of all that a clause of Keras computes.
            gc.freeze()
            return opened
        except Exception as error:
            self.subject = None
            wrong_usage = isinstance(error, NoSuchSubject)
            known = isinstance(error, (NoSuchSubject, UnusableSubject, SubjectLost))
            sentence = str(error) if known else f"{type(error).__name__}: {error}"
            return {"unusable": in_short(sentence), "wrong_usage": wrong_usage}

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        if "experiment" in request:
            self._note(f"the diagnosis, {request['experiment']}")
            (one,) = (one for one in experiments() if one.name == request["experiment"])
            return outcome(one, self.subject, self.oracle, self.order["seed"]).as_json()
        if "measure" in request:
            self._note("how long a call takes")
            return {"seconds": call_seconds(self.subject)}
        self._note(request["clause"])
        return {"judgement": self._judge(request).as_json()}

    def _judge(self, request: dict[str, Any]) -> Judgement:
        (clause,) = select([request["clause"]])
        if (before := self._subjects_process()) is not None:
            memory.forget_peak(before)
        judgement = judge(
            clause,
            self.subject,
            self.oracle,
            seed=self.order["seed"],
            effort=Effort(**request["effort"]),
            verbose=self.order["verbose"],
        )
        after = self._subjects_process()
        if after is not None and (peak := memory.peak(after)) is not None:
            judgement.peak_mib = round(peak / 2**20, 1)
        return judgement

    def _subjects_process(self) -> int | None:
        """The process that holds the subject: this one, or a worker or program."""
        if not isinstance(self.subject, RemoteImplementation):
            return os.getpid()
        return None if self.subject.process is None else self.subject.process.program

    def _note(self, what: str) -> None:
        if self.trace is not None:
            self.trace.note(what)


def _limits(order: dict[str, Any]) -> Limits | None:
    """What a single answer may take where the command says how long a clause may."""
    seconds = order["seconds"]
    return None if seconds is None else Limits(call=seconds, fit=seconds)


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


def main() -> None:
    """Give the real stdout to the protocol, and let whatever the subject prints go to stderr."""
    draw_from_the_seed_alone()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as say:
        os.dup2(2, 1)
        Service(say).serve(sys.stdin)


if __name__ == "__main__":
    main()
