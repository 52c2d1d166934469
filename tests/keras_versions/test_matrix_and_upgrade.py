"""Reports side by side, and the answer to "what changes if I upgrade?", on made-up reports."""

import itertools
import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from lstm_spec.clauses import catalogue
from lstm_spec.cli import app, load
from lstm_spec.comparison.matrix import Column, as_json, statements, telling
from lstm_spec.comparison.upgrade import as_text, examples, experiments, upgrade
from lstm_spec.site.matrix_page import as_markdown

load()


def column(name, defaults=None, **verdicts):
    """A report on clauses named like STATE_01."""
    clauses = {
        key.replace("_", "-"): {
            "id": key.replace("_", "-"),
            "statement": f"Sentence of {key}.",
            "verdict": verdict,
            "diagnosis": f"numbers of {key}",
        }
        for key, verdict in verdicts.items()
    }
    return Column(name, f"{name} 1.0", {"python": "3.6", "defaults": defaults or {}}, clauses)


OLD = column(
    "old",
    {"hard_sigmoid": "0.2 x + 0.5", "epsilon": "1e-07"},
    STATE_01="pass",
    CELL_02="expected-fail",
    DATA_10="pass",
    DATA_02="expected-fail",
    MASK_01="unsupported",
)
NEW = column(
    "new",
    {"hard_sigmoid": "x / 6 + 0.5", "epsilon": "1e-07"},
    STATE_01="fail",
    CELL_02="pass",
    DATA_10="unsupported",
    DATA_02="expected-fail",
    MASK_01="pass",
)


def test_every_change_of_a_verdict_is_told_once():
    found = upgrade(OLD, NEW)
    assert [change.clauses for change in found.broken] == [["STATE-01"]]
    assert [change.clauses for change in found.fixed] == [["CELL-02"]]
    assert (found.kept, found.unanswered, found.new) == (["DATA-02"], ["DATA-10"], ["MASK-01"])
    assert found.defaults == {"hard_sigmoid": ("0.2 x + 0.5", "x / 6 + 0.5")}


def test_a_clause_that_only_one_report_knows_is_no_change():
    found = upgrade(OLD, column("newer", STATE_02="fail"))
    assert [found.broken, found.fixed, found.unanswered, found.new] == [[]] * 4
    assert found.unknown == list(found.statements)
    assert "Not compared: 6 clauses not judged in both (DATA-02" in as_text(found)


SIX = ("pass", "fail", "unsupported", "error", "not-run", None)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(SIX, SIX)))
def test_no_pair_of_verdicts_gets_lost(before, after):
    """A clause that failed and is not supported any more used to be left out."""
    old = column("old", **({"STATE_01": before} if before else {}))
    new = column("new", **({"STATE_01": after} if after else {}))
    told = as_text(upgrade(old, new))
    if before is after is None or (before, after) in {("pass", "pass"), ("unsupported",) * 2}:
        assert "STATE-01" not in told
    else:
        assert "STATE-01" in told


def test_the_text_says_what_broke_and_what_to_do_about_a_default():
    text = as_text(upgrade(OLD, NEW))
    assert "Sentence of STATE_01" in text
    assert "hard sigmoid: 0.2 x + 0.5 -> x / 6 + 0.5" in text
    assert "clip(0.2 x + 0.5, 0, 1)" in text


def test_a_failure_without_an_entry_is_told_in_the_words_of_its_clause():
    broken = column("unheard-of", STATE_05="fail", LIFE_03="fail")
    changes = upgrade(column("old", STATE_05="pass", LIFE_03="pass"), broken).broken
    assert [(one.reason, one.clauses) for one in changes] == [
        ("not so: Sentence of STATE_05; found: numbers of STATE_05", ["STATE-05"]),
        ("not so: Sentence of LIFE_03; found: numbers of LIFE_03", ["LIFE-03"]),
    ]


def test_mistakes_that_only_the_later_report_proves_are_told():
    before = replace(column("old", STATE_05="fail"), findings=("c is lost",))
    after = replace(column("new", STATE_05="fail"), findings=("c is lost", "h is lost"))
    told = as_text(upgrade(before, after))
    assert "h is lost." in told
    assert "c is lost" not in told


def test_a_cause_is_shown_by_one_clause_of_each_family():
    names = ["STATE-05", "STATE-06", "LIFE-02", "PIPE-43", "TRAIN-04", "CELL-02"]
    assert examples(names) == ["STATE-05", "LIFE-02", "PIPE-43", "TRAIN-04"]


def test_the_experiments_with_a_carried_state_are_named():
    sentences = {one.id: one.statement for one in catalogue()}
    assert experiments([sentences["PIPE-43"], sentences["PIPE-35"], sentences["PIPE-68"]]) == [
        "the stateful moving average",
        "the alphabet with a carried state",
    ]
    assert experiments([sentences["PIPE-44"], sentences["PIPE-31"]]) == []


def test_the_same_report_twice_changes_nothing():
    assert "No clause and no stated default changes." in as_text(upgrade(OLD, OLD))


def test_known_deviations_with_one_reason_are_one_change():
    broken = column("keras-3-tensorflow", DATA_17="fail", DATA_18="fail", DATA_27="fail")
    held = column("old", DATA_17="pass", DATA_18="pass", DATA_27="pass")
    changes = upgrade(held, broken).broken
    assert sorted(name for change in changes for name in change.clauses) == [
        "DATA-17",
        "DATA-18",
        "DATA-27",
    ]
    assert all("numbers of" not in change.reason for change in changes)


def test_clauses_stand_in_the_order_of_families_and_numbers():
    assert list(statements([NEW, OLD])) == ["DATA-02", "DATA-10", "CELL-02", "STATE-01", "MASK-01"]


def test_only_clauses_that_fail_somewhere_are_shown():
    assert list(telling([OLD, NEW])) == ["DATA-02", "CELL-02", "STATE-01"]


def test_the_page_has_a_sign_for_every_report_and_the_step_between_them():
    page = as_markdown([OLD, NEW])
    assert "| STATE-01 | ✓ | ✗ | Sentence of STATE_01. |" in page
    assert "### old to new" in page
    assert "Default of hard sigmoid: 0.2 x + 0.5, now x / 6 + 0.5" in page


def test_the_data_name_every_verdict():
    data = as_json([OLD, NEW])
    assert data["clauses"]["CELL-02"]["verdicts"] == {"old": "expected-fail", "new": "pass"}


@pytest.mark.parametrize("command", [["matrix", "nothing"], ["upgrade", "nothing", "nothing"]])
def test_a_missing_report_is_named_with_the_command_that_makes_it(tmp_path, command):
    result = CliRunner().invoke(app, [*command, "--reports", str(tmp_path)])
    assert result.exit_code == 2
    assert "lstm-spec verify nothing --json" in " ".join(result.output.split())


def test_a_file_that_is_no_report_is_refused(tmp_path):
    (tmp_path / "broken.json").write_text(json.dumps({"clauses": []}))
    result = CliRunner().invoke(app, ["matrix", "broken", "--reports", str(tmp_path)])
    assert result.exit_code == 2
