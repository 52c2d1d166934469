"""Whole epochs in one program lead to the losses and weights of the float64 oracle's fits."""

import numpy as np
import pytest

from lstm_spec.pipelines import find
from lstm_spec.pipelines.lockstep import WEIGHTS, narrow
from lstm_spec.pipelines.training import train
from lstm_spec.subjects.find import find as find_implementation
from lstm_spec.tolerances import LOSS

pytest.importorskip("jax", reason="needs the extra jax")

ALPHABETS = [
    "alphabet-feature-window",
    "alphabet-time-steps:generation=2017",
    "alphabet-whole-batch",
    "alphabet-stateful",
    "alphabet-left-padded",
]
SERIES = [
    "moving-average:input_len=23",
    "moving-average:twin=stateless,lahead=2,input_len=23",
    "moving-average:lahead=3,tsteps=4,batch_size=5,input_len=40",
]
ECHOES = ["echo-whole-sequence", "echo-encoder-decoder", "echo-encoder-decoder-long"]


def both(pipeline, epochs, seed=3):
    fast, oracle = find_implementation("jax"), find_implementation("numpy")
    [ours] = fast.whole_runs(pipeline, [seed], epochs)
    return ours, train(pipeline, oracle, seed=seed, epochs=epochs)


def assert_same(ours, theirs):
    assert set(ours.history) == set(theirs.history)
    for name, figures in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], figures, atol=LOSS, err_msg=name)
    for got, expected in zip(ours.model.get_weights(), theirs.model.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=WEIGHTS)
    np.testing.assert_array_equal(ours.data.x, theirs.data.x)


@pytest.mark.parametrize("name", [*ALPHABETS, *SERIES])
def test_the_same_rows_in_the_same_order_from_the_same_weights(name):
    assert_same(*both(find(name), epochs=3))


@pytest.mark.parametrize("name", ECHOES)
def test_fresh_sequences_and_resets_inside_the_program(name):
    assert_same(*both(narrow(find(name)), epochs=4))


def test_shuffled_rows_are_those_of_the_oracle_with_the_same_seed():
    ours, theirs = both(find("alphabet-one-char"), epochs=4, seed=11)
    assert_same(ours, theirs)
    [other] = find_implementation("jax").whole_runs(ours.pipeline, [12], 4)
    assert not np.allclose(other.history["loss"], ours.history["loss"])


def test_what_is_measured_afterwards_is_measured_by_numpy():
    ours, theirs = both(find("alphabet-stateful"), epochs=4)
    assert type(ours.model).__module__.startswith("reference.numpy")
    for name, figure in theirs.measures().items():
        assert ours.measures()[name] == pytest.approx(figure, abs=1e-4)


def test_less_than_one_epoch_is_refused():
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        find_implementation("jax").whole_runs(find("alphabet-stateful"), [0], 0)
