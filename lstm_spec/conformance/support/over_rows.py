"""Scripts for models of any description: what the LIFE checks over covering arrays share."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from lstm_spec.checking.choices import described, is_trainable
from lstm_spec.checking.covering import ARRAYS, covering_rows
from lstm_spec.checking.scripts import Player, Script, Step, drawn, possible_steps, step
from lstm_spec.checking.side_by_side import Pair, is_fast
from lstm_spec.checking.sound_rows import without_what_it_lacks
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Implementation, Unsupported

BUDGET = 1.5
"""Seconds into which the rows have to fit at the core level, if they are slow."""

SLOW = 1.0
"""Seconds: rows are slow that cost more on average. From then on, and from the first row on for a
subject whose calls are slow, each row has a third of the operations, in turns."""

TURNS = 3

Maker = Callable[[Pair, np.random.Generator, int], Script]
"""Makes the script of a pair; the number is that of the third to be done, or -1 for everything."""


def over_rows(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    array: str,
    make: Maker,
    *,
    budget: float = BUDGET,
    first: int = 0,
    everything: bool = False,
) -> None:
    """Run a script for each row that the subject can build, with the values that it has.

    Of slow rows, unless ``everything`` is asked for, as many as fit into ``budget`` seconds, and
    one at least. The row with the number ``first`` is begun with: clauses that share an array begin
    with different ones, so that a slow subject has different rows in them, and those that copy
    models with rows of few layers. If no row can be built, the subject is unsupported.
    """
    player, refusals = Player(subject, oracle, trial), []
    seen: set[tuple[object, ...]] = set()
    began, turn = time.monotonic(), -1 if everything or is_fast(trial) else first % TURNS
    rows = covering_rows(array)
    for row in (*rows[first:], *rows[:first])[: trial.effort.rows]:
        cost = time.monotonic() - began
        slow = cost > SLOW * len(seen)
        if seen and slow and cost + cost / len(seen) > budget and not everything:
            break
        asked, row = row, without_what_it_lacks(row, subject)
        if asked.get("masking") and not row.get("masking"):
            raise Unsupported(f"{subject.name} builds no Masking layer in front of an LSTM")
        if asked.get("inner steps") and not row.get("inner steps"):
            raise Unsupported(f"{subject.name} builds no LSTM inside TimeDistributed")
        if ARRAYS[array].runs_only and is_trainable(described(row)):
            refusals.append(Unsupported(f"{subject.name} maps no value that is only run"))
            continue
        if (key := tuple(sorted(row.items(), key=str))) in seen:
            continue
        if seen and not everything and (turn >= 0 or slow):
            turn = (first + len(seen)) % TURNS
        try:
            player.run(row, lambda pair: make(pair, trial.rng, turn))  # noqa: B023 (used at once)
        except Unsupported as reason:
            refusals.append(reason)
        else:
            seen.add(key)
    if not seen:
        raise refusals[0]


def over_any_model(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    make: Maker,
    *,
    first: int = 0,
) -> None:
    """Run a script for each row of "core" and, where calls are fast, for single layers as well.

    In a stack, hardly any value is that of all layers: what goes wrong only where no layer has a
    bias is seen in a single one.
    """
    over_rows(subject, oracle, trial, "core", make, first=first)
    if is_fast(trial):
        over_rows(subject, oracle, trial, "one layer", make)


def part(steps: Sequence[Step], turn: int) -> Sequence[Step]:
    """Every third step, from the first, the second or the third on; all of them for -1."""
    return steps if turn < 0 else steps[turn::TURNS]


def any_order(pair: Pair, rng: np.random.Generator, turn: int) -> Script:
    """Every operation in an order that is drawn.

    Where a new model costs little, saving and loading is among them, and so is cloning.
    """
    copies = [
        step(operation)
        for operation, needed in (("save_and_load", Capability.SAVE), ("clone", Capability.CLONE))
        if pair.is_fast and pair.can(needed)
    ]
    return drawn([*part(possible_steps(pair), turn), *copies], rng)


def after(copy: str) -> Maker:
    """A call, updates, then ``copy`` (an operation that copies a model), then any order."""

    def make(pair: Pair, rng: np.random.Generator, turn: int) -> Script:
        steps = possible_steps(pair)
        updates = [one for one in steps if one.operation == "train_on_batch"]
        once = [one for one in steps if one not in updates[1:]]
        before = (step("call", data=18, steps=3), *updates, step(copy))
        return (*before, *drawn(part(once, turn), rng))

    return make
