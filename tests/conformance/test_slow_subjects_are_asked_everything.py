"""A slow subject has a third of the operations in each script; together the clauses ask for all."""

from dataclasses import replace

from lstm_spec.clauses import Level, select
from lstm_spec.conformance.support import over_rows
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.subjects.find import find
from lstm_spec.verdicts import Verdict

CLAUSES = ("LIFE-140", "LIFE-141", "LIFE-150", "LIFE-151")


def test_their_first_rows_are_in_turns(monkeypatch):
    """No more than the first row of each clause is certain to fit into the budget."""
    asked, parts = set(), over_rows.part

    def recorded(steps, turn):
        asked.add(turn)
        return parts(steps, turn)

    monkeypatch.setattr(over_rows, "part", recorded)
    slow = replace(EFFORT[Level.CORE], call_cost=1.0, rows=1)
    for clause in select(list(CLAUSES), Level.CORE):
        judgement = judge(clause, find("numpy"), find("scalar"), seed=0, effort=slow)
        assert judgement.verdict is Verdict.PASS, judgement.diagnosis
    assert asked == set(range(over_rows.TURNS))
