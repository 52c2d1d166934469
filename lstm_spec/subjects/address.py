"""Where a subject is to be found: plain data that can be handed to another process."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_spec.environments import Recipe, recipes
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, find, known

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

    def open(self, limits: Limits | None = None, trace: Trace | None = None) -> Implementation:
        """The implementation at this address.

        ``limits`` (in place of the usual ones) and ``trace`` are for a subject in another process.
        Raises NoSuchSubject or UnusableSubject; for a worker or command, SubjectLost.
        """
        if self.command:
            from lstm_spec.subjects.remote import open_command

            return open_command(self.command, limits, trace=trace)
        if self.python:
            from lstm_spec.subjects.remote import open_worker

            return open_worker(Path(self.python), self.name, limits, trace=trace)
        if ":" in self.name or self.name in known() or self.name not in recipes():
            if trace is not None:
                raise NoSuchSubject(
                    f"{self.name!r} runs inside the process that judges, so no protocol is spoken "
                    f"that could be written down. Add --python {shlex.quote(sys.executable)} to "
                    "run it in a process of its own."
                )
            return find(self.name)
        recipe = recipes()[self.name]
        if not recipe.is_ready:
            raise UnusableSubject(
                f"{self.name} lives in an environment of its own, which has not been created: "
                f"lstm-spec env create {self.name}"
            )
        from lstm_spec.subjects.process import Limits
        from lstm_spec.subjects.remote import open_command, open_worker

        limits = limits or Limits(call=recipe.answer_seconds)
        if recipe.packages:
            words = shlex.join([str(recipe.interpreter), recipe.adapter.removesuffix(":")])
            return open_command(words, limits, recipe.surroundings, trace)
        return open_worker(recipe.interpreter, recipe.adapter, limits, recipe.surroundings, trace)

    @property
    def answer_seconds(self) -> float:
        """How long one answer may take: what the recipe of this name says, or what is usual."""
        if self.command or self.python or self.name in known() or self.name not in recipes():
            return Recipe.answer_seconds
        return recipes()[self.name].answer_seconds

    def as_arguments(self) -> str:
        """The words that name this subject on the command line."""
        if self.command:
            return f"--command {shlex.quote(self.command)}"
        python = f" --python {shlex.quote(self.python)}" if self.python else ""
        return f"{shlex.quote(self.name)}{python}"
