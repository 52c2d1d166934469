"""Which core a process runs on, and what it finds in its environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from lstm_spec.run.local import started_with

COMPILED_ANEW = {"JAX_ENABLE_COMPILATION_CACHE": "false"}
"""What JAX kept of an earlier compilation would make the first seconds shorter than they are."""


@contextmanager
def alone_on(core: int) -> Iterator[None]:
    """Inside, this thread and every process that it starts run on one core.

    A library that is started there makes as many threads as one core can use.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def move(process: int | None, core: int) -> None:
    """Have all threads of a process run on this core from now on, where the system can do that."""
    threads = Path(f"/proc/{process}/task")
    if process is None or not hasattr(os, "sched_setaffinity") or not threads.is_dir():
        return
    for thread in threads.iterdir():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.sched_setaffinity(int(thread.name), {core})


def nothing_kept() -> AbstractContextManager[None]:
    """Inside, processes are started that compile everything anew."""
    return started_with(COMPILED_ANEW)
