"""``list`` and ``explain``: the specification, readable in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from lstm_spec import listing
from lstm_spec.cli.app import app, out, plain_errors


@app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help="clauses, pipelines or implementations")],
    family: Annotated[str, typer.Option(help="Families, separated by commas.")] = "",
) -> None:
    """What there is: clauses, pipelines, implementations."""
    with plain_errors():
        if what == "clauses":
            listing.list_clauses(out, family)
        elif what == "implementations":
            listing.list_implementations(out)
        elif what == "pipelines":
            listing.list_pipelines(out)
        else:
            raise ValueError(f"list clauses, pipelines or implementations, not {what!r}")


@app.command(epilog="Example: lstm-spec explain STATE-01")
def explain(clause: Annotated[str, typer.Argument(help="A clause, such as STATE-01.")]) -> None:
    """One clause: what it says, why, from where, and the check that enforces it."""
    with plain_errors():
        listing.explain_clause(out, clause)
