"""``lstm-spec run``: a training, a demonstration, figures; as text, as JSON, as a picture."""

import io
import json
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from lstm_spec.study import plots
from lstm_spec.study.run_pipeline import run, run_and_show
from lstm_spec.subjects.find import UnusableSubject


def printed(name, **options):
    console = Console(file=io.StringIO(), width=100)
    runs = run_and_show(name, "numpy", console, **options)
    return runs, console.file.getvalue()


def test_a_short_run_says_that_it_is_short_and_shows_the_letter_table():
    runs, text = printed("alphabet-one-char", epochs=3, seed=5)
    assert "numpy" in text
    assert "seed 5" in text
    assert "3 of 500 epochs" in text
    assert "A -> " in text
    assert "0.84 (tutorial-2017" in text
    assert runs[0].updates == 75


def test_the_moving_average_runs_both_twins_and_plots_them():
    runs, text = printed("moving-average", epochs=1)
    assert [one.pipeline for one in runs] == ["moving-average", "moving-average:twin=stateless"]
    assert text.count("expected - predicted") == 2
    assert "│" in text


def test_the_echo_shows_expected_and_predicted_rows():
    _, text = printed("echo-whole-sequence", epochs=2)
    assert text.count("expected [") == 20


def test_json_and_plot_are_written(tmp_path):
    json_file, plot_file = tmp_path / "run.json", tmp_path / "run.svg"
    runs, _ = printed("alphabet-stateful", epochs=2, json_file=json_file, plot_file=plot_file)
    (written,) = json.loads(json_file.read_text())
    assert written["pipeline"] == "alphabet-stateful"
    assert written["measures"] == runs[0].measures
    assert len(written["history"]["loss"]) == 2
    assert written["demonstration"]["sections"][1]["heading"] == "new start: K"
    picture = ET.fromstring(plot_file.read_text())
    assert picture.tag.endswith("svg")
    assert len(picture.findall("{*}polyline")) == 2


def test_a_folder_that_does_not_exist_is_noticed_before_training(tmp_path):
    with pytest.raises(ValueError, match="the folder does not exist"):
        printed("alphabet-variable-length", json_file=tmp_path / "none" / "run.json")


def test_the_same_seed_gives_the_same_run():
    one, other = (run("echo-whole-sequence", epochs=2, seed=3)[0] for _ in range(2))
    assert one.measures == other.measures
    assert one.demonstration == other.demonstration


def test_an_implementation_may_start_from_its_own_weights():
    drawn, own = (run("alphabet-whole-batch", epochs=1, own_weights=own)[0] for own in (0, 1))
    assert drawn.history["loss"][0] == pytest.approx(own.history["loss"][0], abs=0.2)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="there is no pipeline"):
        run("nonsense")
    with pytest.raises(ValueError, match="there is no implementation"):
        run("alphabet-one-char", "nonsense")


def test_an_engine_in_an_environment_that_is_not_there_yet_says_how_to_make_it(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path))
    with pytest.raises(UnusableSubject, match=r"lstm-spec env create keras-2\.0"):
        run("alphabet-one-char", "keras-2.0")


def test_a_terminal_plot_has_the_asked_size_and_marks_zero():
    lines = plots.terminal([0.1, -0.2, 0.05] * 50, columns=40, rows=7).splitlines()
    assert len(lines) == 7
    assert {len(line) for line in lines} <= set(range(10, 51))
    assert any(line.startswith("        0 ") for line in lines)


def test_a_constant_series_can_be_plotted():
    assert "•" in plots.terminal([0.0, 0.0])
    assert plots.terminal([]) == ""
    assert "polyline" in plots.svg({"constant": [1.0, 1.0]}, "a < b")
