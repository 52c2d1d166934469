"""What a user of Keras can choose, and how many times as fast as the plain way each choice is.

    python -m benchmarks.keras_choices --json docs/data/speed/choices.json
    python -m benchmarks.keras_choices --show docs/data/speed/choices.json

The first measures; the second prints the section of docs/training-speed.md from what was measured.
Measuring takes about four minutes. It needs the extra bench, and the environments
keras-3-tensorflow, keras-3-jax and keras-3-torch. A choice has a figure only if its numbers are
those of the plain way. The plain way and a choice take turns, round by round, on one core; those on
one backend are in one process.
"""

from __future__ import annotations

import argparse
import datetime
import math
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.keras_at_work import Begun, Task
from benchmarks.keras_process import CannotDo, KerasProcess, Opened, SomeKeras, on_backend
from benchmarks.keras_same_numbers import difference, with_what
from benchmarks.keras_ways import PIECES, PLAIN, TO_CHOOSE, WHAT, Way
from lstm_spec.bench.every_library import machine
from lstm_spec.bench.intervals import interval
from lstm_spec.bench.placing import alone_on, nothing_kept
from lstm_spec.comparison.speed_choices import Choice, Choices, NoFigure, PlainWay, as_json, read
from lstm_spec.run.local import cores, one_thread_each
from lstm_spec.site.speed_choices_section import section
from lstm_spec.study.study import environment
from lstm_spec.subjects.protocol import SubjectLost

ROUNDS, SECONDS = 7, 0.25
TRIED = 4
"""Repetitions by which it is estimated first how many fill a round; then so many times as many."""
MOST = 500
"""Repetitions in a round: the epochs of the document."""
SHARE_OF_A_BEGINNING = 0.1
"""Of a round, at most: what a ``fit`` does before its first epoch is nothing in 500 epochs."""
LONGEST = 2
"""So many times as long as it must be, a round may be made for that."""

Say = Callable[[str], None]


class Processes:
    """One process for each backend, all on one core.

    It is started when it is first asked for, and anew where it has ended.
    """

    def __init__(self) -> None:
        self.started: dict[str, KerasProcess] = {}
        self.core = cores()[-1]

    def __call__(self, backend: str) -> SomeKeras:
        """The Keras on this backend. Raises CannotDo where its environment is missing."""
        found = self.started.get(backend)
        if found is None or found.ended:
            with alone_on(self.core), one_thread_each(), nothing_kept():
                found = self.started[backend] = on_backend(backend)
        return found

    def end(self) -> None:
        """End them all."""
        for one in self.started.values():
            one.end()


