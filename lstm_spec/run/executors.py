"""Independent jobs, on all cores of this machine or on a Dask cluster, results as they come.

An executor is a function ``run(work, jobs)`` that yields ``work(job)`` for every job, in any order.
``work`` is a function of a module; jobs and results can be pickled.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from lstm_spec.extras import install

Job = TypeVar("Job")
Result = TypeVar("Result")

DASK = "dask://"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
WAITING_PER_CORE = 3
"""Jobs handed out beforehand, so that no core waits for the next one."""


class JobsLost(Exception):
    """Some jobs could not be done by anybody; the message says how many, and why."""


class Executor(Protocol):
    """Yields ``work(job)`` for every job, in any order."""

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """The results as they come."""
        ...


def executor(address: str | None = None, processes: int | None = None) -> Executor:
    """The executor of an address: None for this machine, ``dask://HOST:PORT`` for a scheduler.

    Raises ValueError for any other address.
    """
    if address is None or address == "local":
        return Local(processes or len(cores()))
    if address.startswith(DASK) and len(address) > len(DASK):
        return Dask(address.removeprefix(DASK))
    raise ValueError(f"an executor is local or dask://HOST:PORT, got {address!r}")


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

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Keep every process busy; stop them all when the caller stops."""
        context = multiprocessing.get_context("spawn")
        places: Any = context.SimpleQueue()
        allowed = cores()
        for number in range(self.processes):
            places.put(allowed[number % len(allowed)])
        with one_thread_each():
            pool = ProcessPoolExecutor(self.processes, context, _settle, (places, os.getpid()))
            try:
                yield from _as_they_come(pool, work, jobs, WAITING_PER_CORE * self.processes)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


class Dask:
    """A Dask scheduler; its workers must have lstm-spec and the implementation installed."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Every job is a task; the tasks of a lost worker are done by another.

        Raises ValueError where the extra ``dask`` is missing or no scheduler answers; JobsLost, at
        the end, where a job has taken several workers with it.
        """
        try:
            from distributed import Client, KilledWorker, as_completed
        except ImportError as error:
            raise ValueError(f"{DASK} needs the extra dask: {install('dask')} ({error})") from error
        try:
            client = Client(self.address, timeout="20s")
        except (OSError, TimeoutError) as error:
            raise ValueError(f"no Dask scheduler answers at {self.address}: {error}") from error
        with client:
            futures = client.map(work, list(jobs), pure=False, retries=2)
            lost = []
            for future in as_completed(futures):
                if isinstance(future.exception(), KilledWorker):
                    lost.append(str(future.exception()))
                    continue
                yield future.result()
            if lost:
                raise JobsLost(f"{len(lost)} jobs were lost with their workers: {lost[0]}")


def _as_they_come(
    pool: ProcessPoolExecutor, work: Callable[[Job], Result], jobs: Iterable[Job], waiting: int
) -> Iterator[Result]:
    following = iter(jobs)
    pending: set[Future[Result]] = set()
    for job in following:
        pending.add(pool.submit(work, job))
        if len(pending) < waiting:
            continue
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Children that are started inside have libraries of linear algebra with one thread."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _settle(places: Any, parent: int) -> None:
    """In a new process: take a core, and end when the parent has ended, however it did."""
    core = places.get()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def chunks(items: Sequence[Job], size: int) -> list[Sequence[Job]]:
    """Consecutive pieces of ``size``; the last may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
