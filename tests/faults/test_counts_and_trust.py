"""Whoever reads a report recounts it, and says when it does not stand for everything.

How an edited report is refused, with file, clause and remedy, is tested in ``tests/report``.
"""

import json

import pytest
from running import inside

from lstm_spec.clauses import Level, select
from lstm_spec.report import Report, json_report
from lstm_spec.verdicts import Judgement, Verdict

GREEN = "#2e7d32"


def write(path, change=lambda data: None, level=Level.CORE):
    """The report of a right implementation, edited afterwards."""
    about = {"name": path.stem, "version": "1", "capabilities": ["forward"]}
    clauses = select([], level)
    judgements = [
        Judgement(one.id, one.statement, str(one.strength), Verdict.PASS, source=one.source)
        for one in clauses
    ]
    json_report.write(Report(about, about, str(level), 0, len(clauses), judgements), path)
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    return path


def nothing(data):
    """Leave it as it is."""


def only_cell(data):
    """As ``--only CELL`` writes it."""
    data["clauses"] = [one for one in data["clauses"] if one["id"].startswith("CELL")]
    data["counts"] |= {"planned": len(data["clauses"]), "pass": len(data["clauses"])}
    data["partial"] = True


def only_cell_and_hidden(data):
    """The same, with the mark of a partial run taken out."""
    only_cell(data)
    del data["partial"]


def interrupted(data):
    data["interrupted"] = True
    data["clauses"][-1]["verdict"] = "not-run"
    data["counts"]["pass"] -= 1
    data["counts"]["not-run"] += 1


def of_another_version(data):
    data["spec_version"] = "9.9"


CAVEATS = [
    (only_cell, "partial", "It is partial: only "),
    (only_cell_and_hidden, "incomplete", "It lacks "),
    (interrupted, "interrupted", "The run was interrupted: 1 of "),
    (of_another_version, "another version", "It was judged by specification 9.9"),
]


@pytest.mark.parametrize(("change", "word", "sentence"), CAVEATS)
def test_a_badge_is_never_green_for_less_than_everything(tmp_path, change, word, sentence):
    """It used to show a green "48 of 48" for a run of one family."""
    written = write(tmp_path / "r.json", change)
    ran = inside("badge", written, "--svg", tmp_path / "b.svg", "--json", tmp_path / "b.json")
    assert ran.returncode == 0, ran.stderr
    assert word in ran.stdout
    assert sentence in ran.stderr
    assert word in (tmp_path / "b.svg").read_text("utf-8")
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["color"] != GREEN


def test_a_badge_of_everything_is_green(tmp_path):
    ran = inside("badge", write(tmp_path / "r.json"), "--json", tmp_path / "b.json")
    assert ran.stderr == ""
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["color"] == GREEN


def test_a_badge_of_the_smoke_level_says_so(tmp_path):
    written = write(tmp_path / "r.json", level=Level.SMOKE)
    ran = inside("badge", written, "--json", tmp_path / "b.json")
    assert "smoke level" in ran.stdout
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["color"] != GREEN


def test_a_badge_does_not_believe_a_count_that_was_edited(tmp_path):
    def claim(data):
        data["counts"]["pass"] += 100
        data["counts"]["planned"] += 100

    ran = inside("badge", write(tmp_path / "r.json", claim), "--svg", tmp_path / "b.svg")
    assert ran.returncode == 2
    assert f"{tmp_path / 'r.json'}: " in ran.stderr
    assert not (tmp_path / "b.svg").exists()


@pytest.mark.parametrize(("change", "word", "sentence"), CAVEATS)
def test_matrix_and_upgrade_say_what_a_report_does_not_stand_for(tmp_path, change, word, sentence):
    """Reports of specification 0.1 and 9.9 used to be compared without a word."""
    whole, other = write(tmp_path / "whole.json"), write(tmp_path / "other.json", change)
    pages = [tmp_path / "m.md", tmp_path / "m.html", tmp_path / "m.json"]
    options = zip(("--markdown", "--html", "--json"), pages, strict=True)
    matrix = inside("matrix", whole, other, *(word for pair in options for word in pair))
    upgrade = inside("upgrade", whole, other)
    assert (matrix.returncode, upgrade.returncode) == (0, 0)
    said = [matrix.stdout, upgrade.stdout, *(page.read_text("utf-8") for page in pages)]
    for face in said:
        assert sentence in " ".join(face.split())
    assert "whole: " not in matrix.stdout


def test_a_partial_run_marks_its_own_report(tmp_path):
    inside("verify", "numpy", "--only", "CELL-01", "-n", "1", "--json", tmp_path / "r.json")
    ran = inside("badge", tmp_path / "r.json")
    assert "1 of 1 clauses, partial" in ran.stdout
