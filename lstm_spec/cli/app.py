"""The application itself: consoles, exit codes, and how an error becomes one sentence."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer

from lstm_spec import SPEC_VERSION, __version__
from lstm_spec.environments.create import InstallationFailed, MissingInterpreter
from lstm_spec.output.terminal import terminal
from lstm_spec.output.wording import printable
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject

AS_EXPECTED, DEVIATIONS, WRONG_USAGE, UNUSABLE, OUR_MISTAKE, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit codes."""

MAINTAINERS = "For maintainers of lstm-spec itself, and for reports that are published"
"""The panel of the help in which commands stand that a newcomer does not need."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Hold an LSTM implementation to its specification.",
    epilog="Begin with: lstm-spec verify keras",
)
out = terminal("stdout")
err = terminal("stderr")

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tracebacks and known deviations.")]


@app.callback(invoke_without_command=True)
def face(version: Annotated[bool, typer.Option("--version", help="Versions.")] = False) -> None:
    """Hold an LSTM implementation to its specification."""
    if version:
        out.print(f"lstm-spec {__version__}, specification {SPEC_VERSION}")
        raise typer.Exit


@contextmanager
def plain_errors(verbose: bool = False) -> Iterator[None]:
    """One clear sentence and an exit code; a traceback only if it was asked for."""
    try:
        yield
    except (UnusableSubject, MissingInterpreter, InstallationFailed) as error:
        stop(str(error), UNUSABLE, verbose)
    except (NoSuchSubject, ValueError, OSError) as error:
        stop(str(error), WRONG_USAGE, verbose)


def given_command() -> str:
    """The command as it was given, in words that a shell takes apart in the same way."""
    return printable(shlex.join(["lstm-spec", *sys.argv[1:]]))


def say(sentence: str) -> None:
    """One sentence on standard error."""
    told = f"lstm-spec: {printable(sentence)}"
    err.print(told, style="red", markup=False, highlight=False, soft_wrap=True)


def stop(sentence: str, code: int, verbose: bool = False) -> NoReturn:
    """Say why, and exit."""
    if verbose:
        err.print_exception()
    say(sentence)
    raise typer.Exit(code) from None
