"""DATA: the padding and the encoding that the builders bring with them follow the framework's
rules.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance import data_one_hot, data_padding
from lstm_spec.conformance.data_alphabet import BUILDERS
from lstm_spec.conformance.support.data_agreement import data, refused, same
from lstm_spec.contract import Implementation


@clause(
    "DATA-90",
    "The builders pad as the contract says: on the left by default, and with every side and value "
    "on request.",
    source="tutorials, variable-length input; " + data_padding.KERAS,
    needs=BUILDERS,
)
def the_builders_pad_by_the_rule(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The pipelines pad with this function, whatever the framework's own function does."""
    pad = data(subject).padding.pad_sequences
    same(trial, pad([[1], [2, 3, 4], []]), [[0, 0, 1], [2, 3, 4], [0, 0, 0]], "by default")
    same(trial, pad([[1, 2, 3]], maxlen=2), [[2, 3]], "truncated by default")

    def prove(rows: Any, maxlen: int, padding: str, truncating: str, value: int) -> None:
        got = pad(rows, maxlen=maxlen, padding=padding, truncating=truncating, value=value)
        expected = data_padding.by_hand(rows, maxlen, padding, truncating, value)
        same(trial, got, expected, f"padding {padding}, truncating {truncating}")

    trial.forall(
        prove,
        calls=1,
        rows=data_padding.ROWS,
        maxlen=st.integers(1, 7),
        padding=st.sampled_from(data_padding.SIDES),
        truncating=st.sampled_from(data_padding.SIDES),
        value=st.integers(-9, 0),
    )


@clause(
    "DATA-91",
    "The builders encode labels as the contract says, and decode them by the largest entry.",
    source="echo-notebook; " + data_one_hot.KERAS,
    needs=BUILDERS,
)
def the_builders_encode_and_decode_by_the_rule(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Decoding is also tested for probabilities, none of which is one, and for sequences."""
    one_hot = data(subject).one_hot
    same(trial, one_hot.one_hot([2, 0]), [[0, 0, 1], [1, 0, 0]], "labels 2, 0")
    probabilities = [[[0.2, 0.5, 0.3], [0.4, 0.35, 0.25]], [[0.1, 0.3, 0.6], [0.3, 0.3, 0.4]]]
    same(trial, one_hot.decode(probabilities), [[1, 0], [2, 2]], "decoded probabilities")
    same(trial, one_hot.decode([0.1, 0.7, 0.2]), 1, "one decoded row", ())
    same(trial, one_hot.decode(np.zeros((0, 3))), np.zeros(0), "no decoded rows", ("row",))

    def prove(labels: list[int], spare: int) -> None:
        width = max(labels) + 1 + spare
        rows = one_hot.one_hot(labels, width)
        same(trial, rows, data_one_hot.by_hand(labels, width), f"labels with width {width}")
        same(trial, one_hot.decode(rows), labels, "decoded labels", ("label",))

    trial.forall(prove, calls=2, labels=data_one_hot.LABELS, spare=st.integers(0, 3))


@clause(
    "DATA-92",
    "The builders reject labels that are negative, fractional, NaN or beyond the width.",
    source="data contract",
    needs=BUILDERS,
)
def the_builders_refuse_bad_labels(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rule is strict where Keras is lenient, because the specification's own data must not
    change a number.
    """
    one_hot = data(subject).one_hot.one_hot
    for labels in ([0, -1], [0.5, 1.0], [-0.5, 1.0], [float("nan"), 1.0], [0, 3], [[0, 1], [2]]):
        refused(trial, partial(one_hot, labels, 3), f"labels {labels} with width 3")
    same(trial, one_hot([2, 0], 3), [[0, 0, 1], [1, 0, 0]], "good labels")
