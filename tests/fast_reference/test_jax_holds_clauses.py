"""A clause of every family, so that a broken program is noticed here; `tox -e jax` runs all."""

import pytest

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import catalogue
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict

pytest.importorskip("jax", reason="needs the extra jax")

CLAUSES = {one.id: one for one in catalogue()}
CHOSEN = ["CELL-01", "SEQ-05", "STATE-05", "LIFE-05", "MASK-05", "GRAD-05", "TRAIN-05", "PIPE-52"]


@pytest.mark.parametrize("clause_id", CHOSEN)
def test_the_fast_reference_holds(clause_id):
    effort = Effort(seconds=0.0, fewest=2, most=2)
    judgement = judge(CLAUSES[clause_id], find("jax"), find("numpy"), effort=effort)
    assert judgement.verdict is Verdict.PASS, judgement.diagnosis


LACKS = {"data", "preprocessing", "dropout", "cell-options", "weighted", "fit-options"}
LACKS |= {"reset-rows", "state-gradients"}
"""What the fast reference leaves to the oracles."""


def test_it_declares_everything_but_what_is_listed():
    assert set(find("numpy").capabilities) - set(find("jax").capabilities) == LACKS
