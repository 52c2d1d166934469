"""The command line: a thin face over the rest; one file for each group of commands."""

import os

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
from lstm_spec.cli.app import app

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
    """Entry point of ``lstm-spec``."""
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # other packages' strategies: a second
    app()
