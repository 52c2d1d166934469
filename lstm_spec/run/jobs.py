"""Independent jobs, whoever does them; results as they come.

An executor is a function ``run(work, jobs)`` that yields ``work(job)`` for every job, in any order.
``work`` is a function of a module; jobs and results can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class JobsLost(Exception):
    """Some jobs could not be done by anybody; the message says how many, and why."""


class Stopped(Exception):
    """The executor was told to stop before every job was done."""


class Executor(Protocol):
    """Yields ``work(job)`` for every job, in any order."""

    def stop(self) -> None:
        """Let the jobs end that are being done; whoever waits for results gets ``Stopped``.

        May be called from any thread and from a signal handler.
        """
        ...

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """The results as they come."""
        ...


def chunks(items: Sequence[Job], size: int) -> list[Sequence[Job]]:
    """Consecutive pieces of ``size``; the last may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
