"""A subject that writes into the arrays and rows that it is given spoils no later question."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import Level, select
from lstm_spec.run.judge import judge
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation, implementation_float32


@pytest.mark.parametrize(
    ("mutant", "family"),
    [
        ("given_mask_is_turned_in_place", "MASK"),
        ("framework_s_pad_sequences_cuts_the_rows_in_place", "DATA"),
    ],
)
def test_a_right_engine_passes_after_a_mutant_that_writes(mutant, family):
    clauses = select([family], Level.CORE)
    wrong = find(f"reference.mutants:{mutant}")
    assert Verdict.FAIL in {judge(one, wrong, implementation).verdict for one in clauses}
    for one in clauses:
        judgement = judge(one, implementation_float32, implementation)
        assert judgement.verdict in (Verdict.PASS, Verdict.UNSUPPORTED), judgement
