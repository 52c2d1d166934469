"""The specification, readable in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from lstm_spec.clauses import FAMILIES, Clause, select
from lstm_spec.environments import recipes
from lstm_spec.explanation import explain, source_code
from lstm_spec.output.wording import counted
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
        for column in ("strength", "level"):
            table.add_column(column, no_wrap=True)
        for column in ("statement", "of the documents"):
            table.add_column(column, overflow="fold")
        for one in mine:
            table.add_row(
                one.id, str(one.strength), str(one.level), Text(one.statement), standing(one)
            )
        console.print(table)
    console.print(counted(len(chosen), "clause"))


def standing(clause: Clause) -> str:
    """Whether a clause confirms or refutes what a document says; empty where none says it."""
    if clause.refutes:
        return "refuted"
    return "confirmed" if clause.confirms else ""


def list_implementations(console: Console) -> None:
    """Every implementation by name, what it is, and what it needs before it can be verified."""
    table = Table()
    for column in ("name", "needs"):
        table.add_column(column, no_wrap=True)
    table.add_column("what", overflow="fold")
    for name in known():
        try:
            one = find(name)
            table.add_row(name, Text("nothing", "green"), Text(f"{one.name} {one.version}"))
        except UnusableSubject as error:
            table.add_row(name, "an extra", Text(str(error)))
    for recipe in recipes().values():
        program = "Node" if recipe.packages else f"Python {recipe.python}"
        ready = Text("nothing", "green") if recipe.is_ready else Text(f"env, {program}")
        table.add_row(recipe.name, ready, Text(recipe.description))
    console.print(table)
    console.print(
        Text(
            "Where nothing is needed: lstm-spec verify NAME. Where an env is: first lstm-spec env "
            "create NAME, which needs that program; or, if its library is installed in this "
            "Python, lstm-spec verify NAME --here."
        )
    )


def list_pipelines(console: Console) -> None:
    """Every documented pipeline with its source and its budget."""
    from lstm_spec.pipelines import PIPELINES

    table = Table()
    table.add_column("pipeline", no_wrap=True)  # a name is there to be copied
    for column in ("document", "updates", "published"):
        table.add_column(column, overflow="fold")
    for one in PIPELINES.values():
        table.add_row(one.id, one.source, f"{one.budget:,}", Text(one.published))
    console.print(table)


def explain_clause(console: Console, name: str) -> None:
    """A clause (or a family of them) in full, with the check that enforces it."""
    for one in select([name]):
        console.rule(Text(f"{one.id}: {one.title}", style="bold"), align="left")
        console.print(Markdown(explain(one)))
        # Longer lines than the terminal has columns go on below: code that is cut says nothing.
        source = Syntax(source_code(one), "python", background_color="default", word_wrap=True)
        console.print(source)
