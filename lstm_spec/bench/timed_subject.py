"""One subject of a comparison of all: in the interpreter it needs, timed by the clock over there.

What lives in this interpreter is a ``SubjectProcess``; what lives in another one is a worker, which
repeats the work by itself when it is asked to, so that no pipe is in the measured time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from lstm_spec.bench.documented import Documented, Observed
from lstm_spec.bench.subject_process import (
    SubjectCannot,
    SubjectFailed,
    SubjectProcess,
    SubjectSlow,
)
from lstm_spec.contract import Refused, Unsupported
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import UnusableSubject
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.protocol import AdapterRaised, SubjectHung, SubjectLost
from lstm_spec.subjects.remote import RemoteImplementation
from lstm_spec.subjects.remote_model import RemoteModel


class InWorker:
    """A subject in another interpreter. Its methods raise SubjectFailed."""

    def __init__(self, address: Address, limit: float) -> None:
        self.name = address.name
        seconds = max(limit, address.answer_seconds if address.answer_seconds > 60 else 0)
        limits = Limits(start=max(120.0, limit), call=seconds, fit=seconds)
        try:
            self.remote = cast(RemoteImplementation, address.open(limits))
        except SubjectLost as lost:
            raise SubjectFailed(str(lost)) from lost
        self.facts: dict[str, Any] = {
            "name": self.remote.name,
            "version": self.remote.version,
            "backend": self.remote.backend,
            "capabilities": sorted(map(str, self.remote.capabilities)),
            "adam_epsilon": self.remote.adam_epsilon,
            "python": self.remote.python,
        }
        self.model: RemoteModel | None = None

    def begin(self, work: Documented) -> tuple[str, Observed]:
        """Build, and do the first repetitions: the way it was asked, and what came."""
        self.model = None  # the last one may go
        way = work.way(self.facts["capabilities"])
        with as_failure():
            started = time.monotonic()
            model = self.remote.build(work.spec(way))
            model.set_weights(work.weights)
            found = model.time(work.repetitions_compared, work.request(way))
            seconds = time.monotonic() - started
            numbers = model.get_weights() if found.outputs is None else [found.outputs]
            self.model = model
        return way, Observed(seconds, found.losses, numbers)

    def time(self, count: int) -> float:
        """Seconds for so many repetitions, by the clock over there.

        No clock can have seen more than passed here meanwhile: one that was put forward is no
        measure.
        """
        if self.model is None:
            raise SubjectFailed(f"{self.name} has begun no work that could be timed")
        with as_failure():
            started = time.monotonic()
            seconds = self.model.time(count).seconds
            passed = time.monotonic() - started
        if not 0 < seconds <= passed:
            raise SubjectFailed(
                f"{self.name} counted {seconds:.3g} s, while {passed:.3g} s passed here: "
                "its clock was changed meanwhile; measure again"
            )
        return seconds

    def resources(self) -> dict[str, int]:
        """The largest resident set in bytes and the number of threads; 0 where they are unknown."""
        status = Path(f"/proc/{self.process_id}/status")
        try:
            lines = dict(one.split(":", 1) for one in status.read_text().splitlines())
            memory, threads = int(lines["VmHWM"].split()[0]) * 1024, int(lines["Threads"])
        except (OSError, KeyError, ValueError):
            memory = threads = 0
        return {"memory": memory, "threads": threads}

    @property
    def process_id(self) -> int | None:
        """That of the interpreter; None when it has ended."""
        child = self.remote.process
        return None if child is None else child.program

    def stop(self) -> None:
        """Have the process ended at once, from whatever thread: one may wait for its answer."""
        if (child := self.remote.process) is not None:
            child.stop()

    def end(self) -> None:
        """End the process and all that it started."""
        self.model = None
        self.remote.close()


@contextmanager
def as_failure() -> Iterator[None]:
    """What can become of a subject in another process, as ``SubjectFailed``."""
    try:
        yield
    except SubjectHung as hung:
        raise SubjectSlow(hung.cause) from hung
    except Unsupported as reason:
        raise SubjectCannot(str(reason)) from reason
    except (SubjectLost, AdapterRaised, Refused) as failed:
        raise SubjectFailed(str(failed)) from failed


TimedSubject = InWorker | SubjectProcess


def open_subject(name: str, core: int, limit: float) -> TimedSubject:
    """The subject of that name, started.

    Raises SubjectFailed where it does not start, UnusableSubject where its environment is missing,
    NoSuchSubject where there is no such name.
    """
    address = Address(name)
    recipe = address.recipe
    if recipe is None:
        return SubjectProcess(name, core, limit)
    if not recipe.is_ready:
        raise UnusableSubject(f"its environment has not been created: lstm-spec env create {name}")
    return InWorker(address, limit)
