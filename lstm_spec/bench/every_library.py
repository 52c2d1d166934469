"""All libraries timed at the documented work, in groups, each group beside the oracle.

So many processes of TensorFlow do not fit into memory together. The members of a group take turns
round by round on one core, the oracle first; every ratio is of neighbours in time, and ratios of
different groups can be compared because all of them are ratios to the same oracle.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.bench.documented import Documented
from lstm_spec.bench.same_work import difference, explained
from lstm_spec.bench.subject_process import SubjectCannot, SubjectFailed, SubjectSlow
from lstm_spec.bench.timed_subject import TimedSubject, alone_on, nothing_kept, open_subject
from lstm_spec.comparison.training_speed import Figure, Interval, NoFigure, Speeds, Subject
from lstm_spec.environments import recipes
from lstm_spec.extras import install
from lstm_spec.run.local import cores, one_thread_each
from lstm_spec.study.study import environment
from lstm_spec.subjects.find import DEFAULT_ORACLE, UnusableSubject, find, known

GROUP = 10
"""Subjects at a time, the oracle not counted: about eight gigabytes of TensorFlow."""

SHARE_OF_A_BEGINNING = 0.1
"""Of a round, at most, where one ``fit`` runs all epochs of a document."""

Say = Callable[[str], None]


@dataclass
class Turn:
    """One subject at one work, round by round."""

    subject: TimedSubject
    way: str
    first_seconds: float
    repetitions: int = 1
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Settings:
    """How long is measured, and after how many seconds an answer is given up."""

    rounds: int
    seconds: float
    limit: float


def measure(
    names: Sequence[str],
    works: Sequence[Documented],
    settings: Settings,
    command: str,
    say: Say = lambda what: None,
    keep: Callable[[Speeds], None] = lambda speeds: None,
) -> Speeds:
    """Every named subject at every work; ``keep`` is given what there is after each group.

    A subject that is not there, does other work, fails or exceeds its limit costs only itself.
    Raises SubjectFailed if the oracle fails, ValueError where the extra ``bench`` is missing.
    """
    _interval([1.0, 2.0, 3.0])  # better missed now than after the first group
    speeds = Speeds(
        command,
        datetime.date.today().isoformat(),
        environment(),
        settings.rounds,
        settings.seconds,
        DEFAULT_ORACLE,
        [one.as_work for one in works],
    )
    others = [name for name in dict.fromkeys(names) if name != DEFAULT_ORACLE]
    core = cores()[-1]
    with alone_on(core), one_thread_each(), nothing_kept():
        there = list(_there(others, speeds))
        for number, first in enumerate(range(0, max(1, len(there)), GROUP), 1):
            group = there[first : first + GROUP]
            say(f"group {number}: {', '.join(group) or DEFAULT_ORACLE}")
            _Group(number, works, settings, speeds, say).measure(group, core)
            keep(speeds)
    return speeds


def check(name: str) -> None:
    """Raise NoSuchSubject for a name that leads nowhere, before anything is started."""
    if ":" not in name and name not in known() and name not in recipes():
        find(name)  # which says what there is


def _there(names: Sequence[str], speeds: Speeds) -> Iterator[str]:
    """Those whose environment has been created; the others are noted with the way to create it."""
    made = recipes()
    for name in names:
        if name not in known() and name in made and not made[name].is_ready:
            speeds.absent[name] = (
                f"its environment has not been created: lstm-spec env create {name}"
            )
        else:
            yield name


class _Group:
    """Subjects that are alive together and take turns."""

    def __init__(
        self,
        number: int,
        works: Sequence[Documented],
        settings: Settings,
        speeds: Speeds,
        say: Say,
    ) -> None:
        self.number, self.works, self.settings = number, works, settings
        self.speeds, self.say = speeds, say
        self.alive: list[TimedSubject] = []

    def measure(self, names: Sequence[str], core: int) -> None:
        """Open everybody, time everybody at every work, end everybody."""
        limit = self.settings.limit
        try:
            self.alive.append(open_subject(DEFAULT_ORACLE, core, limit))
            for name in names:
                try:
                    self.alive.append(open_subject(name, core, limit))
                except (SubjectFailed, UnusableSubject) as error:
                    self.speeds.absent[name] = f"it does not start: {error}"
            slow: set[str] = set()
            for work in self.works:
                self.say(f"  {work.name}")
                self._side_by_side(work, slow)
            for one in self.alive:
                if one.name != DEFAULT_ORACLE or self.number == 1:
                    self.speeds.subjects.append(self._facts(one))
        finally:
            for one in self.alive:
                one.end()

    def _facts(self, one: TimedSubject) -> Subject:
        facts: dict[str, Any] = {"memory": 0, "threads": 0}
        with suppress(SubjectFailed):  # it has ended, and was noted where it did
            facts = {**facts, **one.resources()}
        return Subject(
            one.name,
            one.facts["name"],
            one.facts["version"],
            one.facts["backend"],
            one.facts["python"],
            facts["memory"],
            facts["threads"],
            self.number,
        )

    def _side_by_side(self, work: Documented, slow: set[str]) -> None:
        turns = [turn for one in self.alive if (turn := self._begun(one, work, slow))]
        if not turns or turns[0].subject.name != DEFAULT_ORACLE:
            raise SubjectFailed(f"the oracle does not do {work.name}: nothing can be compared")
        for _ in range(self.settings.rounds):
            for turn in list(turns):
                try:
                    turn.seconds.append(turn.subject.time(turn.repetitions))
                except SubjectFailed as failed:
                    turns.remove(turn)
                    self._failed(turn.subject, work, failed, slow)
        pieces = work.as_work.pieces
        oracle = turns[0]
        per_piece = [one / (oracle.repetitions * pieces) for one in oracle.seconds]
        for turn in turns:
            if turn is oracle and self.number > 1:
                continue  # one figure of the oracle is enough; the ratios are to that of the group
            ours = [one / (turn.repetitions * pieces) for one in turn.seconds]
            self.speeds.figures.append(
                Figure(
                    turn.subject.name,
                    work.name,
                    turn.way,
                    turn.first_seconds,
                    turn.repetitions,
                    _interval([1e6 * one for one in ours]),
                    _interval([a / b for a, b in zip(ours, per_piece, strict=True)]),
                )
            )

    def _begun(self, one: TimedSubject, work: Documented, slow: set[str]) -> Turn | None:
        """A turn for a subject that does the work; else its reason is noted."""
        if one.name in slow:
            self._without(one, work, "failed", "it exceeded its time limit before")
            return None
        if missing := work.missing(one.facts["capabilities"]):
            self._without(one, work, "not supported", f"it lacks {', '.join(missing)}")
            return None
        try:
            way, found = one.begin(work)
            if one.name != DEFAULT_ORACLE:
                told = difference(work, found, one.facts["adam_epsilon"])
                if told:
                    self._without(one, work, "other work", told, *explained(one.name, work))
                    return None
            turn = Turn(one, way, found.first_seconds)
            turn.repetitions = self._repetitions(one, work, way)
        except SubjectCannot as reason:
            self._without(one, work, "not supported", str(reason))
        except SubjectFailed as failed:
            self._failed(one, work, failed, slow)
        else:
            return turn
        return None

    def _repetitions(self, one: TimedSubject, work: Documented, way: str) -> int:
        """As many as fill a round, and so many that the beginning of a ``fit`` hardly counts.

        A document calls ``fit`` once for hundreds of epochs; of one epoch, what ``fit`` does before
        and after its epochs can be the most part.
        """
        single, repetitions = self._settled(one, way, 1), 2
        for _ in range(2):
            several = self._settled(one, way, repetitions)
            each = max((several - single) / (repetitions - 1), several / (10 * repetitions), 1e-9)
            beginning = 0.0 if work.fits_each_epoch else max(0.0, single - each)
            lasting = max(self.settings.seconds, beginning / SHARE_OF_A_BEGINNING)
            wanted = max(1, min(work.most, round(lasting / each)))
            if wanted <= repetitions:
                break
            repetitions = wanted
        self._settled(one, way, wanted)
        return wanted

    def _settled(self, one: TimedSubject, way: str, count: int) -> float:
        """Seconds for so many repetitions, when they are not done for the first time.

        A program of whole runs is compiled for the number of its epochs.
        """
        if way == "whole runs":
            one.time(count)
        return one.time(count)

    def _failed(
        self, one: TimedSubject, work: Documented, failed: SubjectFailed, slow: set[str]
    ) -> None:
        if isinstance(failed, SubjectSlow):
            slow.add(one.name)
        self._without(one, work, "failed", str(failed))

    def _without(
        self,
        one: TimedSubject,
        work: Documented,
        kind: str,
        why: str,
        cause: str = "",
        clauses: tuple[str, ...] = (),
    ) -> None:
        self.say(f"    {one.name}: no figure: {why}")
        self.speeds.without.append(NoFigure(one.name, work.name, kind, why, cause, clauses))


def _interval(values: Sequence[float]) -> Interval:
    """The median, and the 95 % interval of the median by order statistics.

    Fewer than six rounds cannot give such an interval; then it is from the least to the largest.
    """
    try:
        from scipy.stats import quantile_test
    except ImportError as error:
        raise ValueError(f"bench needs scipy: {install('bench')} ({error})") from error
    found = quantile_test(values, p=0.5).confidence_interval(0.95)
    low, high = (float(found.low), float(found.high))
    ordered = sorted(values)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return Interval(
        middle,
        low if low == low else ordered[0],
        high if high == high else ordered[-1],
    )
