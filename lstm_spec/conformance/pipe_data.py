"""PIPE: the exact arrays that each documented pipeline trains on, made by the subject's builders.

The rules of each builder are DATA clauses. Here the builders are combined as in a pipeline, and the
result is compared with figures that are written down from the documents.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.data_agreement import data, same
from lstm_spec.contract import Array, Capability, Implementation

BUILDERS = (Capability.DATA,)
TUTORIALS = "notebook-27, tutorial-2017, tutorial-2018"
FLOAT = 1e-7
"""The document's values are float64 quotients of 26; a builder may store them in float32."""


def alphabet_targets(trial: Trial, y: Array, letters: list[int]) -> None:
    """Check that y (rows, 26) has a one at ``letters`` and zeros elsewhere."""
    expected = np.zeros((len(letters), 26))
    expected[range(len(letters)), letters] = 1.0
    trial.assert_close(y, expected, "targets", axes=("row", "class"))
    trial.assert_that(
        not np.asarray(y)[:, 0].any(), "column 0 (the letter A) contains a one in some target"
    )


@clause(
    "PIPE-01",
    "alphabet-one-char trains on 25 rows of one step and one feature, 0/26 to 24/26; the target is "
    "the next letter, one of 26 classes, and never A.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def one_letter_and_the_next(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """alphabet-whole-batch and alphabet-stateful use the same arrays."""
    built = data(subject)
    letters, following = built.alphabet.windows(1)
    x = built.alphabet.as_time_steps(built.alphabet.scale(letters))
    trial.assert_close(x, (np.arange(25) / 26).reshape(25, 1, 1), "x", FLOAT)
    alphabet_targets(trial, built.one_hot.one_hot(following, 26), list(range(1, 26)))


@clause(
    "PIPE-02",
    "alphabet-feature-window trains on 23 rows of one step with three features: the letters side"
    " by side.",
    source=TUTORIALS,
    needs=BUILDERS,
)
def three_letters_side_by_side(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first row is A, B, C and predicts D; the last is W, X, Y and predicts Z."""
    built = data(subject)
    letters, following = built.alphabet.windows(3)
    x = built.alphabet.as_features(built.alphabet.scale(letters))
    expected = (np.arange(23)[:, None] + np.arange(3)) / 26
    trial.assert_close(x, expected[:, None, :], "x", FLOAT, ("row", "step", "feature"))
    alphabet_targets(trial, built.one_hot.one_hot(following, 26), list(range(3, 26)))


@clause(
    "PIPE-03",
    "alphabet-time-steps trains on 23 rows of three steps with one feature: the letters one after"
    " the other, oldest first.",
    source="tutorial-2017, tutorial-2018",
    needs=BUILDERS,
)
def three_letters_one_after_the_other(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The numbers are those of the feature window, with exchanged axes."""
    built = data(subject)
    letters, following = built.alphabet.windows(3)
    x = built.alphabet.as_time_steps(built.alphabet.scale(letters))
    expected = (np.arange(23)[:, None] + np.arange(3)) / 26
    trial.assert_close(x, expected[:, :, None], "x", FLOAT, ("row", "step", "feature"))
    alphabet_targets(trial, built.one_hot.one_hot(following, 26), list(range(3, 26)))


@clause(
    "PIPE-04",
    "alphabet-variable-length trains on 1000 rows of five steps: substrings of one to five "
    "letters, padded on the left with 0, which is also the letter A.",
    source="tutorial-2017, tutorial-2018, numpy seed 7",
    needs=BUILDERS,
)
def substrings_padded_on_the_left(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check draws the rows again with the document's seed, draw by draw, according to the
    listing. Every length occurs, and so do rows that start with A, which padding makes equal to
    shorter rows.
    """
    built = data(subject)
    rows, following = built.alphabet.variable_length_substrings(1000, 5, np.random.RandomState(7))
    padded = built.padding.pad_sequences(rows, maxlen=5)
    x = built.alphabet.as_time_steps(built.alphabet.scale(padded))
    listing = np.random.RandomState(7)
    expected, targets = np.zeros((1000, 5)), []
    for row in expected:
        start = listing.randint(24)
        end = listing.randint(start, min(start + 5, 25))
        row[5 - (end + 1 - start) :] = np.arange(start, end + 1) / 26
        targets.append(end + 1)
    trial.assert_close(x, expected[:, :, None], "x", FLOAT, ("row", "step", "feature"))
    alphabet_targets(trial, built.one_hot.one_hot(following, 26), targets)
    trial.assert_that(
        {len(row) for row in rows} == {1, 2, 3, 4, 5}, "not every length from 1 to 5 was drawn"
    )


@clause(
    "PIPE-05",
    "alphabet-left-padded trains on 25 rows of 25 steps: A, AB, ABC, ... at the end of the row, "
    "and zeros before them.",
    source="tutorial-2017, tutorial-2018 (described, no listing)",
    needs=BUILDERS,
)
def prefixes_padded_on_the_left(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first row is a single A after 24 zeros, and consists of zeros only, because A is 0 as
    well.
    """
    built = data(subject)
    prefixes, following = built.alphabet.left_padded_prefixes()
    x = built.alphabet.as_time_steps(built.alphabet.scale(prefixes))
    expected = np.maximum(np.arange(25)[:, None] - 24 + np.arange(25), 0) / 26
    trial.assert_close(x, expected[:, :, None], "x", FLOAT, ("row", "step", "feature"))
    trial.assert_that(not np.asarray(x)[0].any(), "the row of a lone A is expected to be all zeros")
    alphabet_targets(trial, built.one_hot.one_hot(following, 26), list(range(1, 26)))


@clause(
    "PIPE-06",
    "The echo experiments train on one-hot windows of one sequence of 25 integers below 99: twenty "
    "windows of six steps to echo, or twenty-one of five steps with the first two or four as "
    "target.",
    source="echo-notebook",
    needs=BUILDERS,
)
def windows_of_one_sequence(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three dozen sequences are drawn with seeds and compared with the notebook's windows, which
    are written out here. There are so many because a builder that draws 99 as well does so only
    once in a hundred numbers.
    """
    built = data(subject)
    shapes = ((6, 6), (5, 2), (5, 4))
    for seed in range(36):
        n_in, n_out = shapes[seed % 3]
        x, y = built.echo.batch(25, n_in, n_out, np.random.RandomState(trial.seed + seed))
        numbers = np.random.RandomState(trial.seed + seed).randint(0, 99, 25)
        windows = np.array([numbers[start : start + n_in] for start in range(26 - n_in)])
        what = f"windows of {n_in} with targets of {n_out}"
        same(trial, x, np.eye(100)[windows], what, ("window", "step", "class"))
        same(trial, y, np.eye(100)[windows[:, :n_out]], what, ("window", "step", "class"))


@clause(
    "PIPE-07",
    "The moving average trains on 800 of 1000 rows and is tested on the other 200; the series is "
    "that of NumPy's seed 1986, and the target is the mean of a value and the one before it.",
    source="moving-average-example",
    needs=BUILDERS,
)
def the_series_of_the_example(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """``input_len`` rows remain, because one additional value is drawn for the first mean and then
    dropped.
    """
    built = data(subject).moving_average
    series = built.uniform_series(1000 + built.rows_to_drop(2, 1), 0.1, np.random.RandomState(1986))
    train, test = built.split(*built.supervised(series, 2, 1), 1)
    drawn = np.random.RandomState(1986).uniform(-0.1, 0.1, 1001)
    x, y = drawn[1:, None, None], ((drawn[1:] + drawn[:-1]) / 2)[:, None]
    trial.assert_close(
        train[0], x[:800], "x of the training part", FLOAT, ("row", "step", "feature")
    )
    trial.assert_close(train[1], y[:800], "y of the training part", FLOAT, ("row", "value"))
    trial.assert_close(test[0], x[800:], "x of the test part", FLOAT, ("row", "step", "feature"))
    trial.assert_close(test[1], y[800:], "y of the test part", FLOAT, ("row", "value"))


@clause(
    "PIPE-08",
    "With three values shown, a row of the moving average starts with the newest value: time runs "
    "backwards inside the row.",
    source="moving-average-example, rolling window view",
    needs=BUILDERS,
)
def the_newest_value_first(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Batch size 7 is tested as well: the parts are rounded down to 798 and 196 rows, and slot i
    reads every 7th row.
    """
    built = data(subject)
    drawn = np.random.RandomState(1986).uniform(-0.1, 0.1, 1002)
    x, y = built.moving_average.supervised(drawn, 2, 3)
    expected = np.stack([drawn[2:], drawn[1:-1], drawn[:-2]], axis=1)[:, :, None]
    trial.assert_close(x, expected, "x", FLOAT, ("row", "step", "feature"))
    train, test = built.moving_average.split(x, y, 7)
    trial.assert_that(
        (len(train[0]), len(test[0])) == (798, 196),
        f"expected parts of 798 and 196 rows, got {len(train[0])} and {len(test[0])}",
    )
    slot = built.batches.interleaved(train[0], 3, 7)
    trial.assert_close(
        slot, expected[3:798:7], "the rows that slot 3 reads", FLOAT, ("batch", "step", "feature")
    )
