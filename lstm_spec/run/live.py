"""The line that moves while a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lstm_spec.run.plan import Plan
from lstm_spec.verdicts import Judgement


@contextmanager
def progress(plan: Plan, console: Console) -> Iterator[Callable[[Judgement], None]]:
    """Yield a function to be told of every judgement; the line disappears at the end."""
    tally: Counter[str] = Counter()
    with Progress(
        TextColumn("judging"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("opening the subject", total=len(plan.clauses))

        def saw(judgement: Judgement) -> None:
            tally[str(judgement.verdict)] += 1
            counts = ", ".join(f"{count} {verdict}" for verdict, count in tally.items())
            bar.update(task, advance=1, description=f"{judgement.id} | {counts}")

        yield saw
