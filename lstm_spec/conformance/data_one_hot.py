"""DATA: labels become rows in which one entry is one and all others are zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.data_agreement import preprocessing, refused, same
from lstm_spec.contract import Capability, Implementation
from lstm_spec.subjects.guard import array

FRAMEWORK = (Capability.PREPROCESSING,)
KERAS = "Keras documentation of to_categorical"
LABELS = st.lists(st.integers(0, 9), min_size=1, max_size=8)


def by_hand(labels: list[int], width: int) -> list[list[int]]:
    """The rule itself: 1 in the column of the label, 0 elsewhere."""
    return [[int(column == label) for column in range(width)] for label in labels]


@clause(
    "DATA-20",
    "The one-hot width is the largest label plus one, unless a width is given.",
    source="tutorials, one-hot targets; " + KERAS,
    needs=FRAMEWORK,
)
def the_width_is_the_largest_label_plus_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With labels 0, 4 and 2, neither the number of labels nor the number of different labels is
    the width.
    """
    one_hot = preprocessing(subject).one_hot
    expected = [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 1, 0, 0]]
    same(trial, one_hot([0, 4, 2]), expected, "labels 0, 4, 2")

    def prove(labels: list[int]) -> None:
        same(trial, one_hot(labels), by_hand(labels, max(labels) + 1), "labels without a width")

    trial.forall(prove, calls=1, labels=LABELS)


@clause(
    "DATA-21",
    "A given one-hot width is used even if no label reaches it.",
    source="echo-notebook: width 100 for numbers up to 98; " + KERAS,
    needs=FRAMEWORK,
)
def a_given_width_is_used(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The largest label changes from batch to batch, but the layer that reads the rows has a fixed
    width.
    """
    one_hot = preprocessing(subject).one_hot
    expected = [[0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]
    same(trial, one_hot([1, 0], width=6), expected, "labels 1, 0 with width 6")

    def prove(labels: list[int], spare: int) -> None:
        width = max(labels) + 1 + spare
        same(trial, one_hot(labels, width=width), by_hand(labels, width), f"width {width}")

    trial.forall(prove, calls=1, labels=LABELS, spare=st.integers(0, 4))


@clause(
    "DATA-22",
    "The targets of the alphabet are 26 wide, and their column 0 is always zero.",
    source="tutorials: the letters B..Z are the targets, A never follows another",
    needs=FRAMEWORK,
)
def targets_of_the_alphabet_never_use_the_first_column(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Counting the classes among the labels that occur would give 25 columns and shift every
    letter.
    """
    got = preprocessing(subject).one_hot(list(range(1, 26)))
    made = same(trial, got, by_hand(list(range(1, 26)), 26), "targets B..Z")
    trial.assert_that(
        not made[:, 0].any(),
        "column 0 stands for A, which is never a target, but it contains a one",
    )


@clause(
    "DATA-23",
    "Labels of any shape get one more axis at the end: (batch, time) becomes (batch, time, width).",
    source=KERAS,
    needs=FRAMEWORK,
)
def labels_of_any_shape_gain_the_last_axis(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """These are targets for every step. Early versions of Keras flattened them to (batch * time,
    width).
    """
    labels = [[2, 0, 1], [0, 3, 3]]
    got = preprocessing(subject).one_hot(labels, width=5)
    expected = [by_hand(row, 5) for row in labels]
    same(trial, got, expected, "labels (2, 3)", ("row", "step", "class"))


@clause(
    "DATA-24",
    "Labels of a single time step keep their time axis: (batch, 1) becomes (batch, 1, width).",
    source="data contract: the shape does not depend on the length of a row",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_time_axis_of_one_is_kept(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Keras removes a last axis of length one, so that targets for every step lose a dimension if
    there is one step.
    """
    got = preprocessing(subject).one_hot([[2], [0]], width=3)
    same(trial, got, [[[0, 0, 1]], [[1, 0, 0]]], "labels (2, 1)", ("row", "step", "class"))


@clause(
    "DATA-25",
    "The position of the one gives the label.",
    source="echo-notebook: predictions are decoded by the largest entry",
    needs=FRAMEWORK,
)
def decoding_inverts_encoding(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Every row must also sum to one, because argmax would not notice a second one
    after the first.
    """
    one_hot = preprocessing(subject).one_hot

    def prove(labels: list[int]) -> None:
        rows = array(one_hot(labels, width=10), "one_hot")
        same(trial, rows.argmax(axis=-1), labels, "decoded labels", ("label",))
        same(trial, rows.sum(axis=-1), np.ones(len(labels)), "sum of each row", ("label",))

    prove([7, 0, 7, 9, 3])
    trial.forall(prove, calls=1, labels=LABELS)


def _refuses(subject: Any, trial: Trial, labels: Any, width: int | None, what: str) -> None:
    """Check that the bad labels are rejected, and that good labels of the same form are
    accepted.
    """
    one_hot = preprocessing(subject).one_hot
    refused(trial, lambda: one_hot(labels, width=width), what)
    same(trial, one_hot([1, 0], width=3), [[0, 1, 0], [1, 0, 0]], "good labels")


@clause("DATA-26", "A label beyond the given width is rejected.", source=KERAS, needs=FRAMEWORK)
def a_label_beyond_the_width_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Label 3 with width 3 is the first that does not fit, and 300 is far beyond. A row of zeros is
    not an acceptable answer.
    """
    for label in (3, 300):
        _refuses(subject, trial, [0, label], 3, f"label {label} with width 3")


@clause(
    "DATA-27",
    "A negative label is rejected.",
    source="Keras documentation of to_categorical: labels are 0 to width - 1",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_negative_label_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """-1 often means 'no label'; used as an index, it would silently become the last class."""
    _refuses(subject, trial, [0, -1], 3, "label -1 with width 3")


@clause(
    "DATA-28",
    "A label that is not a whole number is rejected.",
    source="Keras documentation of to_categorical: labels are integers",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_fractional_label_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Letters that were scaled before they are encoded would all become class 0."""
    _refuses(subject, trial, [1.0, 0.5], 3, "label 0.5")
    _refuses(subject, trial, [1.0, -0.5], 3, "label -0.5")


@clause("DATA-29", "A label that is NaN is rejected.", source=KERAS, needs=FRAMEWORK)
def a_missing_label_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A NaN among integers arrives in a float array; converted to an integer, it is an arbitrary
    number.
    """
    _refuses(subject, trial, [1.0, float("nan")], 3, "label NaN")


@clause("DATA-30", "Ragged rows of labels are rejected.", source=KERAS, needs=FRAMEWORK)
def ragged_labels_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rows of different length have no common shape; they must be padded first."""
    _refuses(subject, trial, [[1, 2], [0]], 3, "rows of two labels and of one")


@clause(
    "DATA-31",
    "Without labels, the width must be given: the result then has no rows, and without a width the "
    "call is rejected.",
    source=KERAS,
    needs=FRAMEWORK,
)
def no_labels_need_a_width(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """An empty test part must not lead to an invented width, and must not fail if the width is
    known.
    """
    one_hot = preprocessing(subject).one_hot
    refused(trial, lambda: one_hot([]), "no labels and no width")
    same(trial, one_hot([], width=4), np.zeros((0, 4)), "no labels with width 4")
