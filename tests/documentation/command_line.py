"""Whether a command of lstm-spec can be given as a page shows it."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import Any

import typer

from lstm_spec.cli import app, load

COMMAND = re.compile(r"(?:^|&&|;|\|)\s*(?:[A-Z_]+=\S+\s+)*(lstm-spec\b[^;&|]*)")


def lstm_spec_commands(line: str) -> list[list[str]]:
    """The words of every call of lstm-spec in a shell line."""
    return [shlex.split(one, comments=True)[1:] for one in COMMAND.findall(line)]


@cache
def parser() -> Any:
    """The command with everything below it."""
    load()
    return typer.main.get_command(app)


def complaint(words: list[str]) -> str:
    """What the real parser says against these words; nothing if it takes them."""
    command: Any = parser()
    context = None
    try:
        while True:
            context = command.make_context("lstm-spec", list(words), parent=context)
            if not hasattr(command, "resolve_command"):
                return ""
            left = [*context._protected_args, *context.args]
            if not left:
                return ""
            _, command, words = command.resolve_command(context, left)
    except typer.Exit:  # --help, --version
        return ""
    except Exception as error:  # Typer carries its own copy of Click, or not: told by its method
        if not hasattr(error, "format_message"):
            raise
        said: str = error.format_message()
        return said
