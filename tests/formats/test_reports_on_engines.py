"""``lstm-spec model FILE --on NAME``: exit codes, text, JSON, HTML and JUnit."""

import json
import os
import signal
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.saved_models.engines import judging
from lstm_spec.saved_models.page import SHADES, cell
from lstm_spec.saved_models.report import validator
from reference.saved_models.fixtures import unpack

WRONG = "reference.mutants:hard_sigmoid_of_keras_2_is_that_of_keras_3"
SENTENCE = "its hard_sigmoid is x / 6 + 0.5 (Keras 3) where the file means 0.2 x + 0.5"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A file of Keras 2.2, and the files of a run of two engines on it: one is right, one wrong."""
    folder = tmp_path_factory.mktemp("fixtures")
    files = {one.name: one.files[0] for one in unpack("keras-2.2", folder)}
    return files["functional"]


def told(*words):
    """Exit code and output of the command."""
    load()
    result = CliRunner().invoke(app, ["model", *map(str, words)])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def written(model, tmp_path_factory):
    """The three files about a right and a wrong engine."""
    folder = tmp_path_factory.mktemp("reports")
    paths = {kind: folder / f"found.{kind}" for kind in ("json", "html", "xml")}
    code, text = told(
        model, "--on", f"scalar,{WRONG}", "--json", paths["json"], "--html", paths["html"],
        "--junit", paths["xml"],
    )  # fmt: skip
    assert code == 1
    assert SENTENCE in text
    return paths


def test_the_json_has_the_form_of_its_schema(written):
    data = json.loads(written["json"].read_text())
    validator().validate(data)
    assert data["verdict"] == "deviates"
    right, wrong = data["engines"]
    assert (right["verdict"], wrong["verdict"]) == ("agrees", "deviates")
    (computed,) = wrong["computes"]
    assert computed["diagnosis"] == SENTENCE
    assert computed["first_divergence"]["layer"] == "lstm_1"
    assert [len(one["per_step"]) for one in computed["layers"]] == [5, 5, 1, 1]
    assert right["carries"]


def test_the_schema_is_closed(written):
    data = json.loads(written["json"].read_text())
    data["engines"][0]["mood"] = "good"
    assert not validator().is_valid(data)


def test_the_page_is_well_formed_and_draws_the_layers(written):
    html5lib = pytest.importorskip("html5lib", reason="pip install 'lstm-spec[test]'")
    text = written["html"].read_text("utf-8")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page = parser.parse(text)
    heat = page.find(".//table[@class='heat']")
    rows = [row.find("th").text for row in heat.find("tbody")]
    assert rows == ["lstm_1 (LSTM)", "dropout_1 (Dropout)", "lstm_2 (LSTM)", "dense_1 (Dense)"]
    shades = [one.get("class") for one in heat.find("tbody")[0].findall("td")]
    assert len(shades) == 5
    assert "h0" not in shades
    assert SENTENCE[1:] in text
    assert "1 of 2 engines agrees with the file." in text


def test_junit_has_a_case_for_each_engine(written):
    suite = ET.parse(written["xml"]).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    failed = suite.find("testcase/failure")
    assert failed.get("message").startswith("deviates")
    assert SENTENCE in failed.text


def test_an_engine_that_agrees_gives_exit_0(model):
    code, text = told(model, "--on", "scalar")
    assert code == 0
    assert "the rebuilt model computes the same" in text


def test_a_name_that_leads_nowhere_is_wrong_usage_before_anything_is_run(model):
    code, text = told(model, "--on", "scalarr")
    assert code == 2
    assert "scalar" in text
    assert told(model, "--python", "/usr/bin/python3")[0] == 2


def test_a_program_that_is_none_could_not_be_used(model):
    code, text = told(model, "--command", "no-such-program-here")
    assert code == 3
    assert "no program" in text


def test_a_program_on_the_protocol_is_an_engine_like_others(model):
    code, text = told(model, "--command", "python examples/python/lstm_engine.py")
    assert code in (0, 3)  # a page of Python without Dropout and the old gates may decline
    assert "was not run" in text or "computes the same" in text


def test_shades_follow_the_tolerance():
    assert cell(1.0, 1.0).shade == 0
    assert [cell(1.01 * one, 1.0).shade for one in SHADES] == [1, 2, 3, 4, 5]
    assert cell(float("inf"), 1.0).text == "inf"


def test_a_file_that_is_refused_is_on_every_form_of_the_report(tmp_path):
    bad = tmp_path / "bad.h5"
    bad.write_text("this is text")
    paths = [tmp_path / f"found.{kind}" for kind in ("json", "html", "xml")]
    code, _ = told(
        bad, "--on", "scalar", "--json", paths[0], "--html", paths[1], "--junit", paths[2]
    )
    assert code == 3
    assert json.loads(paths[0].read_text())["engines"] == []
    assert "not readable" in paths[1].read_text().lower()
    assert ET.parse(paths[2]).getroot().get("errors") == "1"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_keeps_what_was_found_before_it(name, model, monkeypatch, tmp_path):
    number = getattr(signal, name)
    right = judging.judge

    def judge(one, truth, say):
        if one.name == "numpy":
            os.kill(os.getpid(), number)
        return right(one, truth, say)

    monkeypatch.setattr(judging, "judge", judge)
    code, text = told(model, "--on", "scalar,numpy,jax", "--json", tmp_path / "found.json")
    assert code == 128 + number
    assert "interrupted" in text
    engines = json.loads((tmp_path / "found.json").read_text())["engines"]
    assert [one["verdict"] for one in engines] == ["agrees", "unusable", "unusable"]
