"""Axes of the same length: where a result is wrong only there, one is taken for the other."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Implementation
from lstm_spec.diagnosis.conventions import FAMILIES
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, ModelSpec

LENGTHS = {"rows": 3, "steps": 5, "features": 2, "units": 4}
"""All different, and none of them four times another."""


def equal_axes(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Every pair of axes as long as each other once, and each axis of length one."""
    if not _is_right(subject, trial, LENGTHS):
        return []
    wrong = [
        f"where {one} equal {other}"
        for one, other in combinations(LENGTHS, 2)
        if _only_where_equal(subject, trial, one, other)
    ]
    units = LENGTHS["units"]
    square, other_width = ({"features": width} for width in (4 * units, 4 * units + 1))
    if _is_right(subject, trial, LENGTHS | other_width) and not _is_right(
        subject, trial, LENGTHS | square
    ):
        wrong.append("where the kernel is square")
    for one in LENGTHS:
        near = all(_is_right(subject, trial, LENGTHS | {one: length}) for length in (2, 7))
        if near and not _is_right(subject, trial, LENGTHS | {one: 1}):
            wrong.append(f"with one {one.removesuffix('s')}")
    if not wrong or len(wrong) > 3:
        return []  # whatever is wrong is wrong for another reason
    return [Finding(f"the result is wrong only {' and '.join(wrong)}", FAMILIES)]


def _only_where_equal(subject: Implementation, trial: Trial, one: str, other: str) -> bool:
    """Whether a result is wrong where both axes have six entries, and not where one has seven."""
    if _is_right(subject, trial, LENGTHS | {one: 6, other: 6}):
        return False
    return all(
        _is_right(subject, trial, LENGTHS | lengths)
        for lengths in ({one: 6, other: 7}, {one: 7, other: 6})
    )


def _is_right(subject: Implementation, trial: Trial, lengths: dict[str, int]) -> bool:
    """Whether a layer that returns every step gives the equations' numbers at these lengths."""
    units = lengths["units"]
    spec = ModelSpec((LSTM(units, return_sequences=True),), lengths["features"])
    weights = trial.weights(spec)
    x = trial.array(lengths["rows"], lengths["steps"], lengths["features"])
    zero = np.zeros((len(x), units)), np.zeros((len(x), units))
    got = trial.model(subject, spec, weights).call(x).outputs
    return matches(got, run(weights, x, zero).outputs)
