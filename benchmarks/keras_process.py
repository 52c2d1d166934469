"""The Keras of a pinned environment, in a process of its own on one core, within a time limit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.keras_at_work import Begun
from benchmarks.keras_ways import ENVIRONMENTS, Way
from lstm_spec.environments import recipe
from lstm_spec.subjects.process import Child, Limits
from lstm_spec.subjects.protocol import SubjectLost

ROOT = Path(__file__).parents[1]
LIMIT = 90.0
"""Seconds after which an answer is given up and the process ended with all that it started."""


class CannotDo(Exception):
    """Keras does not do what was asked for; the message says why."""


class SomeKeras(Protocol):
    """A Keras that does several works by turns, here or in another process."""

    def versions(self) -> str:
        """Of Keras and of its backend."""

    def begin(self, way: Way) -> Begun:
        """Build the network and do the first repetitions."""

    def time(self, way: Way, count: int) -> float:
        """Seconds for so many repetitions more."""

    def forget(self, way: Way) -> None:
        """Let the network go."""


class KerasProcess:
    """A program that answers as ``benchmarks.keras_at_work`` does.

    The constructor raises SubjectLost if it cannot be started. The other methods raise CannotDo for
    what Keras raises, SubjectLost where the process ends or takes longer than ``limit`` seconds for
    one answer; then it has been ended with all that it started.
    """

    def __init__(
        self, interpreter: Path | str, variables: Mapping[str, str], limit: float = LIMIT
    ) -> None:
        self.limit = limit
        command = [str(interpreter), "-m", "benchmarks.keras_at_work"]
        self.child = Child(command, Limits(), {**variables, "PYTHONPATH": str(ROOT)})

    @property
    def ended(self) -> bool:
        """Whether nothing more can be asked of it."""
        return self.child.ended

    def versions(self) -> str:
        """Of Keras and of its backend."""
        return str(self._ask("open")["versions"])

    def begin(self, way: Way) -> Begun:
        """Build the network and do the first repetitions."""
        found = self._ask("begin", way)
        numbers = [np.asarray(one) for one in found["numbers"]]
        return Begun(found["first_seconds"], found["losses"], numbers, found["updates"])

    def time(self, way: Way, count: int) -> float:
        """Seconds for so many repetitions more, by the clock over there."""
        return float(self._ask("time", way, count=count)["seconds"])

    def forget(self, way: Way) -> None:
        """Let the network go."""
        self._ask("forget", way)

    def end(self) -> None:
        """End the process and all that it started."""
        self.child.end(0.0)

    def _ask(self, do: str, way: Way | None = None, **more: Any) -> dict[str, Any]:
        if self.child.ended:
            raise SubjectLost("its process has been ended")
        request = {"do": do, "way": None if way is None else asdict(way), **more}
        line = self.child.exchange(json.dumps(request).encode() + b"\n", self.limit, do)
        found: dict[str, Any] = json.loads(line)
        if "cannot" in found:
            raise CannotDo(found["cannot"])
        return found


def on_backend(backend: str) -> KerasProcess:
    """The Keras of the environment of this backend. Raises CannotDo where it is missing."""
    made = recipe(ENVIRONMENTS[backend])
    if not made.is_ready:
        raise CannotDo(f"its environment has not been created: lstm-spec env create {made.name}")
    return KerasProcess(made.interpreter, made.surroundings)


Opened = Callable[[str], SomeKeras]
"""Gives the Keras on a backend; raises CannotDo where there is none."""
