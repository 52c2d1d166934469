"""Run one of our modules in a pinned environment, with a time limit, and end its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from lstm_spec.environments import Recipe, recipes

ROOT = Path(__file__).parents[2]
"""The checkout: the only thing beside the environment's own packages that its Python sees."""

OF_OUR_PYTHON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class Stopped(Exception):
    """A program did not end by itself, or ended badly; the message says how and its last words."""


class Interrupted(Exception):
    """Everything is to end: what runs in another thread has been ended with it."""


_running: set[subprocess.Popen[bytes]] = set()
_ending = threading.Event()


def heed_sigterm() -> None:
    """Let SIGTERM leave the program as Ctrl-C does, so that what it has started is ended too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def end_everything() -> None:
    """End what runs in any thread of this process; nothing can be run afterwards."""
    _ending.set()
    for process in list(_running):
        _end(process)


FOR_ONE_FINDING = ("keras-3.1-jax",)
"""Kerases that show a deviation of their own; 3.0 and 3.3 stand for their saved models."""


def kerases() -> dict[str, Recipe]:
    """The recipe of every Keras of every generation and backend, by name."""
    return {
        name: recipe
        for name, recipe in recipes().items()
        if name.startswith(("keras-", "tf-keras-")) and name not in FOR_ONE_FINDING
    }


def run(
    recipe: Recipe, module: str, *arguments: str, seconds: float, progress: Path | None = None
) -> None:
    """Run ``reference.saved_models.MODULE`` in the environment.

    With ``progress``, a file that the module appends to, ``seconds`` is counted from the moment
    when that file last grew. Raises Stopped when the time is over or the module ends with an error,
    and Interrupted once ``end_everything`` has been called.
    """
    ours = {word: value for word, value in os.environ.items() if word not in OF_OUR_PYTHON}
    surroundings = {**ours, **recipe.surroundings, "PYTHONPATH": str(ROOT)}
    name = f"reference.saved_models.{module}"
    if _ending.is_set():
        raise Interrupted
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(recipe.interpreter), "-m", name, *arguments],
            env={**surroundings, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        _running.add(process)
        try:
            _wait(process, seconds, progress)
        except subprocess.TimeoutExpired:
            raise Stopped(f"{recipe.name}: no answer in {seconds:g} s") from None
        finally:
            _end(process)
            _running.discard(process)
        if _ending.is_set():
            raise Interrupted
        if process.returncode:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-8:]
            how = f"{recipe.name}: {module} ended with {process.returncode}:"
            raise Stopped("\n".join([how, *last]))


def _wait(process: subprocess.Popen[bytes], seconds: float, progress: Path | None) -> None:
    """Wait for the end. Raises TimeoutExpired when nothing has happened for so long."""
    size, since = -1, time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
            return
        grown = progress.stat().st_size if progress else 0
        if grown != size:
            size, since = grown, time.monotonic()
        elif time.monotonic() - since > seconds:
            raise subprocess.TimeoutExpired(process.args, seconds)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group of processes, whatever of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
