"""Independent jobs on a Dask cluster, results as they come, whatever happens to the cluster."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from lstm_spec.extras import install
from lstm_spec.output.wording import counted
from lstm_spec.run.jobs import JobsLost, Stopped

Job = TypeVar("Job")
Result = TypeVar("Result")

DASK = "dask://"
NO_WORKER = 60.0
"""Seconds for which a cluster may be without any worker before its jobs are given up."""
BETWEEN_LOOKS = 1.0
ANSWER = 20.0
"""Seconds within which a scheduler must answer."""


class Dask:
    """A Dask scheduler; its workers must have lstm-spec and the implementation installed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._stopped = False

    def stop(self) -> None:
        """Cancel what is left, from any thread; the jobs notice it (``still_wanted``)."""
        self._stopped = True
        self._arrived.put(None)

    def __call__(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Every job is a task; the tasks of a lost worker are done by another.

        Raises ValueError where the extra ``dask`` is missing or no scheduler answers; Stopped after
        ``stop``; JobsLost, once nothing more can come, where a job has taken several workers with
        it, where the scheduler is gone, or where there has been no worker for ``NO_WORKER``
        seconds.
        """
        client = self._connected()
        try:
            futures = client.map(work, list(jobs), pure=False, retries=2)
            for future in futures:
                future.add_done_callback(self._arrived.put)
            try:
                yield from self._results(client, len(futures))
            finally:
                with suppress(Exception):  # with the scheduler gone, there is nobody to tell
                    client.cancel(futures)
        finally:
            with suppress(Exception):
                client.close(timeout=5)

    def _connected(self) -> Any:
        try:
            from distributed import Client
        except ImportError as error:
            raise ValueError(f"{DASK} needs the extra dask: {install('dask')} ({error})") from error
        try:
            return Client(self.address, timeout=f"{ANSWER:.0f}s")
        except (OSError, TimeoutError) as error:
            raise ValueError(f"no Dask scheduler answers at {self.address}: {error}") from error

    def _results(self, client: Any, left: int) -> Iterator[Any]:
        from distributed import KilledWorker

        lost = []
        seen = time.monotonic()
        while left:
            try:
                future = self._arrived.get(timeout=BETWEEN_LOOKS)
            except queue.Empty:
                if self._workers(client):
                    seen = time.monotonic()
                elif time.monotonic() - seen > NO_WORKER:
                    raise JobsLost(
                        f"the Dask scheduler at {self.address} has had no worker for "
                        f"{NO_WORKER:.0f} s; not done: {counted(left, 'job')}"
                    ) from None
                continue
            if self._stopped:
                raise Stopped
            left -= 1
            if future.cancelled():
                raise JobsLost(
                    f"the Dask scheduler at {self.address} is gone; not done: "
                    f"{counted(left + 1, 'job')}"
                )
            if isinstance(future.exception(), KilledWorker):
                lost.append(str(future.exception()))
            else:
                yield future.result()
        if lost:
            raise JobsLost(f"lost with their workers: {counted(len(lost), 'job')} ({lost[0]})")

    @staticmethod
    def _workers(client: Any) -> bool:
        """Whether there is anybody to work; no for a scheduler that does not answer."""
        try:
            return bool(client.sync(client.scheduler.ncores, callback_timeout=ANSWER))
        except Exception:
            return False


def still_wanted() -> Callable[[], bool]:
    """For a task: a function, for any thread, that says whether its result is still wanted.

    Not if the client has cancelled it or is gone, or if the worker itself is about to end. Outside
    a Dask worker the answer is always yes.
    """
    try:
        from distributed import get_worker

        worker = get_worker()
        key = worker.get_current_task()
    except (ImportError, ValueError, KeyError):
        return lambda: True

    def wanted() -> bool:
        if worker.status.name in ("closing", "closed", "failed"):
            return False
        task = worker.state.tasks.get(key)
        return task is not None and task.state in ("executing", "long-running")

    return wanted


def when_unwanted(do: Callable[[], None]) -> Callable[[], None]:
    """Call ``do`` once nobody wants the task of this thread any more; the result ends the watch."""
    wanted, done = still_wanted(), threading.Event()

    def watch() -> None:
        while not done.wait(BETWEEN_LOOKS):
            if not wanted():
                do()
                return

    threading.Thread(target=watch, daemon=True).start()
    return done.set
