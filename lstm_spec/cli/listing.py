"""The specification, readable in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from lstm_spec.clauses import FAMILIES, Clause, select
from lstm_spec.explanation import explain, source_code
from lstm_spec.subjects.find import UnusableSubject, find, known


def list_clauses(console: Console, families: str = "") -> None:
    """Every clause, or those of the families or ids given (separated by commas)."""
    chosen = select([families] if families else [])
    for family, subject in FAMILIES.items():
        mine = [one for one in chosen if one.family == family]
        if not mine:
            continue
        table = Table(title=f"{family}: {subject}", title_justify="left", expand=False)
        table.add_column("clause", no_wrap=True)
        for column in ("strength", "level", "statement", "of the documents"):
            table.add_column(column)
        for one in mine:
            table.add_row(
                one.id, str(one.strength), str(one.level), Text(one.statement), standing(one)
            )
        console.print(table)
    console.print(f"{len(chosen)} clauses")


def standing(clause: Clause) -> str:
    """Whether a clause confirms or refutes what a document says; empty where none says it."""
    if clause.refutes:
        return "refuted"
    return "confirmed" if clause.confirms else ""


def list_implementations(console: Console) -> None:
    """Every implementation by name, and whether its library is installed here."""
    table = Table()
    table.add_column("name", no_wrap=True)
    for column in ("version", "capabilities"):
        table.add_column(column)
    for name in known():
        try:
            one = find(name)
            table.add_row(name, str(one.version), str(len(one.capabilities)))
        except UnusableSubject as error:
            table.add_row(name, "-", Text(str(error)))
    console.print(table)


def list_pipelines(console: Console) -> None:
    """Every documented pipeline with its source and its budget."""
    from lstm_spec.pipelines import PIPELINES

    table = Table()
    table.add_column("pipeline", no_wrap=True)  # a name is there to be copied
    for column in ("document", "updates", "published"):
        table.add_column(column)
    for one in PIPELINES.values():
        table.add_row(one.id, one.source, f"{one.budget:,}", Text(one.published))
    console.print(table)


def explain_clause(console: Console, name: str) -> None:
    """A clause (or a family of them) in full, with the check that enforces it."""
    for one in select([name]):
        console.rule(Text(f"{one.id}: {one.title}", style="bold"), align="left")
        console.print(Markdown(explain(one)))
        console.print(Syntax(source_code(one), "python", background_color="default"))
