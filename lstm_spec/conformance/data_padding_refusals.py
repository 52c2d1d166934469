"""DATA: what padding must not accept, and what it must not touch."""

from __future__ import annotations

from functools import partial

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.data_padding import FRAMEWORK, KERAS
from lstm_spec.conformance.support.data_agreement import preprocessing, refused, same
from lstm_spec.contract import Implementation


@clause(
    "DATA-13",
    "A side that is neither 'pre' nor 'post' is refused.",
    source=KERAS,
    needs=FRAMEWORK,
)
def an_unknown_side_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """'left' must not silently mean the default. One row is short, one long: both sides are used.

    The same call with known sides must be accepted, so that a function that refuses all fails.
    """
    pad, rows = preprocessing(subject).pad_sequences, [[1], [2, 3, 4]]
    refused(trial, lambda: pad(rows, maxlen=2, padding="left"), "padding='left'")
    refused(trial, lambda: pad(rows, maxlen=2, truncating="right"), "truncating='right'")
    got = pad(rows, maxlen=2, padding="post", truncating="post")
    same(trial, got, [[1, 0], [2, 3]], "known sides")


@clause("DATA-14", "A negative maxlen is refused.", source=KERAS, needs=FRAMEWORK)
def a_negative_maxlen_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """In Python a slice to -1 cuts one entry from the end: easily taken for a length."""
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1, 2], [3]], maxlen=-1), "maxlen=-1")
    same(trial, pad([[1, 2], [3]], maxlen=1), [[2], [3]], "maxlen=1")


@clause(
    "DATA-15",
    "Rows whose entries differ in shape are refused.",
    source=KERAS,
    needs=FRAMEWORK,
)
def entries_of_different_shapes_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two features beside three, vectors beside numbers, and both within one row."""
    pad = preprocessing(subject).pad_sequences
    for rows in ([[[1, 2]], [[3, 4, 5]]], [[1, 2], [[3, 4]]], [[1, [2, 3]]]):
        refused(trial, partial(pad, rows, maxlen=2), f"rows {rows}")
    same(trial, pad([[1, 2], [3]], maxlen=2), [[1, 2], [0, 3]], "rows of numbers")


@clause(
    "DATA-16",
    "A plain list of numbers is refused where a list of rows is asked for.",
    source=KERAS,
    needs=FRAMEWORK,
)
def numbers_without_rows_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One sequence handed over without its brackets must not be padded as something else."""
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([1, 2, 3], maxlen=5), "the rows [1, 2, 3]")
    same(trial, pad([[1, 2, 3]], maxlen=5), [[0, 0, 1, 2, 3]], "the same numbers as one row")


@clause(
    "DATA-17",
    "A pad value that the dtype cannot hold is refused.",
    source="data contract: no number is changed without a word",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def a_pad_value_that_does_not_fit_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """value=0.5 with the default int32 pads with 0, which a Masking layer then looks for in vain.

    A float32 that is close to the value, but not equal, is no misfit: 0.1 must be accepted.
    """
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1], [2, 3]], value=0.5), "value=0.5 with dtype int32")
    refused(trial, lambda: pad([[1], [2, 3]], value=float("nan")), "value=nan with dtype int32")
    got = pad([[1], [2, 3]], dtype="float32", value=0.1)
    same(trial, got, np.array([[0.1, 1], [2, 3]], dtype="float32"), "value=0.1 as float32")


@clause(
    "DATA-18",
    "Entries that the dtype cannot hold are refused.",
    source="data contract: no number is changed without a word",
    needs=FRAMEWORK,
    strength=Strength.SHOULD,
)
def entries_that_do_not_fit_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Letters scaled by 1/26 before padding become all zero in the default int32."""
    pad = preprocessing(subject).pad_sequences
    refused(trial, lambda: pad([[1 / 26], [2 / 26, 3 / 26]]), "fractions with dtype int32")
    too_large = [np.array([300, 1]), np.array([2])]
    refused(trial, lambda: pad(too_large, dtype="uint8"), "300 with dtype uint8")
    got = pad([np.array([255, 1]), np.array([2])], dtype="uint8")
    same(trial, got, [[255, 1], [0, 2]], "255 with dtype uint8")


@clause(
    "DATA-19",
    "Padding leaves its input as it was and shares no memory with it.",
    source="data contract: pure functions",
    needs=FRAMEWORK,
)
def padding_leaves_its_input_alone(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Lists may be cut in place and arrays returned as views: both would spoil the next epoch."""
    pad = preprocessing(subject).pad_sequences
    rows = [[1, 2, 3], [4]]
    pad(rows, maxlen=2)
    trial.assert_that(rows == [[1, 2, 3], [4]], f"the rows were changed into {rows}")
    array = np.array([[1, 2, 3], [4, 5, 6]], dtype="int32")
    result = np.asarray(pad(array, maxlen=3))
    trial.assert_that(not np.shares_memory(result, array), "the result is a view of the input")
    same(trial, result, [[1, 2, 3], [4, 5, 6]], "an array of full rows")
