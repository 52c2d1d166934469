"""Where a subject is to be found: plain data that can be handed to another process."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_spec.environments import Recipe, recipes
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, find, known
from lstm_spec.subjects.protocol import SubjectLost

if TYPE_CHECKING:
    from lstm_spec.contract import Implementation
    from lstm_spec.subjects.process import Limits
    from lstm_spec.subjects.trace import Trace


@dataclass(frozen=True)
class Address:
    """A name, possibly inside another interpreter; or a whole command."""

    name: str = ""
    python: str = ""
    command: str = ""
    here: bool = False
    """Whether a shipped adapter runs with the libraries of this Python, not in its environment."""

    def open(self, limits: Limits | None = None, trace: Trace | None = None) -> Implementation:
        """The implementation at this address.

        ``limits`` (in place of the usual ones) and ``trace`` are for a subject in another process.
        Raises NoSuchSubject or UnusableSubject; for a worker or command, SubjectLost.
        """
        if self.command:
            from lstm_spec.subjects.remote import open_command

            return open_command(self.command, limits, trace=trace)
        recipe = self.recipe
        if self.python:
            return self._open_worker(self.python, recipe, limits, trace)
        if recipe is None:
            if trace is not None:
                raise NoSuchSubject(
                    f"{self.name!r} runs inside the process that judges, so no protocol is spoken "
                    f"that could be written down. Add --python {shlex.quote(sys.executable)} to "
                    "run it in a process of its own."
                )
            return find(self.name)
        if self.here:
            return self._open_here(recipe, limits, trace)
        if not recipe.is_ready:
            raise UnusableSubject(
                f"{self.name} lives in an environment of its own, which has not been created: "
                f"lstm-spec env create {self.name}. If its library is installed in this Python: "
                f"lstm-spec verify {self.name} --here"
            )
        from lstm_spec.subjects.process import Limits
        from lstm_spec.subjects.remote import open_command, open_worker

        limits = limits or Limits(call=recipe.answer_seconds)
        if recipe.packages:
            words = shlex.join([str(recipe.interpreter), recipe.adapter.removesuffix(":")])
            return open_command(words, limits, recipe.surroundings, trace)
        return open_worker(recipe.interpreter, recipe.adapter, limits, recipe.surroundings, trace)

    def _open_worker(
        self, python: str, recipe: Recipe | None, limits: Limits | None, trace: Trace | None
    ) -> Implementation:
        """In that interpreter; a shipped adapter with the variables that its recipe sets."""
        from lstm_spec.subjects.process import Limits
        from lstm_spec.subjects.remote import open_worker

        if recipe is None:
            return open_worker(Path(python), self.name, limits, trace=trace)
        if recipe.packages:
            raise NoSuchSubject(f"{self.name} runs in Node, with npm packages of its own")
        limits = limits or Limits(call=recipe.answer_seconds)
        return open_worker(Path(python), recipe.adapter, limits, recipe.surroundings, trace)

    def _open_here(
        self, recipe: Recipe, limits: Limits | None, trace: Trace | None
    ) -> Implementation:
        """In a process of this Python. Raises UnusableSubject, with the way out, if it fails."""
        try:
            return self._open_worker(sys.executable, recipe, limits, trace)
        except SubjectLost as lost:
            raise UnusableSubject(
                f"{self.name} does not run with what is installed in this Python ({lost}). "
                f"Install what is missing, or make its environment: "
                f"lstm-spec env create {self.name}"
            ) from lost

    @property
    def recipe(self) -> Recipe | None:
        """The recipe of this name; None for a name of another kind, or a command."""
        if self.command or ":" in self.name or self.name in known():
            return None
        return recipes().get(self.name)

    @property
    def answer_seconds(self) -> float:
        """How long one answer may take: what the recipe of this name says, or what is usual."""
        recipe = self.recipe
        return Recipe.answer_seconds if recipe is None else recipe.answer_seconds

    def as_arguments(self) -> str:
        """The words that name this subject on the command line."""
        if self.command:
            return f"--command {shlex.quote(self.command)}"
        python = f" --python {shlex.quote(self.python)}" if self.python else ""
        return f"{shlex.quote(self.name)}{python}{' --here' if self.here else ''}"
