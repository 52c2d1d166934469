"""A comparison of all: who is missing, fails or does other work costs only itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lstm_spec.bench.documented import chosen
from lstm_spec.bench.every_library import measure
from lstm_spec.bench.side_by_side import Settings
from lstm_spec.cli import app, load
from lstm_spec.comparison import training_speed

pytest.importorskip("scipy", reason="intervals: pip install 'lstm-spec[bench]'")
load("bench")
QUICK = Settings(rounds=3, seconds=0.01, limit=3.0)
ONE = ["alphabet-whole-batch"]


@pytest.fixture
def _nothing_created(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@pytest.mark.usefixtures("_nothing_created")
def test_failures_are_kept_apart_and_the_others_are_timed():
    kept = []
    names = ["numpy-float32", "keras-2.3", "failing_subjects:ending", "failing_subjects:sleeping"]
    speeds = measure(names, chosen(ONE), QUICK, "lstm-spec bench", keep=kept.append)
    assert [one.subject for one in speeds.figures] == ["numpy", "numpy-float32"]
    assert speeds.absent == {
        "keras-2.3": "its environment has not been created: lstm-spec env create keras-2.3"
    }
    told = {one.subject: (one.kind, one.why) for one in speeds.without}
    assert told["failing_subjects:ending"] == ("failed", "failing_subjects:ending ended by itself")
    assert told["failing_subjects:sleeping"] == (
        "failed",
        "failing_subjects:sleeping gave no answer in 3 s",
    )
    oracle, other = speeds.figures
    assert (oracle.ratio.low, oracle.ratio.high) == (1.0, 1.0)
    assert other.ratio.low <= other.ratio.median <= other.ratio.high
    assert other.microseconds.low > 0
    assert kept == [speeds]


@pytest.mark.usefixtures("_nothing_created")
def test_the_command_writes_what_can_be_read_and_names_every_keras_that_is_not_there(tmp_path):
    file = tmp_path / "speeds.json"
    words = f"bench --all-keras --pipeline {ONE[0]} --rounds 3 --seconds 0.01 --json {file}"
    ran = CliRunner().invoke(app, words.split())
    assert ran.exit_code == 0, ran.output
    assert "keras-2.3 was not measured: its environment has not been created" in ran.output
    speeds = training_speed.read(file)
    assert len(speeds.absent) == 29
    assert [one.name for one in speeds.works] == ONE
    assert training_speed.as_json(speeds) == file.read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("bench", "name the implementations, or give --all-keras"),
        ("bench --all-keras --kind train", "--kind is for named implementations"),
        ("bench --all-keras --plot x.svg", "--plot is for named implementations"),
        ("bench --all-keras --to-threshold 3", "--to-threshold is for named implementations"),
        ("bench numpy --timeout 5", "--timeout is for --all-keras"),
        ("bench --all-keras nupmy", "there is no implementation called 'nupmy'"),
        ("bench --all-keras --pipeline alphabet", "there is no pipeline 'alphabet'"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_runs(words, sentence):
    ran = CliRunner().invoke(app, words.split())
    assert ran.exit_code == 2
    assert sentence in " ".join(ran.output.split())


def test_a_file_of_another_form_is_refused_with_the_way_to_make_one(tmp_path):
    file = tmp_path / "speeds.json"
    file.write_text(json.dumps({"works": [], "subjects": [], "figures": [], "without": []}))
    with pytest.raises(training_speed.BadSpeeds, match="lstm-spec bench --all-keras --json"):
        training_speed.read(file)
