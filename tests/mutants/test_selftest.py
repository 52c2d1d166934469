"""``lstm-spec selftest``: what it finds, says, writes and returns."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from lstm_spec.clauses import select as select_clauses
from lstm_spec.cli import app, load
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.mutants import Catalogue, Conforming, Mutant, catalogue
from lstm_spec.selftest import campaign as selftest
from lstm_spec.selftest.cached_oracle import CachedOracle, digest
from lstm_spec.selftest.campaign import verdict_of
from lstm_spec.selftest.kill_matrix import Matrix, Row
from lstm_spec.site.kill_matrix_page import as_json, compact
from lstm_spec.verdicts import Verdict
from reference.mutants.planting import RIGHT
from reference.numpy import implementation as oracle

load()

SOME = tuple(
    one
    for one in catalogue().mutants
    if one.stage == "directions" and all(clause.startswith("SEQ-") for clause in one.meant_for)
)
CLAUSES = select_clauses(["SEQ"])[:3]


def run(*arguments):
    return CliRunner().invoke(app, ["selftest", *arguments, "-n", "2"])


def matrix(*rows, idle=None, whole=True, **known):
    mutants = tuple(Mutant(row.mutant, "Wrong.", "mine", RIGHT, **known) for row in rows)
    return Matrix(mutants, CLAUSES, dict(idle or {}), 0, whole, rows=list(rows))


EVERY = tuple(one.id for one in CLAUSES)


def test_a_matrix_without_survivors_and_idle_clauses_is_proven():
    assert matrix(Row("a", EVERY), Row("b", EVERY[:1])).proven


def test_a_survivor_is_no_proof():
    made = matrix(Row("a", EVERY), Row("b", errors=EVERY))
    assert [one.name for one in made.survivors] == ["b"]
    assert not made.proven


def test_an_equivalent_mutant_may_survive_but_must_not_be_killed():
    assert not matrix(Row("a"), equivalent="because").survivors
    assert [
        one.name for one in matrix(Row("a", EVERY), equivalent="because").wrongly_equivalent
    ] == ["a"]


def test_a_mutant_that_lives_for_a_clause_that_is_meant_for_it_is_no_proof():
    meant = {"meant_for": EVERY[1:]}
    assert matrix(Row("a", EVERY), **meant).proven
    made = matrix(Row("a", EVERY[:2]), whole=False, **meant)
    assert [(one.name, clause) for one, clause in made.missed] == [("a", EVERY[2])]
    assert not made.proven


def test_a_mistake_that_the_diagnosis_should_name_and_does_not_is_no_proof():
    told = ("there is no forget gate at all",)
    assert matrix(Row("a", EVERY, told=told), diagnosis="no forget gate").proven
    made = matrix(Row("a", EVERY, told=told), diagnosis="no input gate")
    assert [one.name for one in made.undiagnosed] == ["a"]
    assert not made.proven


def test_an_idle_clause_needs_a_reason_and_a_reason_needs_an_idle_clause():
    idle = matrix(Row("a", EVERY[1:]))
    assert [one.id for one in idle.unexplained] == [EVERY[0]]
    assert not idle.proven
    assert matrix(Row("a", EVERY[1:]), idle={EVERY[0]: "why"}).proven
    assert not matrix(Row("a", EVERY), idle={EVERY[0]: "why"}).proven


def test_a_part_of_the_catalogue_says_nothing_about_idle_clauses():
    assert not matrix(Row("a", EVERY[:1]), whole=False).idle


def test_json_counts_what_the_matrix_holds():
    data = as_json(matrix(Row("a", EVERY), Row("b", EVERY[:2], ("CELL-01",))))
    assert data["counts"]["killed"] == 2
    assert data["mutants"][1]["killed_by"] == list(EVERY[:2])
    assert data["mutants"][1]["errors"] == ["CELL-01"]
    assert [one["kills"] for one in data["clauses"]] == [2, 2, 1]


def test_killers_are_told_in_runs():
    assert compact(["CELL-05", "CELL-06", "CELL-07", "SEQ-01", "SEQ-03"]) == "CELL 5-7; SEQ 1, 3"


def test_a_mutant_that_hangs_is_given_up(monkeypatch):
    class Hangs:
        name, version, capabilities = "hangs", "0", RIGHT.capabilities

        def build(self, model):
            while True:
                pass

    monkeypatch.setattr(selftest, "PATIENCE", 0.2)
    mutant = Mutant("hangs", "It hangs.", "mine", Hangs())
    assert verdict_of(CLAUSES[0], mutant, oracle) is Verdict.ERROR


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda one: one.id)
def test_every_clause_meets_a_mutant_that_is_new(clause):
    made = []

    def make():
        made.append(1)
        return RIGHT

    assert verdict_of(clause, Mutant("new", "New.", "mine", make), oracle) is Verdict.PASS
    assert made == [1]


@pytest.fixture
def small(monkeypatch):
    """A catalogue of a few mutants, and a few clauses."""

    def install(mutants, idle=None):
        known = Catalogue(tuple(mutants), idle or {})
        monkeypatch.setattr("lstm_spec.mutants.catalogue", lambda: known)
        monkeypatch.setattr(selftest, "catalogue", lambda: known)
        monkeypatch.setattr(selftest, "select_clauses", lambda *_: select_clauses(["SEQ"]))

    return install


def test_the_command_writes_the_matrix_and_ends_with_0_where_all_are_killed(small, tmp_path):
    idle = {one.id: "Few mutants." for one in select_clauses(["SEQ"])}
    for one in SOME:
        for clause in select_clauses(["SEQ"]):
            if verdict_of(clause, one, oracle) is Verdict.FAIL:
                idle.pop(clause.id, None)
    small(SOME, idle)
    file, page = tmp_path / "matrix.json", tmp_path / "matrix.md"
    result = run("--json", str(file), "--markdown", str(page))
    assert result.exit_code == 0, result.output
    assert f"{len(SOME)} mutants, {len(SOME)} killed, 0 survivors" in result.output
    assert json.loads(file.read_text())["proven"]
    assert "## directions" in page.read_text()
    assert SOME[0].sentence in page.read_text()


def test_a_survivor_and_an_unexplained_idle_clause_end_with_1(small):
    small([*SOME, Mutant("right", "Nothing is wrong.", "mine", RIGHT)])
    result = run()
    assert result.exit_code == 1
    assert "survived: right: Nothing is wrong." in result.output
    assert "kills no mutant, without a reason: SEQ-01" in result.output


def test_what_only_the_effort_of_verify_kills_is_no_survivor(monkeypatch):
    late = Mutant("late", "It is late.", "mine", RIGHT)
    right = selftest.verdict_of

    def verdict_of(clause, mutant, oracle, seed=0, effort=selftest.EFFORT):
        if effort is selftest.AT_LENGTH and clause.id == "SEQ-02":
            return Verdict.FAIL
        return right(clause, mutant, oracle, seed, effort)

    monkeypatch.setattr(selftest, "verdict_of", verdict_of)
    monkeypatch.setattr(selftest, "select_clauses", lambda *_: select_clauses(["SEQ"]))
    made = selftest.kill_matrix(Catalogue((late,)))
    assert (made.rows[0].killers, made.rows[0].only_at_length) == (("SEQ-02",), ("SEQ-02",))
    assert not made.survivors


def test_one_mutant_is_held_against_every_clause():
    result = run("--only", "halves-of-a-bidirectional-layer-are-swapped")
    assert result.exit_code == 0, result.output
    assert "SEQ" in result.output
    assert "1 mutants, 1 killed" in result.output


def test_a_name_that_is_none_ends_with_2():
    result = run("--only", "masques")
    assert result.exit_code == 2
    assert "masks" in result.output


def test_right_engines_raise_no_false_alarm_and_wrong_ones_do(monkeypatch):
    right = Conforming("numpy-float32", "numpy", frozenset({"TRAIN", "PIPE", "DATA"}))
    wrong = Conforming("reference.mutants:recurrent_kernel_is_transposed", "numpy")
    known = catalogue()
    monkeypatch.setattr(
        "lstm_spec.mutants.catalogue",
        lambda: Catalogue(known.mutants, known.idle, (right,)),
    )
    result = run("--repeat", "2", "--seed", "1")
    assert result.exit_code == 0, result.output
    assert "0 false alarms" in result.output
    monkeypatch.setattr(
        "lstm_spec.mutants.catalogue", lambda: Catalogue(known.mutants, known.idle, (wrong,))
    )
    result = run("--repeat", "1", "--seed", "1")
    assert result.exit_code == 1
    assert "the recurrent kernel is transposed" in result.output


def test_a_short_run_lets_a_mutant_go_and_still_asks_every_clause(small, tmp_path):
    few = [one for one in catalogue().mutants if one.stage in ("directions", "outputs")]
    small(few)
    file = tmp_path / "matrix.json"
    run("--json", str(file))
    short = json.loads(file.read_text())
    run("--json", str(file), "--full")
    full = json.loads(file.read_text())
    assert (short["full"], full["full"]) == (False, True)
    for name in ("killed", "idle", "idle_unexplained"):
        assert short["counts"][name] == full["counts"][name], name
    for mine, whole in zip(short["mutants"], full["mutants"], strict=True):
        assert set(mine["killed_by"]) <= set(whole["killed_by"]), mine["name"]
        assert whole["unasked"] == 0
    assert sum(one["unasked"] for one in short["mutants"]) > 0


def test_a_remembered_oracle_gives_the_numbers_of_the_oracle():
    spec = ModelSpec((LSTM(3, stateful=True),), 2, batch_size=2)
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(4, 2, 5, 2)), rng.normal(size=(4, 2, 3))

    def course(implementation, turn):
        model = implementation.build(spec)
        told = [model.get_weights()]
        for step in range(4):
            told += [model.call(x[step]).outputs, model.train_on_batch(x[step], y[step])["loss"]]
            if step == turn:
                model.reset_states()
                model = model.clone()
        with pytest.raises(ValueError, match="features"):
            model.call(x[0][:, :, :1])
        return [*told, model.get_states(), model.get_weights()]

    remembered = CachedOracle(oracle)
    for turn in (1, 2, 1, 9, 2):
        for mine, its in zip(course(remembered, turn), course(oracle, turn), strict=True):
            assert digest(mine) == digest(its)
