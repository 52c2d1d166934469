"""A subject in a process of its own, on one core, that times itself when it is asked to."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from lstm_spec.bench.documented import Documented, Observed, begin
from lstm_spec.bench.workloads import Workload, prepare
from lstm_spec.contract import Unsupported, adam_epsilon_of, backend_of
from lstm_spec.run.local import end_with, one_thread_each
from lstm_spec.subjects.address import Address

LIMIT = 600.0
"""Seconds after which an answer is given up and the process ended."""


class SubjectFailed(Exception):
    """The subject raised, ended or took too long; the message says which."""


class SubjectCannot(SubjectFailed):
    """The subject does not offer what it was asked for."""


class SubjectSlow(SubjectFailed):
    """The subject took longer than it may."""


class SubjectProcess:
    """Starts the subject; every request is answered before the next one is sent."""

    def __init__(self, name: str, core: int | None, limit: float = LIMIT) -> None:
        context = multiprocessing.get_context("spawn")
        self.name, self.limit = name, limit
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(name, core, theirs, os.getpid()), daemon=True
        )
        with one_thread_each():
            self.process.start()
        theirs.close()
        self.facts: dict[str, Any] = self._ask(("open",))

    def prepare(self, workload: Workload) -> float:
        """Make the workload ready and do it once; the seconds of that first time."""
        return float(self._ask(("prepare", workload)))

    def begin(self, work: Documented) -> tuple[str, Observed]:
        """Make documented work ready and do its first repetitions: the way, and what came."""
        way, observed = self._ask(("begin", replace(work)))  # without what it has drawn
        return str(way), observed

    def time(self, count: int) -> float:
        """Seconds for ``count`` repetitions of what was prepared."""
        return float(self._ask(("time", count)))

    def resources(self) -> dict[str, int]:
        """``memory``: the largest resident set so far, in bytes; ``threads``: how many there are.

        Threads are counted where the system shows them (Linux), 0 elsewhere.
        """
        found: dict[str, int] = self._ask(("resources",))
        return found

    @property
    def process_id(self) -> int | None:
        """That of the process."""
        return self.process.pid

    def stop(self) -> None:
        """Have the process ended at once, from whatever thread: one may wait for its answer."""
        self.process.kill()

    def end(self) -> None:
        """End the process, however it is."""
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def _ask(self, request: tuple[Any, ...]) -> Any:
        try:
            self.pipe.send(request)
            if not self.pipe.poll(self.limit):
                raise SubjectSlow(f"{self.name} gave no answer in {self.limit:.0f} s")
            kind, answer = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise SubjectFailed(f"{self.name} ended by itself") from error
        if kind == "unsupported":
            raise SubjectCannot(f"{self.name}: {answer}")
        if kind == "raised":
            raise SubjectFailed(f"{self.name}: {answer}")
        return answer


def _serve(name: str, core: int | None, pipe: Connection, parent: int) -> None:
    end_with(parent)
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    engine: Any = None
    repeat: Any = None
    while True:
        try:
            request, *arguments = pipe.recv()
        except EOFError:
            return
        answer: Any = None
        try:
            if request == "open":
                engine = Address(name).open()
                answer = {
                    "name": engine.name,
                    "version": engine.version,
                    "backend": backend_of(engine),
                    "capabilities": sorted(map(str, engine.capabilities)),
                    "adam_epsilon": adam_epsilon_of(engine),
                    "python": sys.version.split()[0],
                    "cores": len(os.sched_getaffinity(0))
                    if hasattr(os, "sched_getaffinity")
                    else os.cpu_count(),
                }
            elif request == "prepare":
                repeat = None  # the last workload's model may go
                started = time.perf_counter()
                repeat = prepare(arguments[0], engine)
                repeat(1)
                answer = time.perf_counter() - started
            elif request == "begin":
                repeat = None
                repeat, way, observed = begin(arguments[0], engine)
                answer = way, observed
            elif request == "time":
                started = time.perf_counter()
                repeat(arguments[0])
                answer = time.perf_counter() - started
            else:
                tasks = Path("/proc/self/task")
                answer = {
                    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                    "threads": len(list(tasks.iterdir())) if tasks.is_dir() else 0,
                }
        except Unsupported as reason:
            pipe.send(("unsupported", str(reason)))
        except Exception as error:
            pipe.send(("raised", f"{type(error).__name__}: {error}"))
        else:
            pipe.send(("did", answer))
