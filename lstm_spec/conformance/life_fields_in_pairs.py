"""Any model in any order of its operations: fields are tried in pairs, not one at a time.

The models are the rows of covering arrays (``lstm_spec.checking.covering``): whatever two values
two fields can have, some row has both. A script for a row has every operation that the subject can
do with this model, in an order that is drawn, and everything is compared after each of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from lstm_spec.checking.choices import without_what_it_lacks
from lstm_spec.checking.covering import covering_rows
from lstm_spec.checking.scripts import Player, Script, Step, drawn, possible_steps
from lstm_spec.checking.side_by_side import Pair
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, Strength, clause
from lstm_spec.contract import Capability, Implementation, Unsupported

SOURCE = "contract: every method, and every field of the description; pairwise testing"

FEWEST = 2
"""Rows that are tried at the core level, whatever they cost."""

BUDGET = 10.0
"""Seconds after which no further row is begun at the core level."""

SLOW = 1.0
"""Seconds: if a row costs more, those after it have half of the operations each, in turns."""

MASKED = (Capability.FORWARD, Capability.LAYERS, Capability.MASK)

Maker = Callable[[Pair, np.random.Generator, int], Script]
"""Makes the script of a pair; the number is that of the half to be done, or -1 for everything."""


def over_rows(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    array: str,
    make: Maker,
    everything: bool = False,
) -> None:
    """Run a script for each row that the subject can build, with the values that it has.

    Without ``everything``, as many rows as fit into ``BUDGET``. If no row can be built, the subject
    is unsupported.
    """
    player, refusals = Player(subject, oracle, trial), []
    seen: set[tuple[object, ...]] = set()
    began, half = time.monotonic(), -1
    for row in covering_rows(array):
        cost = time.monotonic() - began
        if cost > BUDGET and len(seen) >= FEWEST and not everything:
            break
        asked, row = row, without_what_it_lacks(row, subject)
        if asked.get("masking") and not row.get("masking"):
            raise Unsupported(f"{subject.name} builds no Masking layer in front of an LSTM")
        if (key := tuple(sorted(row.items(), key=str))) in seen:
            continue
        if seen and not everything and (half >= 0 or cost / len(seen) > SLOW):
            half = len(seen) % 2
        try:
            player.run(row, lambda pair: make(pair, trial.rng, half))  # noqa: B023 (used at once)
        except Unsupported as reason:
            refusals.append(reason)
        else:
            seen.add(key)
    if not seen:
        raise refusals[0]


def part(steps: Sequence[Step], half: int) -> Sequence[Step]:
    """Every second step, from the first or the second on; all of them for -1."""
    return steps if half < 0 else steps[half::2]


def any_order(pair: Pair, rng: np.random.Generator, half: int) -> Script:
    """Every operation in an order that is drawn."""
    return drawn(part(possible_steps(pair), half), rng)


@clause(
    "LIFE-140",
    "Whatever two values two fields of its description have, a model gives the results of the "
    "oracle in every operation, in any order of the operations.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
)
def any_two_fields_and_any_order_agree(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Up to three layers of equal or unequal width, each with its own fields, in both number types.

    A field that a subject does not have stands at its plain value, so that all pairs of the others
    are still tried. A failure is shrunk to the plainest model and the shortest script.
    """
    over_rows(subject, oracle, trial, "core", any_order)


@clause(
    "LIFE-141",
    "Behind a Masking layer, too, a model gives the results of the oracle in every operation, "
    "whatever its other fields are.",
    source=SOURCE,
    needs=MASKED,
    strength=Strength.SHOULD,
)
def any_field_and_any_order_agree_behind_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The inputs have masked steps anywhere in a row, but never in all of it."""
    over_rows(subject, oracle, trial, "core, masked", any_order)


@clause(
    "LIFE-142",
    "Every value of every field, together with every value of every other field, gives the results "
    "of the oracle in every operation.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
    level=Level.FULL,
)
def every_two_values_and_any_order_agree(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The core level has three values of each field at most, and fewer models of a slow subject."""
    over_rows(subject, oracle, trial, "full", any_order, everything=True)


@clause(
    "LIFE-143",
    "Behind a Masking layer, too, every value of every field gives the results of the oracle in "
    "every operation.",
    source=SOURCE,
    needs=MASKED,
    strength=Strength.SHOULD,
    level=Level.FULL,
)
def every_value_and_any_order_agree_behind_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each of them together with each value to be masked, and with both orders of the mask."""
    over_rows(subject, oracle, trial, "full, masked", any_order, everything=True)
