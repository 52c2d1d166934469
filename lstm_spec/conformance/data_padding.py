"""DATA: rows of any length become one array, padded and truncated on the requested sides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.data_agreement import preprocessing, same
from lstm_spec.contract import Capability, Implementation

FRAMEWORK = (Capability.PREPROCESSING,)
KERAS = "Keras documentation of pad_sequences"
SIDES = ("pre", "post")
ROWS = st.lists(st.lists(st.integers(1, 99), max_size=6), min_size=1, max_size=5)


def mixed() -> list[list[int]]:
    """A short row, a long one, an empty one, and one that is exactly three entries long.

    They are made anew for every question, because a subject may write into its rows.
    """
    return [[11], [21, 22, 23, 24, 25], [], [31, 32, 33]]


def by_hand(
    rows: Sequence[Sequence[float]], maxlen: int, padding: str, truncating: str, value: float
) -> list[list[float]]:
    """The rule itself, entry by entry: truncate first, then pad."""
    made = []
    for row in rows:
        kept = list(row)
        while len(kept) > maxlen:
            del kept[0 if truncating == "pre" else -1]
        while len(kept) < maxlen:
            kept.insert(0 if padding == "pre" else len(kept), value)
        made.append(kept)
    return made


@clause(
    "DATA-01",
    "Short rows are padded on the left by default.",
    source="tutorials, variable-length input; " + KERAS,
    needs=FRAMEWORK,
)
def short_rows_are_padded_on_the_left(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With padding on the right, the network would read the newest letter first and then many steps
    of padding.
    """
    got = preprocessing(subject).pad_sequences([[5], [6, 7], [8, 9, 10]], maxlen=4)
    same(trial, got, [[0, 0, 0, 5], [0, 0, 6, 7], [0, 8, 9, 10]], "rows padded by default")


