"""Training follows the schedule of the document: fits, epochs, order, resets, data, validation."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.contract import Capability
from lstm_spec.initial_weights import initial_weights
from lstm_spec.pipelines import find
from lstm_spec.pipelines.training import needed, seeded, train
from reference.numpy import implementation


class Recorder:
    """An implementation that trains nothing and writes down what it is told to do."""

    name, version = "recorder", "0"
    capabilities = frozenset(Capability)

    def __init__(self):
        self.events = []
        self.weights = None

    def build(self, model):
        return self

    def set_weights(self, weights):
        self.weights = weights

    def fit(self, x, y, *, batch_size, epochs, shuffle, validation_data=None):
        self.events.append(("fit", epochs, batch_size, shuffle, validation_data is not None))
        self.seen = getattr(self, "seen", [])
        self.seen.append(x)
        return {"loss": [1.0] * epochs}

    def reset_states(self):
        self.events.append("reset")


def events(name, epochs=None):
    recorder = Recorder()
    train(find(name), recorder, epochs=epochs)
    return recorder


@pytest.mark.parametrize(
    ("name", "batch_size", "shuffle", "epochs"),
    [
        ("alphabet-one-char", 1, True, 500),
        ("alphabet-feature-window", 1, True, 500),
        ("alphabet-time-steps", 1, True, 500),
        ("alphabet-whole-batch", 25, False, 5000),
        ("alphabet-left-padded", 1, False, 300),
        ("alphabet-variable-length", 1, True, 500),
    ],
)
def test_a_stateless_network_trains_without_resets(name, batch_size, shuffle, epochs):
    seen = events(name).events
    assert {event[2:] for event in seen} == {(batch_size, shuffle, False)}
    assert sum(event[1] for event in seen) == epochs


def test_the_stateful_network_is_fitted_one_epoch_at_a_time_and_reset_after_each():
    assert events("alphabet-stateful").events == [("fit", 1, 1, False, False), "reset"] * 300


@pytest.mark.parametrize(
    ("name", "batch_size", "epochs"),
    [
        ("echo-whole-sequence", 5, 500),
        ("echo-encoder-decoder", 21, 5000),
        ("echo-encoder-decoder-long", 21, 5000),
    ],
)
def test_the_echo_networks_get_a_new_sequence_for_every_epoch(name, batch_size, epochs):
    recorder = events(name)
    assert recorder.events == [("fit", 1, batch_size, False, False), "reset"] * epochs
    first, second = recorder.seen[:2]
    assert (first != second).any()


def test_the_stateful_moving_average_is_validated_in_every_fit_and_reset_after_it():
    assert events("moving-average").events == [("fit", 1, 1, False, True), "reset"] * 10


def test_the_stateless_moving_average_is_validated_and_never_reset():
    seen = events("moving-average:twin=stateless").events
    assert sum(event[1] for event in seen) == 10
    assert {event[2:] for event in seen} == {(1, False, True)}


def test_cutting_one_long_fit_into_several_changes_nothing():
    pipeline = find("alphabet-whole-batch")
    training = train(pipeline, implementation, seed=4, epochs=110)
    model = implementation.build(pipeline.spec)
    model.set_weights(initial_weights(pipeline.spec, 4))
    data = pipeline.data(pipeline.rng(4))
    model.fit(data.x, data.y, batch_size=25, epochs=110, shuffle=False)
    for got, expected in zip(training.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert len(training.history["loss"]) == 110


def test_the_same_seed_gives_the_same_training_and_another_seed_another():
    pipeline = find("alphabet-one-char")
    losses = [train(pipeline, implementation, seed=s, epochs=2).history["loss"] for s in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]


def test_the_seed_reaches_the_shuffling_of_an_implementation_that_has_one():
    assert seeded(implementation, 9).seed == 9
    recorder = Recorder()
    assert seeded(recorder, 9) is recorder


def test_progress_ends_at_the_last_epoch():
    told = []
    train(find("alphabet-stateful"), Recorder(), epochs=4, progress=told.append)
    assert [stand.epoch for stand in told] == [1, 2, 3, 4]
    assert told[-1].seconds_left == 0.0


def test_an_implementation_that_cannot_train_it_is_refused_before_anything_is_built():
    poor = replace(implementation, capabilities=frozenset({Capability.FORWARD}))
    with pytest.raises(ValueError, match=r"cannot train alphabet-stateful: it lacks .*fit"):
        train(find("alphabet-stateful"), poor)


def test_no_epochs_are_refused():
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        train(find("alphabet-one-char"), implementation, epochs=0)


def test_what_a_pipeline_needs_follows_from_its_model():
    assert Capability.STATEFUL in needed(find("echo-whole-sequence"))
    assert Capability.STATEFUL not in needed(find("alphabet-one-char"))
    assert Capability.HARD_SIGMOID in needed(find("alphabet-one-char:generation=2017"))
