"""The matrix in docs/kill-matrix.json still holds: a cover of it is judged again in every run.

The whole matrix is made by ``lstm-spec selftest`` (a tox environment runs it); here every mutant
meets one clause that killed it, and every clause one mutant that it killed.
"""

import json
from pathlib import Path

import pytest

from lstm_spec.clauses import Depth
from lstm_spec.clauses import select as select_clauses
from lstm_spec.mutants import catalogue
from lstm_spec.selftest import verdict_of
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation as oracle

RECORD = json.loads((Path(__file__).parents[2] / "docs" / "kill-matrix.json").read_text("utf-8"))
MUTANTS = {one.name: one for one in catalogue().mutants}
CLAUSES = {one.id: one for one in select_clauses([], Depth.CORE)}
KILLERS = {one["name"]: one["killed_by"] for one in RECORD["mutants"]}
AGAIN = "write it again: lstm-spec selftest --json docs/kill-matrix.json --markdown ..."

SLOW = ("PIPE", "LIFE-90", "TRAIN-0")


def cover():
    """Pairs of mutant and clause in which every mutant and every killing clause occurs."""
    pairs = set()
    for name, killers in KILLERS.items():
        quick = [one for one in killers if not one.startswith(SLOW)] or killers
        pairs |= {(name, one) for one in quick[len(name) % len(quick) :][:1]}
    missing = {one for killers in KILLERS.values() for one in killers} - {c for _, c in pairs}
    for name, killers in KILLERS.items():
        for one in set(killers) & missing:
            pairs.add((name, one))
            missing.discard(one)
    return sorted(pairs)


def test_the_record_is_of_this_catalogue_and_of_these_clauses():
    assert set(KILLERS) == set(MUTANTS), AGAIN
    assert {one["id"] for one in RECORD["clauses"]} == set(CLAUSES), AGAIN


def test_the_record_says_that_the_suite_is_proven():
    assert RECORD["proven"]
    assert not RECORD["survivors"]
    assert RECORD["counts"]["idle_unexplained"] == 0
    assert RECORD["counts"]["mutants"] >= 200


def test_every_mutant_is_killed_or_argued_to_be_equivalent():
    for name, mutant in MUTANTS.items():
        assert bool(KILLERS[name]) != bool(mutant.equivalent), name


def test_every_clause_kills_a_mutant_or_says_why_not():
    kills = {one["id"]: one["kills"] for one in RECORD["clauses"]}
    idle = catalogue().idle
    for clause, count in kills.items():
        assert bool(count) != (clause in idle), clause


@pytest.mark.parametrize(("name", "clause"), cover())
def test_a_recorded_kill_is_a_kill(name, clause):
    assert verdict_of(CLAUSES[clause], MUTANTS[name], oracle) is Verdict.FAIL
