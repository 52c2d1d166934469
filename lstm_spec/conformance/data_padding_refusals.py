"""DATA: what padding must reject, and what it must not modify."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.data_padding import FRAMEWORK, KERAS
from lstm_spec.conformance.support.data_agreement import preprocessing, refused, same
from lstm_spec.contract import Implementation


@clause(
    "DATA-13",
    "A side that is neither 'pre' nor 'post' is rejected.",
    source=KERAS,
    needs=FRAMEWORK,
)
def an_unknown_side_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """'left' must not silently mean the default. One row is short and one is long, so that both
    sides are used.

    The same call with valid sides must be accepted, so that a function that rejects everything
    fails.
    """
    pad, rows = preprocessing(subject).pad_sequences, [[1], [2, 3, 4]]
    refused(trial, lambda: pad(rows, maxlen=2, padding="left"), "padding='left'")
    refused(trial, lambda: pad(rows, maxlen=2, truncating="right"), "truncating='right'")
    got = pad(rows, maxlen=2, padding="post", truncating="post")
    same(trial, got, [[1, 0], [2, 3]], "known sides")


@clause("DATA-14", "A negative maxlen is rejected.", source=KERAS, needs=FRAMEWORK)
def a_negative_maxlen_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """In Python, a slice to -1 removes one entry from the end, so that a negative length easily
    goes unnoticed.
    """
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1, 2], [3]], maxlen=-1), "maxlen=-1")
    same(trial, pad([[1, 2], [3]], maxlen=1), [[2], [3]], "maxlen=1")


@clause(
    "DATA-15",
    "Rows whose entries differ in shape are rejected.",
    source=KERAS,
    needs=FRAMEWORK,
)
def entries_of_different_shapes_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two features next to three, one feature next to three, which arithmetic would repeat, vectors
    next to numbers, and both within one row are tested.
    """
    pad = preprocessing(subject).pad_sequences
    wrong: tuple[Any, ...] = (
        [[[1, 2]], [[3, 4, 5]]],
        [[[1, 2, 3]], [[4]]],
        [[1, 2], [[3, 4]]],
        [[1, [2, 3]]],
    )
    for rows in wrong:
        refused(trial, partial(pad, rows, maxlen=2), f"rows {rows}")
    same(trial, pad([[1, 2], [3]], maxlen=2), [[1, 2], [0, 3]], "rows of numbers")


@clause(
    "DATA-16",
    "A plain list of numbers is rejected where a list of rows is required.",
    source=KERAS,
    needs=FRAMEWORK,
)
def numbers_without_rows_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A single sequence that is passed without its outer brackets must not be padded as something
    else.
    """
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([1, 2, 3], maxlen=5), "the rows [1, 2, 3]")
    same(trial, pad([[1, 2, 3]], maxlen=5), [[0, 0, 1, 2, 3]], "the same numbers as one row")


@clause(
    "DATA-17",
    "A padding value that the dtype cannot represent is rejected.",
    source="data contract: no number is changed silently",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_pad_value_that_does_not_fit_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """value=0.5 with the default int32 would pad with 0, and a Masking layer would then look for
    0.5 in vain.

    A float32 that is close to the value, but not equal, is good enough: 0.1 must be accepted.
    """
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1], [2, 3]], value=0.5), "value=0.5 with dtype int32")
    refused(trial, lambda: pad([[1], [2, 3]], value=float("nan")), "value=nan with dtype int32")
    got = pad([[1], [2, 3]], dtype="float32", value=0.1)
    same(trial, got, np.array([[0.1, 1], [2, 3]], dtype="float32"), "value=0.1 as float32")


@clause(
    "DATA-18",
    "Entries that the dtype cannot represent are rejected.",
    source="data contract: no number is changed silently",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def entries_that_do_not_fit_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Letters that are scaled by 1/26 before padding would all become zero in the default int32,
    and a million would be infinite as float16. What is infinite already may stay so.
    """
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1 / 26], [2 / 26, 3 / 26]]), "fractions with dtype int32")
    too_large = [np.array([300, 1]), np.array([2])]
    refused(trial, lambda: pad(too_large, dtype="uint8"), "300 with dtype uint8")
    got = pad([np.array([255, 1]), np.array([2])], dtype="uint8")
    same(trial, got, [[255, 1], [0, 2]], "255 with dtype uint8")
    refused(trial, lambda: pad([[1e6], [2, 3]], dtype="float16"), "a million with dtype float16")
    got = pad([[np.inf], [2, 3]], dtype="float16")
    same(trial, got, np.array([[0, np.inf], [2, 3]], "float16"), "infinity with dtype float16")


@clause(
    "DATA-19",
    "Padding does not modify its input, and its result shares no memory with it.",
    source="data contract: pure functions",
    needs=FRAMEWORK,
)
def padding_does_not_modify_its_input(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Lists may be shortened in place, and arrays may be returned as views. Both would ruin the
    next epoch.
    """
    pad = preprocessing(subject).pad_sequences
    rows = [[1, 2, 3], [4]]
    pad(rows, maxlen=2)
    trial.assert_that(rows == [[1, 2, 3], [4]], f"the rows were changed into {rows}")
    array = np.array([[1, 2, 3], [4, 5, 6]], dtype="int32")
    result = np.asarray(pad(array, maxlen=3))
    trial.assert_that(not np.shares_memory(result, array), "the result is a view of the input")
    same(trial, result, [[1, 2, 3], [4, 5, 6]], "an array of full rows")
