"""Every planted bug is noticed by the clauses named beside it, and every clause notices one."""

import planted_builder_bugs
import planted_preprocessing_bugs
import pytest
from planting import BUGS, implementation

from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.judge import judge
from lstm_spec.trial import Effort
from lstm_spec.verdicts import Verdict

CLAUSES = {
    clause.id: clause
    for clause in select(["DATA"])
    if Capability.DEFAULTS not in clause.needs  # asked of a Keras alone
}
FEW = Effort(most=8)
"""Designed examples must decide; Hypothesis may add a little."""

assert planted_builder_bugs
assert planted_preprocessing_bugs


@pytest.mark.parametrize(
    ("place", "wrong", "killers"),
    [pytest.param(*bug[1:], id=bug[0].replace("_", "-")) for bug in BUGS],
)
def test_a_planted_bug_is_killed_by_the_clauses_named_beside_it(place, wrong, killers):
    assert killers
    for killer in killers:
        judgement = judge(
            CLAUSES[killer], implementation(place, wrong), implementation(), effort=FEW
        )
        assert judgement.verdict == Verdict.FAIL, f"{killer}: {judgement.diagnosis}"
        assert judgement.diagnosis


def test_every_data_clause_kills_a_planted_bug():
    used = {killer for bug in BUGS for killer in bug[3]}
    assert used == set(CLAUSES)


def test_bugs_have_names_of_their_own():
    names = [bug[0] for bug in BUGS]
    assert len(set(names)) == len(names)
