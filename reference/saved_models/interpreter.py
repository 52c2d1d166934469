"""Run a module of ``in_keras`` in a pinned environment, with a time limit, and end its children."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from lstm_spec.environments import Recipe, recipes

ROOT = Path(__file__).parents[2]
"""The checkout: the only thing beside the environment's own packages that its Python sees."""

OF_OUR_PYTHON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


class Stopped(Exception):
    """A program did not end by itself, or ended badly; the message says how and its last words."""


def kerases() -> dict[str, Recipe]:
    """The recipe of every Keras of every generation and backend, by name."""
    known = recipes()
    return {name: known[name] for name in known if name.startswith(("keras-", "tf-keras-"))}


def run(recipe: Recipe, module: str, *arguments: str, seconds: float) -> None:
    """Run ``reference.saved_models.in_keras.MODULE`` in the environment.

    Raises Stopped after ``seconds`` or when the program ends with an error.
    """
    ours = {word: value for word, value in os.environ.items() if word not in OF_OUR_PYTHON}
    surroundings = {**ours, **recipe.surroundings, "PYTHONPATH": str(ROOT)}
    name = f"reference.saved_models.in_keras.{module}"
    process = subprocess.Popen(
        [str(recipe.interpreter), "-m", name, *arguments],
        env={**surroundings, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Stopped(f"{recipe.name}: {module} was not done in {seconds:g} s") from None
    finally:
        _end(process)
    if process.returncode:
        last = "\n".join(said.strip().splitlines()[-8:])
        raise Stopped(f"{recipe.name}: {module} ended with {process.returncode}:\n{last}")


def _end(process: subprocess.Popen[str]) -> None:
    """End the whole group of processes, whatever of it is left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.communicate()
