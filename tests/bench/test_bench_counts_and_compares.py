"""What a bench says of its times, with times that are known."""

import json

import pytest

from lstm_spec.bench import Measurement, Refusal, Workload, workloads
from lstm_spec.bench import show as report
from lstm_spec.bench.threshold import first_epoch, published_accuracy
from lstm_spec.pipelines import PIPELINES, find

TRAIN = Workload("train", "alphabet-one-char")


def measured(subject, seconds, repetitions=4):
    return Measurement(subject, TRAIN, 1.5, repetitions, list(seconds))


def test_an_epoch_is_25_updates_of_one_sample_step():
    assert (TRAIN.pieces, TRAIN.sample_steps, TRAIN.what) == (25, 1, "update")
    assert measured("a", [0.1, 0.3, 0.2]).median == pytest.approx(0.2 / 100 * 1e6)


def test_sample_steps_count_rows_and_steps():
    assert Workload("train", "echo-whole-sequence").sample_steps == 5 * 6
    assert Workload("sweep", units=8, steps=4, batch_size=3).sample_steps == 12


def test_a_ratio_is_of_neighbours_in_time():
    """The machine is ten times slower in the second round: it is so for both."""
    reference = measured("a", [1.0, 10.0, 1.0])
    assert measured("b", [0.5, 5.0, 0.5]).ratio(reference) == pytest.approx(2.0)
    assert reference.ratio(reference) == 1.0


def test_every_pipeline_is_trained_and_predicted_unless_some_are_named():
    names = [one.name for one in workloads(["train", "predict"], [])]
    assert names == [f"{kind} {name}" for kind in ("train", "predict") for name in PIPELINES]
    assert [one.name for one in workloads(["train"], ["moving-average"])] == [
        "train moving-average"
    ]


def test_the_sweep_changes_one_size_at_a_time():
    sizes = [(one.units, one.steps, one.batch_size) for one in workloads(["sweep"], [])]
    assert len(set(sizes)) == len(sizes)
    common = (32, 8, 16)
    for size in sizes:
        assert sum(mine != usual for mine, usual in zip(size, common, strict=True)) <= 1


def test_an_unknown_kind_or_pipeline_is_refused():
    with pytest.raises(ValueError, match="kinds are train, predict, step and sweep"):
        workloads(["inference"], [])
    with pytest.raises(ValueError, match="there is no pipeline 'alphabet'"):
        workloads(["train"], ["alphabet"])


def test_a_refusal_names_the_clause_and_what_was_seen():
    sentence = Refusal("x", (("STATE-05", "row 1 starts from zero"),)).sentence
    assert "x is not timed" in sentence
    assert "STATE-05 (row 1 starts from zero)" in sentence


def test_the_threshold_is_met_at_the_first_epoch_that_reaches_it():
    assert first_epoch({"accuracy": [0.2, 0.84, 0.9]}, 0.84) == 2
    assert first_epoch({"accuracy": [0.2, 0.3]}, 0.84) is None
    assert published_accuracy(find("alphabet-one-char")) == 0.84
    assert published_accuracy(find("moving-average")) is None


def test_json_holds_statistics_refusals_and_known_deviations(tmp_path):
    pytest.importorskip("pytest_benchmark", reason="needs the extra bench")
    file = tmp_path / "bench.json"
    facts = {"a": {"name": "a", "version": "1", "backend": "", "memory": 10}}
    refused = [Refusal("b", (("TRAIN-01", "wrong"),))]
    found = [measured("a", [0.1, 0.3, 0.2])]
    report.write(found, facts, {"a": ("STATE-51",)}, refused, [], "lstm-spec bench a b", file)
    data = json.loads(file.read_text())
    assert data["refused"] == {"b": {"TRAIN-01": "wrong"}}
    assert data["subjects"]["a"]["known_deviations"] == ["STATE-51"]
    [one] = data["measurements"]
    assert one["microseconds"]["median"] == pytest.approx(2000.0)
    assert one["per_second"] == pytest.approx(500.0)
    assert one["first_seconds"] == 1.5
