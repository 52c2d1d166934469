"""What the checks hand in to be refused is refused for what it is, not for a slip of the check."""

import warnings

import numpy as np
import pytest

from lstm_spec.checking.trial import Effort, Trial
from lstm_spec.clauses import Level, select
from lstm_spec.run.judge import judge
from reference.numpy import implementation as numpy_engine
from reference.scalar import implementation as scalar_engine

HURRIED = Effort(seconds=0.02, most=4, fewest=2, rows=2, shrinks=False)
REFUSING = [
    one
    for one in select([], Level.CORE)
    if any(word in one.statement for word in ("refuse", "reject", "accept"))
]


@pytest.mark.parametrize("clause", REFUSING, ids=lambda one: one.id)
def test_an_oracle_refuses_with_a_value_error(clause, monkeypatch):
    """A forgotten argument would raise a TypeError, and the clause would pass for any subject."""
    answers = []
    refused = Trial.assert_refused

    def overheard(trial, model, action, what):
        refused(trial, model, action, what)
        answers.append((what, trial.seen.got))

    monkeypatch.setattr(Trial, "assert_refused", overheard)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        judge(clause, numpy_engine, scalar_engine, effort=HURRIED)
    assert [one for one in answers if not one[1].startswith("ValueError")] == []


def test_many_clauses_hand_in_what_must_be_refused():
    assert len(REFUSING) > 40
