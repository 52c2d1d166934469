"""How far a run is: a line that moves on a terminal, a line every ten seconds anywhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from lstm_spec.output.wording import printable

EVERY = 10.0
"""Seconds between two lines in a log: few enough to be read, and nobody thinks that it hangs."""

NARROW = 100
"""A terminal of fewer columns gets no bar, so that there is room for the words."""


class Stand:
    """How much of something is done, and a few words on it."""

    def __init__(self, what: str, total: int, words: str = "") -> None:
        self.what, self.total, self.words = what, total, words
        self.done = 0
        self.began = time.monotonic()
        self.shown: Callable[[Stand], object] = lambda one: None

    def move(self, to: int, words: str = "") -> None:
        """So much is done now."""
        self.done, self.words = to, printable(words)
        self.shown(self)

    def advance(self, by: int = 1, words: str = "") -> None:
        """So much more is done."""
        self.move(self.done + by, words)

    @property
    def line(self) -> str:
        """All that there is to say, for a log."""
        words = f"; {self.words}" if self.words else ""
        seconds = time.monotonic() - self.began
        return f"{self.what}: {self.done} of {self.total} after {seconds:.0f} s{words}"


@contextmanager
def progress(console: Console, *stands: Stand) -> Iterator[None]:
    """Show how far each of ``stands`` is, for as long as the block runs."""
    show = _moving_lines(console, stands) if console.is_terminal else _log(console, stands)
    with show:
        yield


@contextmanager
def _log(console: Console, stands: Sequence[Stand]) -> Iterator[None]:
    """Every few seconds a line for each stand that has begun and is not finished."""
    over = threading.Event()

    def speak() -> None:
        while not over.wait(EVERY):
            unfinished = [one for one in stands if one.done < one.total]
            for one in [one for one in unfinished if one.done] or unfinished[:1]:
                console.print(Text(one.line), soft_wrap=True)

    speaker = threading.Thread(target=speak, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        over.set()
        speaker.join()


@contextmanager
def _moving_lines(console: Console, stands: Sequence[Stand]) -> Iterator[None]:
    """A line for each stand, the later ones once they have begun; all are gone at the end."""
    columns = [
        TextColumn("{task.description}", markup=False),
        *([BarColumn(20)] if console.width >= NARROW else []),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}", markup=False),
    ]
    with Progress(*columns, console=console, transient=True) as bar:
        for number, one in enumerate(stands):
            task = bar.add_task(one.what, total=one.total, words=one.words, visible=not number)

            def draw(stand: Stand, task: TaskID = task) -> None:
                bar.update(
                    task,
                    description=stand.what,
                    total=stand.total,
                    completed=stand.done,
                    words=stand.words,
                    visible=True,
                )

            one.shown = draw
        yield
