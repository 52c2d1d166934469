"""The figures of all libraries for a terminal; the page of the documentation has more."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec.comparison.training_speed import Speeds
from lstm_spec.output.wording import counted, printable


def show(speeds: Speeds, console: Console) -> None:
    """A table for each work, then who has no figure and why."""
    for work in speeds.works:
        table = Table(
            "subject", "way", "us", "us/sample-step", "first", "x oracle",
            title=f"{work.name}, per {work.what}", title_justify="left",
        )  # fmt: skip
        for one in (figure for figure in speeds.figures if figure.work == work.name):
            micros, ratio = one.microseconds, one.ratio
            table.add_row(
                Text(printable(one.subject)),
                one.way,
                f"{micros.median:.3g} ({micros.low:.3g} to {micros.high:.3g})",
                f"{micros.median / work.sample_steps:.3g}",
                f"{one.first_seconds:.2f} s",
                f"{ratio.median:.3g} ({ratio.low:.3g} to {ratio.high:.3g})",
            )
        console.print(table)
    for gone in speeds.without:
        clauses = f" ({', '.join(gone.clauses)})" if gone.clauses else ""
        sentence = f"{gone.subject} has no figure for {gone.work}: {gone.sentence}{clauses}"
        console.print(Text(printable(sentence)), soft_wrap=True)
    for name, why in speeds.absent.items():
        console.print(Text(printable(f"{name} was not measured: {why}")), soft_wrap=True)
    for step in speeds.slower():
        sentence = (
            f"{step.after} takes {step.factor.median:.2f} times as long as {step.before} for "
            f"{step.work}"
        )
        console.print(Text(sentence, style="yellow"), soft_wrap=True)
    console.print(
        Text(
            f"{counted(len(speeds.figures), 'figure')}; in brackets the 95 % interval of the "
            f"median over {speeds.rounds} rounds; x oracle: times as long as {speeds.oracle} in "
            "the same round",
            style="dim",
        )
    )
