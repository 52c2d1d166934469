"""What is shown while a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from lstm_spec.output.progress import Stand
from lstm_spec.output.progress import progress as show
from lstm_spec.run.plan import Plan
from lstm_spec.verdicts import Judgement


@contextmanager
def progress(plan: Plan, console: Console) -> Iterator[Callable[[Judgement], None]]:
    """Yield a function to be told of every judgement, as long as the run goes on."""
    tally: Counter[str] = Counter()
    stand = Stand("judging", len(plan.clauses), "opening the subject")

    def saw(judgement: Judgement) -> None:
        tally[str(judgement.verdict)] += 1
        counts = ", ".join(f"{count} {verdict}" for verdict, count in tally.items())
        stand.advance(1, f"{judgement.id}; {counts}")

    with show(console, stand):
        yield saw
