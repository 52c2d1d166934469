"""Where Adam adds epsilon is declared, and the oracle trains likewise."""

from dataclasses import replace

import pytest

from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import oracle_for
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation_float32

SUBJECT = replace(implementation_float32, name="a library")
(PLACE,) = select(["TRAIN-19"])


def test_the_usual_oracle_follows_what_is_declared():
    for place in ("before", "after"):
        subject = SUBJECT.with_adam_epsilon(place)
        oracle = oracle_for(subject, None)
        assert oracle.adam_epsilon == place
        assert judge(PLACE, subject, oracle).verdict is Verdict.PASS


@pytest.mark.parametrize("place", ["before", "after"])
def test_who_does_otherwise_than_declared_is_found(place):
    other = {"before": "after", "after": "before"}[place]
    liar = replace(SUBJECT.with_adam_epsilon(other), adam_epsilon=place)
    assert judge(PLACE, liar, oracle_for(liar, None)).verdict is Verdict.FAIL


def test_an_oracle_that_was_asked_for_by_name_stays_as_it_is():
    subject = SUBJECT.with_adam_epsilon("after")
    assert Capability.TRAIN in subject.capabilities
    assert oracle_for(subject, "numpy").adam_epsilon == "before"
    assert judge(PLACE, subject, oracle_for(subject, "numpy")).verdict is Verdict.FAIL
