"""Independent jobs on the cores of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from lstm_spec.run.interruption import SIGNALS
from lstm_spec.run.jobs import JobsLost, Stopped

Job = TypeVar("Job")
Result = TypeVar("Result")

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
WAITING_PER_CORE = 3
"""Jobs handed out beforehand, so that no core waits for the next one."""
BETWEEN_LOOKS = 0.2


def cores() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


class Local:
    """One process per core, each kept on its own core from before any library is imported.

    Small networks gain nothing from threads, and two processes that share their cores with each
    other's threads are slower than two that do not.
    """

    def __init__(self, processes: int) -> None:
        if processes < 1:
            raise ValueError(f"processes must be at least 1, got {processes}")
        self.processes = processes
        self._stopped = False

    def stop(self) -> None:
        """Let ``Stopped`` be raised where results are waited for; the jobs end then."""
        self._stopped = True

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Keep every process busy; end them all when the caller stops, whatever they are doing.

        Raises Stopped after ``stop``, and JobsLost where a process ended in the middle of a job.
        """
        context = multiprocessing.get_context("spawn")
        places: Any = context.SimpleQueue()
        allowed = cores()
        for number in range(self.processes):
            places.put(allowed[number % len(allowed)])
        pool = ProcessPoolExecutor(self.processes, context, _settle, (places, os.getpid()))
        with one_thread_each(), ended_with_the_block(pool):
            try:
                yield from self._as_they_come(pool, work, iter(jobs))
            except BrokenProcessPool as broken:
                raise JobsLost(f"a process ended in the middle of a job: {broken}") from broken

    def _as_they_come(
        self, pool: ProcessPoolExecutor, work: Callable[[Job], Result], following: Iterator[Job]
    ) -> Iterator[Result]:
        pending: set[Future[Result]] = set()
        left = True
        while left or pending:
            while left and len(pending) < WAITING_PER_CORE * self.processes:
                try:
                    job = next(following)
                except StopIteration:
                    left = False
                    break
                with deaf_to_signals():  # it may start a process
                    pending.add(pool.submit(work, job))
            done, pending = _ended_by_now(pending)
            if self._stopped:
                raise Stopped
            for future in done:
                yield future.result()


def results(
    pool: Executor, work: Callable[..., Result], jobs: Iterable[tuple[Any, ...]]
) -> Iterator[Result]:
    """What ``work`` returns for the arguments of each job, in the order in which they are done."""
    with deaf_to_signals():
        pending = {pool.submit(work, *one) for one in jobs}
    for future in as_they_end(pending):
        yield future.result()


def as_they_end(pending: Iterable[Future[Result]]) -> Iterator[Future[Result]]:
    """Every one of these, once it has ended; signals are heard between two of them."""
    left = set(pending)
    while left:
        done, left = _ended_by_now(left)
        yield from done


def _ended_by_now(
    pending: set[Future[Result]],
) -> tuple[set[Future[Result]], set[Future[Result]]]:
    """Those that have ended within a moment, and the others.

    The moment is not interrupted: a signal that raised while a lock of a future is held would
    leave it held for ever, and the pool could not be ended.
    """
    with deaf_to_signals():
        done, others = wait(pending, BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
    return done, others


@contextmanager
def ended_with_the_block(pool: ProcessPoolExecutor) -> Iterator[None]:
    """When the block is left before its end, the pool's processes are killed, not waited for."""
    others, finished = set(multiprocessing.active_children()), False
    try:
        yield
        finished = True
    finally:
        if not finished:
            for one in set(multiprocessing.active_children()) - others:
                one.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def one_thread_each() -> AbstractContextManager[None]:
    """Children that are started inside have libraries of linear algebra with one thread."""
    return started_with(dict.fromkeys(THREADS, "1"))


@contextmanager
def started_with(variables: Mapping[str, str]) -> Iterator[None]:
    """Children that are started inside find these variables in their environment."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def deaf_to_signals() -> Iterator[None]:
    """Inside, where processes are started, no signal is acted upon; it is when the block is left.

    A process that is half started complains of a parent that has stopped telling it what to do, and
    Python loses an exception that is raised while it forks. To block the signals is not enough: a
    thread of a library of linear algebra, which blocks nothing, may receive what was sent to the
    process, and the main thread then runs the handler. The children begin with the signals
    blocked: to Ctrl-C they stay deaf, for their parent hears it and ends them.
    """
    heard: list[int] = []
    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda came, _: heard.append(came))
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number in before:
            signal.signal(number, before[number])
        for received in dict.fromkeys(heard):
            signal.raise_signal(received)


def _settle(places: Any, parent: int) -> None:
    """In a new process: take a core, and end when the parent has ended, however it did."""
    core = places.get()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    end_with(parent)


def end_with(parent: int) -> None:
    """Let this process end when its parent has ended, however it did, and only then.

    Ctrl-C at a terminal reaches every process; the parent hears it and ends the others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
