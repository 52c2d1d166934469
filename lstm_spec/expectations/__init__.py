"""Expectation files: deviations that are known, each with its reason and where to read about it.

    [[expect]]
    clause = "LIFE-08"
    reason = "validation inside fit runs through the training state"
    url = "https://github.com/keras-team/keras/issues/1853"

Where no URL tells of it, ``source`` says in words who found it. Several clauses with one
cause are listed together: ``clauses = ["STATE-01", "LIFE-02"]``. The shipped files name a reason by
its id in ``causes.toml``: ``cause = "entries-truncated"``.

``remedy`` may say what a user of the implementation can do. A clause that fails only sometimes has
a ``rate``, the share of its runs that failed (the least, where counts differ, as those of races
do): it is judged so often that not one failure is as improbable as 1 in 1000, since a file may hold
some forty such clauses and the whole run is to be trusted. Where twenty times are too few for that,
a clause that holds is no surprise; where they would more likely than not show nothing, it is judged
once. A deviation of some machines only says ``where``, and is no
surprise if it is missing, since it may be looked for elsewhere.

A clause listed here that fails is an *expected-fail*; one that holds is an *unexpected-pass*, and
the run fails. An entry that matches no clause is a warning. Files of known implementations lie in
this folder and are named without path and suffix: ``--expect keras-3-tensorflow``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lstm_spec.expectations.expectation import Expectation
from lstm_spec.expectations.files import BadExpectations, causes, read, shipped
from lstm_spec.verdicts import Judgement, Verdict

__all__ = [
    "BadExpectations",
    "Expectation",
    "apply",
    "causes",
    "read",
    "shipped",
    "unmatched",
    "without_note",
]


def apply(judgement: Judgement, expectations: dict[str, Expectation]) -> Judgement:
    """Turn a failure that was expected into expected-fail, a surprise into unexpected-pass."""
    expected = expectations.get(judgement.id)
    if expected is None:
        return judgement
    note = f"expected: {expected.reason} ({expected.told_at})"
    if judgement.verdict is Verdict.FAIL:
        judgement.verdict = Verdict.EXPECTED_FAIL
        judgement.diagnosis = f"{judgement.diagnosis} [{note}]"
    elif judgement.verdict is Verdict.PASS and expected.would_surprise:
        judgement.verdict = Verdict.UNEXPECTED_PASS
        judgement.diagnosis = f"holds, but was {note}; take it out of the file"
    return judgement


def without_note(diagnosis: str) -> str:
    """What was found, without the reason that ``apply`` has put behind a failure."""
    return re.sub(r" \[expected: .*\]$", "", diagnosis, flags=re.DOTALL)


def unmatched(expectations: Iterable[str], clauses: Iterable[str]) -> list[str]:
    """Entries that name no clause of the specification."""
    return sorted(set(expectations) - set(clauses))
