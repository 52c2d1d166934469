"""TRAIN: a shuffle is uniform, and it leaves the arrays of the caller as they are.

The bounds are such that a uniform shuffle passes each of them practically always; what is said in
each check adds up to less than one false alarm in a million runs.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.row_order import BATCH, BATCHES, ROWS, rows_alike
from lstm_spec.contract import Array, Capability, Implementation

SOURCE = "contract: fit; Keras documentation, Model.fit(shuffle)"
EPOCHS = 4
HALF = ROWS // 2


@clause(
    "TRAIN-135",
    "A shuffle is uniform: every row may be used in every batch, wherever it stood, and its "
    "neighbours do not stay with it.",
    source=SOURCE,
    needs=(Capability.FIT,),
)
def a_shuffle_is_uniform(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Four epochs of 120 rows in batches of five. Each row is used exactly once in each.

    Of the first half of the rows, half are used in the first half of each epoch: 120 in all, and by
    Hoeffding's inequality, which holds for draws without replacement too, 44 more or less with a
    probability of at most 2 exp(-2 * 44^2 / 240) = 2e-7. A shuffle within a buffer is off by more.
    """
    alike = rows_alike(trial, oracle)
    ours = trial.model(subject, alike.spec, alike.weights)
    in_order = np.arange(ROWS) // BATCH
    kept = alike.epoch(ours, shuffle=False)
    trial.assert_that(bool((kept == in_order).all()), "without shuffling, rows change their batch")
    epochs = [alike.epoch(ours) for _ in range(EPOCHS)]
    early = sum(int((batches[:HALF] < BATCHES // 2).sum()) for batches in epochs)
    trial.assert_that(
        abs(early - EPOCHS * HALF // 2) < 44,
        f"of {EPOCHS * HALF} rows of the first half, expected about half in the first half of the "
        f"epochs, got {early}",
    )
    for number, batches in enumerate(epochs, 1):
        neighbours_part(trial, batches, number)
    for number, (before, after) in enumerate(pairwise(epochs), 2):
        epochs_differ(trial, before, after, number)


def neighbours_part(trial: Trial, batches: Array, number: int) -> None:
    """Of 60 pairs of neighbours, few are in one batch.

    The partner of a row has the same batch with a probability of at most 4 / 60 as long as 60 rows
    are undecided, so that of 30 pairs 14 or more stay together with at most C(30, 14) / 15^14 =
    5e-9. A rotation, or a shuffle of whole batches, keeps 24 of 30.
    """
    together = batches[::2] == batches[1::2]
    for pairs in np.split(together, 2):
        trial.assert_that(
            int(pairs.sum()) < 14,
            f"epoch {number}: {pairs.sum()} of 30 pairs of neighbours are in one batch",
        )


def epochs_differ(trial: Trial, before: Array, after: Array, number: int) -> None:
    """Few rows are in the batch in which they were in the epoch before.

    Five are expected; by Chatterjee's inequality for random permutations (2007, Stein's method,
    proposition 1.1) 45 more occur with a probability of at most 2 exp(-45^2 / (4 * 5 + 2 * 45)) =
    2e-8.
    """
    same = int((before == after).sum())
    trial.assert_that(
        same < 50, f"epoch {number}: {same} of {ROWS} rows are in the batch of the epoch before"
    )


@clause(
    "TRAIN-136",
    "A shuffled fit leaves the arrays of its caller as they are, those for validation included, "
    "and takes arrays that cannot be written to.",
    source="contract: whose an array is",
    needs=(Capability.FIT,),
)
def a_shuffle_leaves_the_caller_s_arrays(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each in float32 and in float64, which some engines need not copy."""
    alike = rows_alike(trial, oracle)
    ours = trial.model(subject, alike.spec, alike.weights)
    for dtype in (np.float32, np.float64):
        y = alike.y + np.arange(ROWS)[:, None] / ROWS  # targets that can be told apart
        given = [array.astype(dtype) for array in (alike.x, y, alike.x, y)]
        before = [array.copy() for array in given]
        for writeable in (True, False):
            for array in given:
                array.flags.writeable = writeable
            ours.fit(
                given[0],
                given[1],
                batch_size=BATCH,
                epochs=1,
                shuffle=True,
                validation_data=(given[2], given[3]),
            )
            for name, now, then in zip(
                ("x", "y", "validation x", "validation y"), given, before, strict=True
            ):
                trial.assert_equal(now, then, f"{name} of {np.dtype(dtype)} after a shuffled fit")
