"""What the page of claims says of power and of convergence, from figures known beforehand."""

import json

import pytest

from lstm_spec.pipelines import claims, find
from lstm_spec.site import claims_page
from lstm_spec.site.claims_convergence import convergence
from lstm_spec.site.claims_power import power_of
from lstm_spec.study import calibrate
from lstm_spec.study.results import Results

pytest.importorskip("scipy", reason="needs the extra study")


def results(name, **figures):
    header = {"study": name, "epochs": 3, "documented_epochs": 3, "updates": 75}
    header |= {"implementation": "jax", "version": "1", "command": "lstm-spec study"}
    rows = zip(*figures.values(), strict=True)
    runs = [{"seed": n, **dict(zip(figures, row, strict=True))} for n, row in enumerate(rows)]
    return Results(header, tuple(runs))


def write(found, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(line) + "\n" for line in [found.header, *found.runs]))


def test_power_is_counted_for_every_planted_mistake(tmp_path):
    name = "alphabet-time-steps"
    right = results(name, accuracy=[1.0] * 990 + [0.9] * 10)
    wrong = results(name, accuracy=[0.1] * 15 + [1.0] * 5)
    write(wrong, tmp_path / "planted" / "gates_are_mixed" / "time-steps.jsonl")
    table = "".join(power_of(tmp_path, {name: find(name)}, {name: right}))
    assert "| planted in `alphabet-time-steps` | seeds | accuracy (k = 2) | noticed |" in table
    [line] = [line for line in table.splitlines() if line.startswith("| `gates_are_mixed`")]
    assert line == "| `gates_are_mixed` | 20 | 15 of 20 | 56% |"  # 0.75 squared


def test_without_planted_mistakes_there_is_no_part_on_power(tmp_path):
    assert list(power_of(tmp_path, {}, {})) == []


def test_a_figure_that_conforming_runs_bring_to_nothing_has_no_threshold():
    name = "alphabet-left-padded"
    zero = [0.0] * 100
    study = results(name, accuracy=[0.5, *[1.0] * 99], recited=zero, cold_start=zero)
    lines = "".join(claims_page.thresholds({name: find(name)}, {name: study})).splitlines()
    assert f"| `{name}` | accuracy | 100 | 3 | below 0.5 | 2.6e-05 |" in lines
    assert f"| `{name}` | cold_start | 100 | - | none: seeds of the study give 0 | - |" in lines


def test_a_twin_that_cannot_see_everything_is_told_its_bound():
    names = ["moving-average", "moving-average:twin=stateless"]
    studies = {
        names[0]: results(names[0], relative_rmse=[0.1, 0.2, 0.9, 0.3]),
        names[1]: results(names[1], relative_rmse=[0.8, 0.75, 0.72, 0.9]),
    }
    table = "".join(convergence({name: find(name) for name in names}, studies)).splitlines()
    assert "| stateful | 1 | 1 | 4 | 75.0% |" in table[-2]
    assert "| stateless | 1 | 1 | 4 | 0.0% |" in table[-1]
    assert table[-1].endswith("| 0.707 |")  # one of two values unseen: 1 / sqrt 2
    assert table[-2].endswith("| 0 |")


def test_a_calibration_takes_over_a_study_with_more_seeds_only(tmp_path, monkeypatch):
    name, file = "alphabet-time-steps", tmp_path / "claims.json"
    write(results(name, accuracy=[1.0, 0.9, 1.0]), tmp_path / "studies" / "one.jsonl")
    file.write_text("{}")
    assert calibrate.take_over(tmp_path / "studies", file) == [name]
    assert calibrate.take_over(tmp_path / "studies", file) == []
    monkeypatch.setattr(claims, "FILE", file)
    claims.calibration.cache_clear()
    try:
        assert claims.distribution(find(name), "accuracy").values == (0.9, 1.0, 1.0)
    finally:
        claims.calibration.cache_clear()
