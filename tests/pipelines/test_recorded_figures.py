"""Figures in files come from commands: calibration, full runs, trained weights, the page."""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.conformance import pipe_claims
from lstm_spec.conformance.pipe_claims import within_limits
from lstm_spec.contract import Unsupported
from lstm_spec.pipelines import claims, find, trained
from lstm_spec.pipelines.training import train
from lstm_spec.site import pipelines_page as document
from lstm_spec.study import calibrate, full_runs
from reference.numpy import implementation

ROOT = Path(__file__).parents[2]


@pytest.fixture
def short(monkeypatch):
    """Training stops after two epochs."""

    def two_epochs(*args, **how):
        return train(*args, **{**how, "epochs": 2})

    monkeypatch.setattr(calibrate, "train", two_epochs)
    monkeypatch.setattr("lstm_spec.study.run_pipeline.train", two_epochs)


def test_calibration_keeps_every_figure_of_every_seed_and_the_command(short, tmp_path):
    file = tmp_path / "claims.json"
    calibrate.main(["alphabet-stateful", "--seeds", "2", "--file", str(file)])
    calibrate.main(["moving-average", "--seeds", "1", "--file", str(file)])
    written = json.loads(file.read_text())
    assert list(written) == ["alphabet-stateful", "moving-average"]
    first = written["alphabet-stateful"]
    assert first["command"].startswith(
        "python -m lstm_spec.study.calibrate alphabet-stateful --seeds 2"
    )
    assert [run["seed"] for run in first["runs"]] == [0, 1]
    assert first["runs"][0]["loss"] != first["runs"][1]["loss"]
    assert {"accuracy", "recited", "cold_start", "any_start"} <= set(first["runs"][0])


def test_calibration_can_be_repeated(short, tmp_path):
    files = [tmp_path / "one.json", tmp_path / "other.json"]
    for file in files:
        calibrate.main(["alphabet-one-char", "--seeds", "2", "--file", str(file)])
    assert files[0].read_text() == files[1].read_text()


def test_no_seeds_are_refused(capsys):
    with pytest.raises(SystemExit):
        calibrate.main(["alphabet-one-char", "--seeds", "0"])
    assert "--seeds must be at least 1" in capsys.readouterr().err


def test_a_full_run_replaces_the_older_one_of_its_kind(short, tmp_path):
    file = tmp_path / "runs.json"
    for _ in range(2):
        full_runs.main(["moving-average", "--seed", "3", "--file", str(file)])
    written = full_runs.read(file)
    assert [one["pipeline"] for one in written] == [
        "moving-average",
        "moving-average:twin=stateless",
    ]
    assert written[0]["command"].endswith("moving-average --implementation numpy --seed 3")
    assert "rmse 0.0" in document.full_runs(written)


def test_the_page_has_all_pipelines_and_statements_and_no_place_left_open():
    page = document.page(full_runs.read(ROOT / full_runs.FILE))
    assert "{" not in page.replace("{@", "")
    for name in document.PIPELINES:
        assert f"`{name}`" in page
    assert page.count("| confirmed |") >= 7


@pytest.mark.parametrize("seed", trained.SEEDS)
def test_the_trained_weights_are_those_of_a_full_run(seed):
    """Up to rounding to five digits, and what 7,500 updates make of another order of summing."""
    training = train(find(trained.PIPELINE), implementation, seed=seed)
    stored = trained.trained_weights(seed)
    for got, expected in zip(stored, training.model.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-3)


def test_limits_that_allow_every_share_decide_nothing():
    spread = claims.Distribution("recited", (0.0, 0.2, 0.9, 1.0), 0.04)
    assert spread.limits == (0.0, 1.0)
    assert not spread.decides
    assert claims.Distribution("recited", (0.96, 1.0, 1.0, 1.0), 0.04).decides
    assert claims.Distribution("loss", (0.1, 3.0), 0.0).decides


def test_a_figure_that_limits_cannot_decide_is_shown_and_not_judged(monkeypatch):
    pipeline = find("alphabet-left-padded")
    anywhere = claims.Distribution("recited", (0.0, 1.0) * 10, 0.04)
    assert not anywhere.decides
    monkeypatch.setattr(pipe_claims, "distribution", lambda *of: anywhere)
    trial = Trial("shown")
    within_limits(trial, pipeline, {"recited": 0.5}, "recited")
    assert [one["name"] for one in trial.seen.figures] == ["alphabet-left-padded: recited"]
    assert trial.seen.comparisons == 0


def test_a_pipeline_with_few_calibration_runs_is_not_judged(monkeypatch):
    few = claims.Distribution("fresh_accuracy", (0.9, 0.95, 1.0), 0.0)
    monkeypatch.setattr(pipe_claims, "distribution", lambda *of: few)
    with pytest.raises(Unsupported, match="3 runs, but limits need 20"):
        pipe_claims.trained(implementation, Trial("few"), "echo-encoder-decoder")
