"""``list`` and ``explain``: the specification, readable in the terminal."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from lstm_spec.cli import completion, listing
from lstm_spec.cli.app import app, out, plain_errors


@app.command("list", epilog="Example: lstm-spec list clauses --family STATE,LIFE")
def list_(
    what: Annotated[
        str,
        typer.Argument(
            help="clauses, pipelines or implementations", autocompletion=completion.lists
        ),
    ],
    family: Annotated[
        str, typer.Option(help="Families, separated by commas.", autocompletion=completion.clauses)
    ] = "",
) -> None:
    """What there is: clauses, pipelines, implementations."""
    with plain_errors():
        lists = {
            "clauses": lambda: listing.list_clauses(out, family),
            "pipelines": lambda: listing.list_pipelines(out),
            "implementations": lambda: listing.list_implementations(out),
        }
        if what not in lists:
            near = get_close_matches(what, lists, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"list {', '.join(lists)}, not {what!r}{hint}")
        lists[what]()


@app.command(epilog="Example: lstm-spec explain STATE-01")
def explain(
    clause: Annotated[
        str,
        typer.Argument(
            help="A clause, such as STATE-01, or a family.", autocompletion=completion.clauses
        ),
    ],
) -> None:
    """One clause: what it says, why, from where, and the check that enforces it."""
    with plain_errors():
        listing.explain_clause(out, clause)
