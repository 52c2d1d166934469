"""The application itself: consoles, exit codes, and how an error becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from lstm_spec import SPEC_VERSION, __version__
from lstm_spec.environments.create import InstallationFailed, MissingInterpreter
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject

AS_EXPECTED, DEVIATIONS, WRONG_USAGE, UNUSABLE, OUR_MISTAKE, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit codes."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Hold an LSTM implementation to its specification.",
    epilog="Begin with: lstm-spec verify keras",
)
out = Console()
err = Console(stderr=True)

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


def stop(sentence: str, code: int, verbose: bool = False) -> NoReturn:
    """Say why, and exit."""
    if verbose:
        err.print_exception()
    err.print(f"lstm-spec: {sentence}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code) from None
