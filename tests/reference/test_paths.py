"""The ways in which the oracle can compute have names, and each of them is really taken."""

from dataclasses import replace

import pytest

from lstm_spec.clauses import select
from lstm_spec.contract import on_path, paths_of
from lstm_spec.model import LSTM, Dense, ModelSpec
from lstm_spec.run.judge import judge
from lstm_spec.subjects.guard import Guarded
from lstm_spec.verdicts import Verdict
from reference import scalar
from reference.numpy import NumpyModel, implementation

COMMONEST = ModelSpec((LSTM(2), Dense(2)), 3)
CLAUSES = {one.id: one for one in select(["LIFE-160", "LIFE-161"])}


class Altered(NumpyModel):
    """A model of another class."""


def test_the_oracle_names_two_paths_and_takes_them():
    assert paths_of(implementation) == ("fused", "plain")
    assert on_path(implementation, "fused").build(COMMONEST).fused is not None
    assert on_path(implementation, "plain").build(COMMONEST).fused is None
    assert implementation.build(COMMONEST).fused is not None


def test_an_altered_engine_has_but_one():
    altered = replace(implementation, model_class=Altered)
    assert paths_of(altered) == ()
    assert altered.build(COMMONEST).fused is None


def test_a_path_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no path 'folded', but fused, plain"):
        on_path(implementation, "folded")


def test_a_guarded_subject_is_guarded_on_its_paths():
    assert isinstance(on_path(Guarded(implementation), "plain"), Guarded)


class Counting:
    """The oracle, which notes the paths that it is asked for."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        return getattr(implementation, name)

    def on(self, path):
        self.asked.append(path)
        return implementation.on(path)


@pytest.mark.parametrize("name", CLAUSES)
def test_every_path_is_asked(name):
    subject = Counting()
    assert judge(CLAUSES[name], subject, scalar.implementation).verdict is Verdict.PASS
    assert subject.asked == ["fused", "plain"]


def test_a_subject_without_paths_is_asked_as_it_is():
    first = judge(CLAUSES["LIFE-160"], scalar.implementation, implementation)
    assert first.verdict is Verdict.PASS
    assert first.evidence.comparisons > 1000
    second = judge(CLAUSES["LIFE-161"], scalar.implementation, implementation)
    assert second.verdict is Verdict.UNSUPPORTED
