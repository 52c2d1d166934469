"""Reports are read as they were written, in today's form and the one before; edits are noticed."""

import json
from pathlib import Path

import pytest

from lstm_spec import SPEC_VERSION, __version__
from lstm_spec.clauses import catalogue
from lstm_spec.report import Report, convert, json_report, reading
from lstm_spec.report.file_form import EMPTY_JUDGEMENT, EMPTY_RUN
from lstm_spec.report.reading import BadReport
from lstm_spec.verdicts import Judgement, Verdict

OLD_FORM = Path(__file__).with_name("old_form.json")
"""Written by lstm-spec before reports left anything out: ``verify specimens:state_swapped``."""

REPORTS = sorted((Path(__file__).parents[2] / "reports").glob("*.json"))


@pytest.fixture
def file(tmp_path):
    """The report in the old form, to be edited."""
    path = tmp_path / "mine.json"
    path.write_bytes(OLD_FORM.read_bytes())
    return path


def edited(file, change):
    """The file with its data changed."""
    data = json.loads(file.read_text("utf-8"))
    change(data)
    file.write_text(json.dumps(data), "utf-8")
    return file


def as_it_was():
    """The data of the old form, with today's word for how binding a clause is."""
    data = json.loads(OLD_FORM.read_text("utf-8"))
    for one in data["clauses"]:
        one["strength"] = one.pop("level")
    return data


def with_what_is_new(data):
    """Data of the old form with everything that reports may say since then, said to be empty."""
    clauses = [{**EMPTY_JUDGEMENT, **one} for one in data["clauses"]]
    partial = {"partial": True}  # the old form says so in its command alone
    return {**EMPTY_RUN, **data, **partial, "clauses": clauses}


def told(file):
    """The clauses whose statement is in the file."""
    return {one["id"] for one in json.loads(file.read_text())["clauses"] if "statement" in one}


def reworded(report):
    """The clauses that the catalogue words otherwise today."""
    today = {one.id: one.statement for one in catalogue()}
    return {one["id"] for one in report["clauses"] if one["statement"] != today[one["id"]]}


def test_the_old_form_is_read_as_it_was_written():
    assert reading.read(OLD_FORM) == with_what_is_new(as_it_was())


def test_the_old_form_is_converted_and_back_without_a_loss(file):
    before = reading.read(file)
    convert.main([str(file)])
    brief = file.read_text("utf-8")
    assert not any(empty in brief for empty in (': ""', ": []", ": {}", ": null"))
    assert told(file) == reworded(before)
    assert reading.read(file) == before
    convert.main([str(file), "--whole"])
    whole = json.loads(file.read_text("utf-8"))
    assert whole == with_what_is_new(as_it_was())
    convert.main([str(file)])
    assert file.read_text("utf-8") == brief


@pytest.mark.parametrize("path", REPORTS, ids=[one.stem for one in REPORTS])
def test_every_report_of_the_project_is_in_todays_form(path):
    assert path.read_text("utf-8") == convert.converted(path)


def test_the_reports_of_the_project_are_at_most_six_megabytes():
    assert sum(path.stat().st_size for path in REPORTS) < 6e6


def test_a_run_writes_what_a_reader_gets(tmp_path):
    about = {"name": "x", "version": "1", "capabilities": ["forward"]}
    judgements = [
        Judgement(one.id, one.statement, str(one.strength), Verdict.PASS, source=one.source)
        for one in catalogue()[:3]
    ]
    report = Report(about, about, "core", 0, 3, judgements)
    json_report.write(report, tmp_path / "r.json")
    assert reading.read(tmp_path / "r.json") == json_report.as_data(report)
    assert [Judgement.from_json(one) for one in reading.read(tmp_path / "r.json")["clauses"]] == (
        judgements
    )


def test_a_statement_that_is_not_the_catalogues_stays_in_the_file(file):
    def reword(data):
        data["spec_version"] = "0.0"
        data["clauses"][0]["statement"] = "Short rows stay short."

    edited(file, reword)
    convert.main([str(file)])
    assert "DATA-01" in told(file)
    assert reading.read(file)["clauses"][0]["statement"] == "Short rows stay short."


