"""A group of subjects that are alive together and take turns, round by round, on one core.

The oracle comes first in every round, so every ratio is of neighbours in time. What is not timed is
done on all cores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.bench.documented import Documented
from lstm_spec.bench.intervals import interval
from lstm_spec.bench.placing import alone_on, move
from lstm_spec.bench.same_work import difference, explained
from lstm_spec.bench.subject_process import SubjectCannot, SubjectFailed, SubjectSlow
from lstm_spec.bench.timed_subject import TimedSubject, open_subject
from lstm_spec.comparison.training_speed import Figure, NoFigure, Speeds, Subject
from lstm_spec.run.local import as_they_end, cores
from lstm_spec.subjects.find import DEFAULT_ORACLE, UnusableSubject

SHARE_OF_A_BEGINNING = 0.2
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


class Group:
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
        self.slow: set[str] = set()
        self.cores = cores()
        self.home: dict[str, int] = {}
        """The core on which a subject is started and prepared."""

    def measure(self, names: Sequence[str]) -> None:
        """Open everybody, time everybody at every work, end everybody."""
        try:
            self._on_all_cores(self._open, [DEFAULT_ORACLE, *names])
            order = [DEFAULT_ORACLE, *names]
            self.alive.sort(key=lambda one: order.index(one.name))
            if not self.alive or self.alive[0].name != DEFAULT_ORACLE:
                raise SubjectFailed(f"the oracle does not start: {self.speeds.absent}")
            for work in self.works:
                self.say(f"  {work.name}")
                self._side_by_side(work)
            for one in self.alive:
                if one.name != DEFAULT_ORACLE or self.number == 1:
                    self.speeds.subjects.append(self._facts(one))
        finally:
            for one in self.alive:
                one.end()

    def _on_all_cores(self, do: Callable[[str], None], names: Sequence[str]) -> None:
        """Do it for every subject, several at a time, each on the core where it was started.

        Only what is not timed is done so: starting, building, compiling, the comparison. Raises
        what is raised, after every subject has been stopped.
        """
        for place, name in enumerate(names):
            self.home.setdefault(name, self.cores[place % len(self.cores)])

        def one_after_the_other(core: int) -> None:
            with alone_on(core):
                for name in names:
                    if self.home[name] == core:
                        do(name)

        with ThreadPoolExecutor(len(self.cores)) as pool:
            try:
                for done in as_they_end([pool.submit(one_after_the_other, c) for c in self.cores]):
                    done.result()
            except BaseException:
                for one in self.alive:
                    one.stop()  # or its thread would wait for its answer
                raise

    def _open(self, name: str) -> None:
        try:
            self.alive.append(open_subject(name, self.home[name], self.settings.limit))
        except (SubjectFailed, UnusableSubject) as error:
            self.speeds.absent[name] = f"it does not start: {error}"

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

    def _side_by_side(self, work: Documented) -> None:
        """Prepare everybody on all cores, then take turns on one."""
        begun: dict[str, Turn] = {}
        subjects = {one.name: one for one in self.alive}

        def begin(name: str) -> None:
            move(subjects[name].process_id, self.home[name])
            if (turn := self._begun(subjects[name], work)) is not None:
                begun[name] = turn

        self._on_all_cores(begin, list(subjects))
        if DEFAULT_ORACLE not in begun:
            raise SubjectFailed(f"the oracle does not do {work.name}: nothing can be compared")
        turns = [begun[name] for name in subjects if name in begun]
        for turn in turns:
            move(turn.subject.process_id, self.cores[-1])
        with alone_on(self.cores[-1]):
            self._take_turns(turns, work)

    def _take_turns(self, turns: list[Turn], work: Documented) -> None:
        for _ in range(self.settings.rounds):
            for turn in list(turns):
                try:
                    turn.seconds.append(turn.subject.time(turn.repetitions))
                except SubjectFailed as failed:
                    turns.remove(turn)
                    self._failed(turn.subject, work, failed)
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
                    interval([1e6 * one for one in ours]),
                    interval([a / b for a, b in zip(ours, per_piece, strict=True)]),
                )
            )

    def _begun(self, one: TimedSubject, work: Documented) -> Turn | None:
        """A turn for a subject that does the work; else its reason is noted."""
        if one.name in self.slow:
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
            self._failed(one, work, failed)
        else:
            return turn
        return None

    def _repetitions(self, one: TimedSubject, work: Documented, way: str) -> int:
        """As many as fill a round, and so many that the beginning of a ``fit`` hardly counts.

        A document calls ``fit`` once for hundreds of epochs; of one epoch, what ``fit`` does before
        and after its epochs can be the most part.
        """
        single, repetitions = self._settled(one, way, 1), 2
        if work.fits_each_epoch and single >= self.settings.seconds:
            return 1
        for _ in range(2):
            several = self._settled(one, way, repetitions)
            each = max((several - single) / (repetitions - 1), several / (10 * repetitions), 1e-9)
            beginning = 0.0 if work.fits_each_epoch else max(0.0, single - each)
            lasting = max(self.settings.seconds, beginning / SHARE_OF_A_BEGINNING)
            wanted = max(1, min(work.most, round(lasting / each)))
            if wanted <= repetitions:
                break
            repetitions = wanted
        if way == "whole runs":
            one.time(wanted)
        return wanted

    def _settled(self, one: TimedSubject, way: str, count: int) -> float:
        """Seconds for so many repetitions, when they are not done for the first time.

        A program of whole runs is compiled for the number of its epochs.
        """
        if way == "whole runs":
            one.time(count)
        return one.time(count)

    def _failed(self, one: TimedSubject, work: Documented, failed: SubjectFailed) -> None:
        if isinstance(failed, SubjectSlow):
            self.slow.add(one.name)
            one.end()  # at work it would disturb the others
            self._without(one, work, "failed", str(failed))
        else:
            self._without(one, work, "failed", str(failed), *explained(one.name, work))

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
