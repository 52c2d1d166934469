"""The section of ``docs/training-speed.md`` on what a user of Keras can do about the speed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from lstm_spec.comparison import speed_choices
from lstm_spec.comparison.speed_choices import Choice, Choices, NoFigure, PlainWay
from lstm_spec.comparison.training_speed import Interval
from lstm_spec.site.training_speed_page import machine, number, plain

FILE = "docs/data/speed/choices.json"

HEAD = """## What you can do about it

Every choice in these tables does the same work as the plain way, and is compared with it in
microseconds of one {pieces}. This command measured the figures on {date}:

```console long: needs the environments and four minutes
$ {command}
```

{machine}

- The plain way and the choice take turns in {rounds} rounds of at least {seconds:g} s each, on one
  core; "times as fast" is plain over choice in one round. In brackets is the 95 % interval of the
  median over the rounds, by order statistics. On another backend, the choice runs in a process of
  its own.
- Before a choice is timed, its losses and trained weights, or its outputs, are compared with those
  of the plain way, which are compared with those of the oracle. A choice that gives other numbers
  has no figure.
- Mixed precision rounds more, so its weights may be off by as much as its type rounds, and its
  losses are not compared.
- `fit` does something before and after each epoch, whatever the number of its rows. With
  `np.concatenate([x] * n)` for x and y, n passes over the rows are one epoch: the updates are the
  same, and the loss that `fit` tells is the mean over the passes.
- A larger batch makes fewer and other updates by definition. So it is compared with the oracle at
  the same batch size, and "times as fast" is of the rows that are trained: whether it learns as
  well in so many epochs is another question.
- The networks are as small as in the documents, 16 and 32 units: these figures say nothing of a
  network whose matrix products take most of the time.
- A compiled function of one step is written out in `compiled_step` of
  `benchmarks/keras_at_work.py`.
- "First seconds" are those of building and compiling, and of the epochs or passes that are
  compared. "Repaid after" says after how many {several} the choice has saved what it takes
  longer than the plain way at first; it is empty where a choice takes no longer at first.
"""


def read(root: Path) -> Choices:
    """The measurement of a checkout. Raises BadChoices."""
    return speed_choices.read(root / FILE)


def section(found: Choices) -> str:
    """The section as Markdown."""
    pieces = " or ".join(dict.fromkeys(one.piece for one in found.plain))
    several = " or ".join(dict.fromkeys(f"{one.piece}s" for one in found.plain))
    head = HEAD.format(
        pieces=pieces,
        several=several,
        date=found.date,
        command=found.command,
        machine=_surroundings(found),
        rounds=found.rounds,
        seconds=found.seconds,
    )
    parts = [head]
    parts += ["\n".join(_of_one_work(found, usual)) + "\n" for usual in found.plain]
    return "\n".join(parts)


def _surroundings(found: Choices) -> str:
    libraries = "; ".join(found.libraries.values())
    return f"{libraries}. The machine: {machine(found.environment)}."


def _of_one_work(found: Choices, usual: PlainWay) -> Iterator[str]:
    yield f"### {usual.what}\n"
    yield from _advice(usual, found.of(usual.work))
    yield (
        f"\n| choice | backend | times as fast | microseconds of a {usual.piece} | first seconds | "
        "repaid after | compared with |"
    )
    yield "| --- | --- | ---: | ---: | ---: | ---: | --- |"
    yield (
        f"| plain: `{usual.code}` | {usual.backend} | 1 | "
        f"{number(usual.microseconds.median)} | {usual.first_seconds:.2f} | | the oracle |"
    )
    for one in found.of(usual.work):
        yield (
            f"| `{one.code}` | {one.backend} | {_times(one.times_as_fast)} | "
            f"{number(one.microseconds.median)} | {one.first_seconds:.2f} | "
            f"{_repaid(usual, one)} | {one.numbers} |"
        )
    yield from _reasons(one for one in found.without if one.work == usual.work)


def _reasons(without: Iterable[NoFigure]) -> Iterator[str]:
    listed = list(without)
    if listed:
        yield "\nNo figure, and why:\n"
    for one in listed:
        yield f"- `{one.code}` on {one.backend}: {plain(one.why)}"


def _advice(usual: PlainWay, choices: list[Choice]) -> Iterator[str]:
    """What the figures say to somebody who has written the plain way."""
    alike = [one for one in choices if not one.another_training and not one.narrow]
    home = [one for one in alike if one.backend == usual.backend]
    elsewhere = [one for one in alike if one.backend != usual.backend]
    if best := _fastest(home):
        yield (
            f"- Without another backend, `{best.code}` is the fastest choice with the same "
            f"numbers: {_times(best.times_as_fast)} times as fast as `{usual.code}`"
            f"{_when(usual, best)}."
        )
    else:
        yield f"- Without another backend, no choice is faster than `{usual.code}`."
    if best := _fastest(elsewhere):
        yield (
            f"- With another backend, the fastest is `{best.code}` on {best.backend}: "
            f"{_times(best.times_as_fast)} times as fast{_when(usual, best)}."
        )
    slower = [one for one in choices if one.times_as_fast.high < 1]
    same = [one for one in choices if one.times_as_fast.low <= 1 <= one.times_as_fast.high]
    if slower:
        yield f"- Slower than the plain way: {_named(slower)}."
    if same:
        yield f"- No difference beyond the interval: {_named(same)}."


def _fastest(choices: list[Choice]) -> Choice | None:
    """The one with the largest median, if even the low end of its interval is faster."""
    faster = [one for one in choices if one.times_as_fast.low > 1]
    return max(faster, key=lambda one: one.times_as_fast.median, default=None)


def _when(usual: PlainWay, one: Choice) -> str:
    repaid = _repaid(usual, one)
    return f", which repays its first seconds after {repaid} {usual.piece}s" if repaid else ""


def _named(choices: Iterable[Choice]) -> str:
    return ", ".join(f"`{one.code}` on {one.backend}" for one in choices)


def _repaid(usual: PlainWay, one: Choice) -> str:
    """After how many pieces the first seconds are saved; "never" for a slower choice.

    Empty where a choice takes no longer at first.
    """
    later = one.first_seconds - usual.first_seconds
    if later <= 0:
        return ""
    saved = usual.microseconds.median - one.microseconds.median
    if one.times_as_fast.low <= 1 or saved <= 0:
        return "never" if one.times_as_fast.high < 1 else "not known"
    return f"{1e6 * later / saved:,.0f}"


def _times(one: Interval) -> str:
    return f"{number(one.median)} ({number(one.low)} to {number(one.high)})"