@clause(
    "DATA-02",
    "Long rows lose their first entries by default.",
    source=KERAS,
    needs=FRAMEWORK,
)
def long_rows_are_truncated_on_the_left(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Truncation on the other side would drop the newest entries, which are the ones next to the
    target.
    """
    got = preprocessing(subject).pad_sequences([[1, 2, 3, 4, 5], [6, 7, 8]], maxlen=2)
    same(trial, got, [[4, 5], [7, 8]], "rows truncated by default")


@clause(
    "DATA-03",
    "With padding 'post', short rows are padded on the right.",
    source=KERAS,
    needs=FRAMEWORK,
)
def padding_post_fills_the_right(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Fused implementations also require padding on the right. The long row must still lose its
    first entries.
    """
    got = preprocessing(subject).pad_sequences(mixed(), maxlen=3, padding="post")
    expected = [[11, 0, 0], [23, 24, 25], [0, 0, 0], [31, 32, 33]]
    same(trial, got, expected, "rows padded on the right")


@clause(
    "DATA-04",
    "With truncating 'post', long rows lose their last entries.",
    source=KERAS,
    needs=FRAMEWORK,
)
def truncating_post_cuts_the_right(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The short row must still be padded on the left: one setting must not change the other."""
    got = preprocessing(subject).pad_sequences(mixed(), maxlen=3, truncating="post")
    expected = [[0, 0, 11], [21, 22, 23], [0, 0, 0], [31, 32, 33]]
    same(trial, got, expected, "rows truncated on the right")


@clause(
    "DATA-05",
    "The side of padding and the side of truncation are chosen independently.",
    source=KERAS,
    needs=FRAMEWORK,
)
def all_four_combinations_of_sides_follow_the_rule(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Fixed rows are tested with each combination first, then Hypothesis chooses rows, lengths and
    values.
    """
    pad = preprocessing(subject).pad_sequences

    def prove(rows: Any, maxlen: int, padding: str, truncating: str, value: int) -> None:
        got = pad(rows, maxlen=maxlen, padding=padding, truncating=truncating, value=value)
        expected = by_hand(rows, maxlen, padding, truncating, value)
        same(trial, got, expected, f"padding {padding}, truncating {truncating}")

    for padding, truncating in product(SIDES, SIDES):
        prove(mixed(), 3, padding, truncating, -7)
    trial.forall(
        prove,
        calls=1,
        rows=ROWS,
        maxlen=st.integers(1, 7),
        padding=st.sampled_from(SIDES),
        truncating=st.sampled_from(SIDES),
        value=st.integers(-9, 0),
    )


@clause(
    "DATA-06",
    "Without maxlen, the longest row sets the length, and that row stays unchanged.",
    source=KERAS,
    needs=FRAMEWORK,
)
def the_longest_row_sets_the_length(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The longest row is in the middle, so that neither the first nor the last row may set the
    length.
    """
    pad = preprocessing(subject).pad_sequences
    same(trial, pad([[1], [2, 3, 4], [5, 6]]), [[0, 0, 1], [2, 3, 4], [0, 5, 6]], "three rows")

    def prove(rows: list[list[int]]) -> None:
        expected = by_hand(rows, max(map(len, rows)), "pre", "pre", 0)
        same(trial, pad(rows), expected, "rows without maxlen")

    trial.forall(prove, calls=1, rows=ROWS)


@clause(
    "DATA-07",
    "The padding value is the given one, and zero by default.",
    source=KERAS,
    needs=FRAMEWORK,
)
def the_padding_value_is_the_given_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A negative value and a fraction are tested, so that remaining zeros or a rounded value are
    noticed.
    """
    pad = preprocessing(subject).pad_sequences
    same(trial, pad([[3]], maxlen=3), [[0, 0, 3]], "pad value by default")
    same(trial, pad([[3]], maxlen=3, value=-1), [[-1, -1, 3]], "pad value -1")
    got = pad([[3], []], maxlen=2, dtype="float32", value=0.375)
    same(trial, got, [[0.375, 3], [0.375, 0.375]], "pad value 0.375")


@clause(
    "DATA-08",
    "The result has the requested dtype, int32 by default, and rows of floats keep their "
    "fractions.",
    source=KERAS,
    needs=FRAMEWORK,
)
def the_dtype_is_the_requested_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """0.1 cannot be represented in float32, so that a conversion to float32 on the way to float64
    is noticed.
    """
    pad = preprocessing(subject).pad_sequences
    default = same(trial, pad([[1, 2], [3]]), [[1, 2], [0, 3]], "rows of integers")
    trial.assert_that(
        default.dtype == "int32", f"expected dtype int32 by default, got {default.dtype}"
    )
    for dtype in ("float32", "float64", "int64"):
        made = same(trial, pad([[1], [2, 3]], dtype=dtype), [[0, 1], [2, 3]], f"rows as {dtype}")
        trial.assert_that(made.dtype == dtype, f"expected dtype {dtype}, got {made.dtype}")
    got = pad([[0.1], [-1.5, 2.25]], dtype="float64")
    same(trial, got, [[0.0, 0.1], [-1.5, 2.25]], "rows with fractions as float64")


@clause(
    "DATA-09",
    "An empty row becomes a row of the padding value.",
    source=KERAS + " (an empty row is shorter than any length)",
    needs=FRAMEWORK,
)
def an_empty_row_becomes_a_row_of_padding_values(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The empty row is first, in the middle, last and alone. In Python a slice [-0:] is the whole
    list, which is a common mistake.
    """
    pad = preprocessing(subject).pad_sequences
    for side in SIDES:
        got = pad([[], [4, 5], [], [6, 7, 8], []], maxlen=2, padding=side, value=-3)
        expected = [[-3, -3], [4, 5], [-3, -3], [7, 8], [-3, -3]]
        same(trial, got, expected, f"empty rows, padding {side}")
        same(trial, pad([[]], maxlen=3, padding=side, value=-3), [[-3] * 3], "an empty row alone")


@clause(
    "DATA-100",
    "With a maxlen of 0, rows have no entries, whichever side is padded or truncated.",
    source="contract: pad_sequences",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_maxlen_of_zero_leaves_no_entries(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The last zero entries of a list are none, but a slice [-0:] is the whole list."""
    pad = preprocessing(subject).pad_sequences
    for padding in SIDES:
        for truncating in SIDES:
            what = f"maxlen 0, padding {padding}, truncating {truncating}"
            try:
                got = pad([[5, 6], [7]], maxlen=0, padding=padding, truncating=truncating)
            except Exception as error:
                trial.assert_that(False, f"{what}: {error}")
            trial.assert_that(got.shape == (2, 0), f"{what}: got the shape {got.shape}")


@clause(
    "DATA-10",
    "Every row is padded separately, and the rows keep their order.",
    source=KERAS,
    needs=FRAMEWORK,
)
def rows_are_padded_separately(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A permutation of the rows must permute the result, unlike in a function that sorts the rows
    by length.
    """
    pad = preprocessing(subject).pad_sequences

    def prove(rows: list[list[int]], order: Any) -> None:
        order = [index for index in order if index < len(rows)]
        alone = [by_hand([rows[index]], 4, "pre", "pre", 0)[0] for index in order]
        got = pad([rows[index] for index in order], maxlen=4)
        same(trial, got, alone, "permuted rows")

    prove(mixed(), [2, 0, 3, 1])
    trial.forall(prove, calls=1, rows=ROWS, order=st.permutations(range(5)))


@clause(
    "DATA-11",
    "A row of exactly maxlen entries stays unchanged, whatever the sides are.",
    source=KERAS,
    needs=FRAMEWORK,
)
def a_row_of_the_right_length_stays_unchanged(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """It is the boundary between padding and truncation, where off-by-one mistakes occur. Length
    one is tested, too.
    """
    pad = preprocessing(subject).pad_sequences
    for padding, truncating in product(SIDES, SIDES):
        sides = {"padding": padding, "truncating": truncating}
        for rows in ([[1, 2, 3], [6, 5, 4]], [[7], [8], [9]]):
            same(trial, pad(rows, maxlen=len(rows[0]), **sides), rows, f"full rows, {sides}")


@clause(
    "DATA-12",
    "Entries that are vectors keep their features: rows become (rows, maxlen, features).",
    source="Keras, behaviour since 1.0; the one-hot rows of the echo notebook are such entries",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def entries_that_are_vectors_keep_their_features(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The first row is empty, and must not lead to the conclusion that the entries are plain
    numbers.
    """
    rows: list[list[list[int]]] = [[], [[1, 2]], [[3, 4], [5, 6], [7, 8]]]
    expected = [[[0, 0], [0, 0]], [[0, 0], [1, 2]], [[5, 6], [7, 8]]]
    got = preprocessing(subject).pad_sequences(rows, maxlen=2)
    same(trial, got, expected, "rows of vectors", ("row", "step", "feature"))