def test_a_clause_that_the_catalogue_does_not_have_keeps_its_sentence_or_is_named(file):
    def rename(data):
        data["clauses"][0]["id"] = "DATA-999"

    edited(file, rename)
    convert.main([str(file)])
    assert reading.read(file)["clauses"][0]["statement"] == as_it_was()["clauses"][0]["statement"]

    def forget(data):
        del data["clauses"][0]["statement"]

    with pytest.raises(BadReport, match=r"mine\.json: clause DATA-999 is not in the catalogue"):
        reading.read(edited(file, forget))


def one_more_pass(data):
    data["counts"]["pass"] += 1


def one_more_planned(data):
    data["counts"]["planned"] += 1


def twice(data):
    data["clauses"].append(data["clauses"][1])
    data["counts"]["pass"] += 1
    data["counts"]["planned"] += 1


def lost(data):
    del data["clauses"][0]
    data["counts"]["unsupported"] -= 1


def unknown_verdict(data):
    data["clauses"][1]["verdict"] = "passed"


def unknown_key(data):
    data["clauses"][1]["evidence"]["colour"] = "red"


def no_clauses(data):
    del data["clauses"]


def other_kind(data):
    data["clauses"] = [1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (one_more_pass, "3 clauses counted as pass, and 2 listed"),
        (one_more_planned, "8 clauses planned, but the verdicts add up to 7"),
        (twice, "clause CELL-01 is listed 2 times"),
        (lost, "7 clauses planned, but the verdicts add up to 6"),
        (unknown_verdict, "clause CELL-01, verdict: 'passed' is not one of"),
        (unknown_key, "clause CELL-01, evidence: .*'colour' was unexpected"),
        (no_clauses, "the report: 'clauses' is a required property"),
        (other_kind, "the clause at place 1: 1 is not of type 'object'"),
    ],
)
def test_an_edit_is_noticed_and_told_with_file_place_and_remedy(file, change, says):
    told = f"mine.json: {says}.*; make the report again: lstm-spec verify specimens:state_swapped"
    with pytest.raises(BadReport, match=told):
        reading.read(edited(file, change))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\xff", "is no text"),
        (b"{", "mine.json: .*; a report is the JSON that lstm-spec verify"),
        (b"[1, 2]", "the report: \\[1, 2\\] is not of type 'object'"),
        (b"[" * 100_000, "mine.json: .*; a report is the JSON"),
        (OLD_FORM.read_bytes().replace(b'"seed": 0', b'"seed": NaN'), "NaN is no JSON"),
    ],
)
def test_what_is_no_report_is_refused_in_one_sentence(tmp_path, content, says):
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(BadReport, match=says):
        reading.read(path)


def whole_run(data):
    data["command"] = "lstm-spec verify specimens:state_swapped"


def test_a_report_of_an_earlier_lstm_spec_may_have_had_fewer_clauses(file):
    assert reading.remarks(reading.read(edited(file, whole_run))) == []


def test_a_partial_report_with_an_edited_command_lacks_clauses(file):
    def of_today(data):
        whole_run(data)
        data["environment"]["packages"]["lstm-spec"] = __version__

    found = reading.read(edited(file, of_today))
    assert reading.caveats(found) == ["incomplete"]
    assert "DATA-02" in reading.remarks(found)[0]


@pytest.mark.parametrize("command", ["--only CELL", "--only=CELL"])
def test_a_partial_run_of_the_old_form_is_known_by_its_command(file, command):
    def select(data):
        data["command"] = f"lstm-spec verify specimens:state_swapped {command}"

    found = reading.read(edited(file, select))
    assert found["partial"]
    assert reading.remarks(found) == [
        "It is partial: only 7 clauses were selected for this run (--only)."
    ]


def test_interruption_and_another_version_are_remarked(file):
    def change(data):
        data.update(command="", spec_version="9.9", interrupted=True, unusable="it is gone")

    found = reading.read(edited(file, change))
    assert reading.is_of_another_version(found)
    interrupted, unusable, version = reading.remarks(found)
    assert "interrupted: 0 of 7 clauses were not judged" in interrupted
    assert "it is gone" in unusable
    assert "9.9" in version
    assert SPEC_VERSION in version
