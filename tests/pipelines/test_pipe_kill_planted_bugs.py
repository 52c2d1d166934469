"""Every planted mistake is seen by the PIPE clauses that are for it."""

import planted_pipeline_data_bugs  # noqa: F401  (planted by being imported)
import pytest
from planted_pipeline_bugs import PLANTED

from lstm_spec.clauses import Level, catalogue
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

CLAUSES = {one.id: one for one in catalogue() if one.family == "PIPE"}
CORE = {name for name, one in CLAUSES.items() if one.level is Level.CORE}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
def test_the_clauses_named_beside_a_mistake_fail(planted):
    for clause_id in planted.clauses:
        judgement = judge(CLAUSES[clause_id], planted.subject, oracle, verbose=True)
        assert judgement.verdict is Verdict.FAIL, (clause_id, judgement.diagnosis)


def test_every_core_clause_sees_a_mistake():
    seen = {clause_id for planted in PLANTED for clause_id in planted.clauses}
    assert CORE - seen == set()


def test_no_mistake_is_planted_twice():
    names = [planted.name for planted in PLANTED]
    assert len(set(names)) == len(names) >= 30
