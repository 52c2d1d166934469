"""Every planted bug is killed by the clauses named beside it; smoke judges adapters only."""

from __future__ import annotations

import planted_cell_bugs
import planted_mask_bugs
import planted_seq_bugs
import pytest
from planting_engine_bugs import BUGS

from lstm_spec.clauses import Depth, catalogue
from lstm_spec.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation

FAMILIES = ("CELL", "SEQ", "MASK")
CLAUSES = {one.id: one for one in catalogue() if one.family in FAMILIES}
SMOKE = [one for one in CLAUSES.values() if one.depth == Depth.SMOKE]
PLANTED_IN = (planted_cell_bugs, planted_seq_bugs, planted_mask_bugs)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bug", BUGS, ids=str)
def test_the_named_clauses_kill_the_bug(bug):
    for killer in bug.killers:
        judgement = judge(CLAUSES[killer], bug.subject, implementation, verbose=True)
        assert judgement.verdict == Verdict.FAIL, (killer, judgement.diagnosis, judgement.evidence)
        assert judgement.diagnosis


@pytest.mark.parametrize("bug", BUGS, ids=str)
def test_smoke_sees_broken_adapters_and_says_nothing_about_wrong_numbers(bug):
    verdicts = {judge(clause, bug.subject, implementation).verdict for clause in SMOKE}
    assert (verdicts != {Verdict.PASS}) == bug.seen_by_smoke


def test_every_bug_names_clauses_of_the_three_families():
    """That every clause kills a mutant is what the kill matrix is for."""
    killers = {killer for bug in BUGS for killer in bug.killers}
    assert killers <= set(CLAUSES)
    assert len(killers) > 100
