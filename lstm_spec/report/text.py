"""The report in a terminal: a table by family, and every deviation in full."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from lstm_spec.clauses import FAMILIES
from lstm_spec.output.wording import counted, listed, printable
from lstm_spec.report import Report
from lstm_spec.verdicts import Judgement, Verdict

STYLE = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.EXPECTED_FAIL: "yellow",
    Verdict.UNEXPECTED_PASS: "bold magenta",
    Verdict.UNSUPPORTED: "dim",
    Verdict.ERROR: "bold red",
    Verdict.NOT_RUN: "bold magenta",
}

NOT_RUN_WORDS = "not run"
"""What a diagnosis of that verdict begins with, and a line that already says so does not repeat."""


def show(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print deviations, then the table by family, then one line that sums up.

    What was not run is told in one line for each reason. ``verbose`` adds the known deviations, and
    why clauses are not supported.
    """
    for judgement in report.judgements:
        if judgement.verdict.is_deviation or (
            verbose and judgement.verdict is Verdict.EXPECTED_FAIL
        ):
            _show_deviation(judgement, console)
    _show_reasons(report, Verdict.NOT_RUN, console)
    if verbose:
        _show_reasons(report, Verdict.UNSUPPORTED, console)
    for finding in report.findings:
        console.print(
            Text.assemble(
                ("diagnosis ", "bold"),
                f"its numbers are those of an LSTM where {printable(finding.sentence)}.",
            )
        )
    console.print(_by_family(report, console))
    for warning in report.warnings:
        console.print(Text.assemble(("warning: ", "yellow"), printable(warning)))
    console.print(summary(report))


def _show_deviation(judgement: Judgement, console: Console) -> None:
    """What was expected, what came, where, for which input, and how to reproduce it."""
    style = STYLE[judgement.verdict]
    console.print(f"[{style}]{judgement.verdict}[/] [bold]{judgement.id}[/] ", end="")
    console.print(Text(printable(judgement.statement)))
    evidence = judgement.evidence
    rows = {
        "found": judgement.diagnosis,
        "where": evidence.where,
        "expected": evidence.expected,
        "got": evidence.got,
        "smallest input": ", ".join(f"{k} = {v}" for k, v in evidence.counter_example.items()),
        "reproduce": judgement.reproduce,
    }
    grid = Table.grid(padding=(0, 2))
    for label, text in rows.items():
        if text:
            grid.add_row(f"    {label}", Text(printable(text.strip())))
    console.print(grid)
    console.print()


def _show_reasons(report: Report, verdict: Verdict, console: Console) -> None:
    """One line for each reason of this verdict: how many clauses it has, which, and why."""
    reasons: dict[str, list[str]] = {}
    for one in report.judgements:
        if one.verdict is verdict:
            reasons.setdefault(one.diagnosis, []).append(one.id)
    for reason, ids in sorted(reasons.items(), key=lambda one: -len(one[1])):
        line = Text.assemble((str(verdict), STYLE[verdict]), f" {counted(len(ids), 'clause')}: ")
        line.append(printable(reason.removeprefix(f"{NOT_RUN_WORDS}: ")))
        line.append(f" ({listed(ids)})", "dim")
        console.print(line)
    if reasons:
        console.print()


def _by_family(report: Report, console: Console) -> Table:
    """Verdicts counted by family, as a table that fits the console without cutting a word."""
    table = _families(report, in_full=True)
    unlimited = console.options.update(max_width=1000)
    needed = Measurement.get(console, unlimited, table).minimum
    return table if needed <= console.width else _families(report, in_full=False)


def _families(report: Report, *, in_full: bool) -> Table:
    """A row for each family; a column only for verdicts that occur.

    In brief, what a family is about is left out, and headings are broken at their hyphens.
    """
    occurring = [v for v in Verdict if any(one.verdict is v for one in report.judgements)]
    close: dict[str, Any] = {"box": None, "pad_edge": False, "padding": (0, 1, 0, 0)}
    table = Table(
        title=_title(report),
        title_justify="left",
        header_style="bold",
        **({} if in_full else close),
    )
    table.add_column("family", no_wrap=True)
    if in_full:
        table.add_column("about", min_width=24)
    table.add_column("clauses", justify="right", no_wrap=True)
    for verdict in occurring:
        heading = str(verdict) if in_full else str(verdict).replace("-", "-\n")
        table.add_column(heading, justify="right", style=STYLE[verdict], no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    for family, subject in FAMILIES.items():
        mine = [one for one in report.judgements if one.id.startswith(f"{family}-")]
        if not mine:
            continue
        counts = [sum(one.verdict is verdict for one in mine) for verdict in occurring]
        table.add_row(
            family,
            *([Text(subject, "dim")] if in_full else []),
            str(len(mine)),
            *[str(count) if count else "" for count in counts],
            f"{sum(one.seconds for one in mine):.1f}",
        )
    return table


def _title(report: Report) -> str:
    return f"{_name(report.implementation)}, compared with {_name(report.oracle)}"


def _name(implementation: dict[str, object]) -> str:
    backend = f" on {implementation['backend']}" if implementation.get("backend") else ""
    return escape(printable(f"{implementation['name']} {implementation['version']}{backend}"))


def summary(report: Report) -> Text:
    """One line: how many clauses, how many of each verdict, the seed, the time."""
    counts = report.counts
    line = Text(f"{counted(counts.pop('planned'), 'clause')} planned: ")
    parts = [
        Text(f"{count} {name}", STYLE[Verdict(name)]) for name, count in counts.items() if count
    ]
    line.append_text(Text(", ").join(parts))
    line.append(f" (level {report.level}, seed {report.seed}, {report.seconds:.0f} s)")
    return line
