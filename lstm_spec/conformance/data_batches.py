"""DATA: which rows are used for training, which for testing, and which row continues which."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Array, Implementation
from lstm_spec.subjects.guard import array

SPLIT = "moving-average-example, split_data"


def _split(
    subject: Implementation, rows: int, batch_size: int, ratio: float
) -> tuple[Array, Array, Array, Array]:
    """x_train, y_train, x_test, y_test of rows whose x is their number and y its negative."""
    number = np.arange(rows)
    x, y = np.stack([number, number], axis=1)[:, :, np.newaxis], -number[:, np.newaxis]
    (x_train, y_train), (x_test, y_test) = data(subject).moving_average.split(
        x, y, batch_size, ratio
    )
    parts = (x_train, y_train, x_test, y_test)
    return tuple(array(part, "split") for part in parts)  # type: ignore[return-value]


@clause(
    "DATA-80",
    "The training part has the given ratio of the rows, rounded down to a multiple of the batch "
    "size.",
    source=SPLIT,
    needs=BUILDERS,
)
def the_training_part_consists_of_whole_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """1000 rows with a ratio of 0.8 give 800 rows in batches of 1 and 798 in batches of 3: rounded
    down, not up and not to the nearest multiple.
    """
    for batch_size, expected in ((1, 800), (3, 798), (7, 798), (64, 768)):
        x_train, y_train, _, _ = _split(subject, 1000, batch_size, 0.8)
        what = f"training part, batch size {batch_size}"
        same(trial, x_train[:, 0, 0], np.arange(expected), f"{what}, x", ("row",))
        same(trial, y_train[:, 0], -np.arange(expected), f"{what}, y", ("row",))


@clause(
    "DATA-81",
    "The test part starts where the training part ends, and rows at the end that do not fill a "
    "batch are dropped.",
    source=SPLIT,
    needs=BUILDERS,
)
def the_test_part_follows_without_a_gap(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rows that rounding removes from the training part become test rows; only the last rows of all
    are lost.
    """
    for batch_size, first, last in ((1, 800, 999), (3, 798, 998), (7, 798, 993), (64, 768, 959)):
        _, _, x_test, y_test = _split(subject, 1000, batch_size, 0.8)
        expected = np.arange(first, last + 1)
        what = f"test part, batch size {batch_size}"
        same(trial, x_test[:, 0, 0], expected, f"{what}, x", ("row",))
        same(trial, y_test[:, 0], -expected, f"{what}, y", ("row",))


@clause(
    "DATA-82",
    "Both parts of a split consist of whole batches, and together they are the first rows in their "
    "original order.",
    source=SPLIT,
    needs=BUILDERS,
)
def both_parts_are_whole_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Hypothesis chooses the rows, the batch size and the ratio. The split never shuffles."""

    def prove(batches: int, extra: int, batch_size: int, ratio: float) -> None:
        rows = batches * batch_size + extra % batch_size
        x_train, y_train, x_test, y_test = _split(subject, rows, batch_size, ratio)
        for part in (x_train, x_test):
            trial.assert_that(
                len(part) % batch_size == 0, f"{len(part)} rows in batches of {batch_size}"
            )
        kept = rows - rows % batch_size
        same(trial, np.concatenate([x_train, x_test])[:, 1, 0], np.arange(kept), "x", ("row",))
        same(trial, np.concatenate([y_train, y_test])[:, 0], -np.arange(kept), "y", ("row",))

    trial.forall(
        prove,
        calls=1,
        batches=st.integers(4, 9),
        extra=st.integers(0, 6),
        batch_size=st.integers(1, 7),
        ratio=st.sampled_from([0.25, 0.5, 0.75]),
    )


@clause(
    "DATA-83",
    "A split without a whole batch on both sides, or of x and y with different lengths, is "
    "rejected.",
    source="data contract",
    needs=BUILDERS,
)
def an_impossible_split_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An empty part would mean training or validating on nothing; different lengths would pair the
    wrong rows.
    """
    split, x, y = data(subject).moving_average.split, np.ones((10, 2, 1)), np.ones((10, 1))
    for batch_size, ratio in (
        (0, 0.8),
        (-2, 0.8),
        (9, 0.8),
        (3, 0.95),
        (3, 1.0),
        (3, 0.0),
        (3, 1.5),
    ):
        refused(
            trial, partial(split, x, y, batch_size, ratio), f"batches of {batch_size} at {ratio}"
        )
    refused(trial, lambda: split(x, y[:-1], 2, 0.8), "10 inputs with 9 targets")
    refused(trial, lambda: split(x[:-1], y, 2, 0.8), "9 inputs with 10 targets")
    (x_train, _), (_, y_test) = split(x, y, 2, 0.8)
    counts = len(x_train), len(y_test)
    trial.assert_that(counts == (8, 2), f"10 rows in batches of 2: expected (8, 2), got {counts}")


@clause(
    "DATA-84",
    "With batch size B, slot i (position i of every batch) receives every B-th row of the data: "
    "data[i::B].",
    source="moving-average-example, comment beside fit",
    needs=BUILDERS,
)
def a_slot_receives_every_bth_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected rows are taken from the batches themselves: row i of batch 0, of batch 1, of
    batch 2, and so on.
    """

    def prove(batches: int, batch_size: int, slot: int) -> None:
        slot %= batch_size
        rows = np.arange(2 * batches * batch_size).reshape(batches * batch_size, 2)
        cut = [rows[at : at + batch_size] for at in range(0, len(rows), batch_size)]
        got = data(subject).batches.interleaved(rows, slot, batch_size)
        same(trial, got, [batch[slot] for batch in cut], f"slot {slot} of {batch_size}")

    prove(4, 3, 1)
    sizes = st.integers(1, 6)
    trial.forall(prove, calls=1, batches=sizes, batch_size=sizes, slot=st.integers(0, 5))


@clause(
    "DATA-85",
    "A slot outside the batch, and a batch without rows, are rejected.",
    source="data contract",
    needs=BUILDERS,
)
def a_slot_outside_the_batch_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Slot 3 of 3 would repeat slot 0 one batch later, and slot -1 would be the last rows only."""
    interleaved, rows = data(subject).batches.interleaved, list(range(9))
    for slot, batch_size in ((3, 3), (-1, 3), (0, 0)):
        refused(trial, partial(interleaved, rows, slot, batch_size), f"slot {slot} of {batch_size}")
    same(trial, interleaved(rows, 2, 3), [2, 5, 8], "slot 2 of 3", ("row",))


@clause(
    "DATA-86",
    "Where whole batches are requested, a number of rows that the batch size does not divide is "
    "rejected.",
    source="tutorials and moving-average-example: a stateful model needs whole batches",
    needs=BUILDERS,
)
def leftover_rows_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The documented numbers of rows are tested: 20 echo windows in batches of 5, and 25 letters in
    batches of 1.
    """
    whole_batches = data(subject).batches.whole_batches
    for count, batch_size, expected in ((20, 5, 4), (21, 21, 1), (25, 1, 25), (0, 3, 0)):
        got = whole_batches(count, batch_size)
        trial.assert_that(
            got == expected, f"{count} rows by {batch_size}: expected {expected}, got {got}"
        )
    for count, batch_size in ((20, 6), (4, 5), (20, 0), (20, -5)):
        refused(trial, partial(whole_batches, count, batch_size), f"{count} rows by {batch_size}")