class Comparison:
    """One plain way, and the choices that are compared with it."""

    def __init__(self, plain: Way, opened: Opened, found: Choices, say: Say) -> None:
        self.plain, self.opened, self.found, self.say = plain, opened, found, say
        self.task = Task(plain.work)
        self.micros: list[float] = []
        self.began: tuple[SomeKeras, Begun, int] | None = None

    def measure(self, choices: Sequence[Way]) -> None:
        """Every choice in turn. Raises CannotDo or SubjectLost if the plain way cannot be done."""
        first = self._ready()[1]
        for way in choices:
            try:
                self._measure(way)
            except (CannotDo, SubjectLost) as reason:
                self._without(way, str(reason))
        plain = self.plain
        self.found.plain.append(
            PlainWay(
                plain.work,
                WHAT[plain.work],
                PIECES[plain.work],
                plain.code,
                plain.backend,
                first.first_seconds,
                interval(self.micros),
            )
        )

    def _ready(self) -> tuple[SomeKeras, Begun, int]:
        """The Keras of the plain way, what came of its beginning, and its repetitions in a round.

        Raises CannotDo if its numbers are not those of the oracle: then nothing can be compared.
        """
        keras = self.opened(self.plain.backend)
        if self.began is None or self.began[0] is not keras:
            begun = keras.begin(self.plain)
            if told := difference(self.plain, begun, None):
                raise CannotDo(f"nothing can be compared with {self.plain.name}: {told}")
            self.found.libraries[self.plain.backend] = keras.versions()
            self.began = keras, begun, self._count(keras, self.plain)
        return self.began

    def _count(self, keras: SomeKeras, way: Way) -> int:
        """How many repetitions fill a round, and make its beginning a small share of it.

        An estimate from few repetitions may be far off, so it is made again from more of them.
        """
        seconds, several = self.found.seconds, TRIED
        single = min(keras.time(way, 1), keras.time(way, 1))
        while True:
            together = keras.time(way, several)
            each = max((together - single) / (several - 1), together / (10 * several))
            lasting = max(seconds, (single - each) / SHARE_OF_A_BEGINNING)
            wanted = math.ceil(min(lasting, LONGEST * seconds) / each)
            if wanted <= several or several == MOST:
                return max(1, min(MOST, wanted))
            several = min(MOST, wanted, TRIED * several)

    def _measure(self, way: Way) -> None:
        plain_keras, plain_begun, plain_count = self._ready()
        keras = self.opened(way.backend)
        self.found.libraries[way.backend] = keras.versions()
        begun = keras.begin(way)
        try:
            if told := difference(way, begun, plain_begun):
                self._without(way, told)
                return
            count = self._count(keras, way)
            micros, ratios = [], []
            for _ in range(self.found.rounds):
                plain = self._micros(plain_keras.time(self.plain, plain_count), plain_count)
                ours = self._micros(keras.time(way, count), count)
                self.micros.append(plain)
                micros.append(ours)
                ratios.append(plain / ours)
        finally:
            with suppress(CannotDo, SubjectLost):
                keras.forget(way)
        choice = Choice(
            way.work,
            way.code,
            way.backend,
            with_what(way),
            way.another_training,
            way.narrow,
            begun.first_seconds,
            count,
            interval(micros),
            interval(ratios),
        )
        self.say(f"  {way.name}: {choice.times_as_fast.median:.3g} times as fast")
        self.found.choices.append(choice)

    def _micros(self, seconds: float, count: int) -> float:
        return 1e6 * seconds / (count * self.task.pieces)

    def _without(self, way: Way, why: str) -> None:
        self.say(f"  {way.name}: no figure: {why}")
        self.found.without.append(NoFigure(way.work, way.code, way.backend, why))


def measure(
    opened: Opened,
    plain: Sequence[Way],
    choices: Sequence[Way],
    rounds: int,
    seconds: float,
    command: str,
    say: Say = lambda what: None,
) -> Choices:
    """Every choice beside the plain way of its work.

    Raises CannotDo or SubjectLost if a plain way cannot be done, ValueError where the extra
    ``bench`` is missing.
    """
    interval([1.0, 2.0, 3.0])  # better missed now than after the first choice
    surroundings = {**environment(), **machine()}
    today = datetime.date.today().isoformat()
    found = Choices(command, today, surroundings, {}, rounds, seconds)
    for one in plain:
        say(one.name)
        of_this = [way for way in choices if way.work == one.work]
        Comparison(one, opened, found, say).measure(of_this)
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure and write the file, or print what a file holds."""
    parser = argparse.ArgumentParser(description="How fast each choice of a Keras user is.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of a round, at least")
    parser.add_argument("--backends", nargs="*", help="measure the choices on these alone")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path, help="print such a file, measure nothing")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        print(section(read(chosen.show)))
        return
    words = sys.argv[1:] if arguments is None else arguments
    command = shlex.join(["python", "-m", "benchmarks.keras_choices", *words])
    choices = [
        way for way in TO_CHOOSE if chosen.backends is None or way.backend in chosen.backends
    ]
    processes = Processes()
    try:
        found = measure(
            processes,
            PLAIN,
            choices,
            chosen.rounds,
            chosen.seconds,
            command,
            lambda what: print(what, flush=True),
        )
    finally:
        processes.end()
    if chosen.json:
        chosen.json.write_text(as_json(found), "utf-8")
    else:
        print(section(found))


if __name__ == "__main__":
    main()
