"""The reverse of the self-test: a conforming subject must pass every clause, with every seed.

The catalogue of the mutants says which implementations conform to which oracle. A clause that fails
for one of them has a wrong tolerance or a wrong design, which must be fixed and not widened.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from lstm_spec.checking.trial import Effort, draw_from_the_seed_alone
from lstm_spec.clauses import Level, select
from lstm_spec.diagnosis import diagnose
from lstm_spec.mutants import Conforming
from lstm_spec.run.judge import judge
from lstm_spec.run.local import as_they_end, deaf_to_signals, end_with, ended_with_the_block
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict

EFFORT = Effort(seconds=0.1, most=6, fewest=2)

SEEDS_AT_A_TIME = 5

RARELY = 20
"""A family that is slow for a pair is tried with every seed that this divides."""


@dataclass(frozen=True)
class Alarm:
    """A conforming subject that was accused."""

    subject: str
    oracle: str
    seed: int
    clause: str
    """The id of the clause, or ``diagnosis``."""
    told: str

    def __str__(self) -> str:
        return f"{self.clause}, {self.subject} against {self.oracle}, seed {self.seed}: {self.told}"


@dataclass
class Repetitions:
    """How many judgements there were, and every false alarm among them."""

    seeds: int
    judgements: dict[str, int] = field(default_factory=dict)
    """Per pair "subject against oracle"."""
    alarms: list[Alarm] = field(default_factory=list)
    seconds: float = 0.0


def repeat(
    pairs: Sequence[Conforming],
    seeds: int,
    jobs: int,
    first: int = 0,
    saw: Callable[[int], None] = lambda seeds: None,
) -> Repetitions:
    """The core level with so many seeds for every conforming pair, in so many processes."""
    started = time.perf_counter()
    result = Repetitions(seeds)
    pool = ProcessPoolExecutor(jobs, initializer=end_with, initargs=(os.getpid(),))
    with ended_with_the_block(pool):
        waiting = {}
        with deaf_to_signals():
            for pair in pairs:
                for start in range(first, first + seeds, SEEDS_AT_A_TIME):
                    some = range(start, min(start + SEEDS_AT_A_TIME, first + seeds))
                    waiting[pool.submit(accuse, pair, some)] = pair, len(some)
        for done in as_they_end(waiting):
            pair, count = waiting[done]
            judged, alarms = done.result()
            name = f"{pair.subject} against {pair.oracle}"
            result.judgements[name] = result.judgements.get(name, 0) + judged
            result.alarms += alarms
            saw(count)
    result.seconds = time.perf_counter() - started
    return result


def accuse(pair: Conforming, seeds: Sequence[int]) -> tuple[int, list[Alarm]]:
    """How many judgements a conforming pair got with these seeds, and the false ones."""
    draw_from_the_seed_alone()
    subject, oracle = find(pair.subject), find(pair.oracle)
    judged, alarms = 0, []
    for seed in seeds:
        for clause in select([], Level.CORE):
            if clause.family in pair.rarely and seed % RARELY:
                continue
            judgement = judge(clause, subject, oracle, seed=seed, effort=EFFORT)
            judged += judgement.verdict is not Verdict.UNSUPPORTED
            if judgement.verdict in (Verdict.FAIL, Verdict.ERROR):
                alarms.append(
                    Alarm(pair.subject, pair.oracle, seed, clause.id, judgement.diagnosis)
                )
        for finding in diagnose(subject, oracle, seed):
            alarms.append(Alarm(pair.subject, pair.oracle, seed, "diagnosis", finding.sentence))
    return judged, alarms
