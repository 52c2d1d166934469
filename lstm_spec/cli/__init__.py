"""The command line: a thin face over the rest; one file for each group of commands."""

import os
import sys
import traceback

from lstm_spec.cli import (
    badge,
    bench,
    environments,
    matrix,
    proof,
    run,
    specification,
    study,
    tolerances,
    vectors,
    verify,
)
from lstm_spec.cli.app import OUR_MISTAKE, app, err

TRACEBACK = "LSTM_SPEC_TRACEBACK"

__all__ = [
    "badge",
    "bench",
    "environments",
    "main",
    "matrix",
    "proof",
    "run",
    "specification",
    "study",
    "tolerances",
    "vectors",
    "verify",
]


def main() -> None:
    """Entry point of ``lstm-spec``; a mistake of ours is told in a sentence, too."""
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # other packages' strategies: a second
    try:
        app()
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        *_, last = traceback.extract_tb(error.__traceback__)
        say = (
            f"{type(error).__name__}: {error} ({last.filename}, line {last.lineno}). This is a "
            f"mistake of lstm-spec itself: please report it. With {TRACEBACK}=1 set, the same "
            "command shows how it came about."
        )
        err.print(f"lstm-spec: {say}", style="red", markup=False, highlight=False)
        sys.exit(OUR_MISTAKE)
