"""Keras 3 really takes each path that the adapter names, wherever it can be taken."""

import numpy as np
import pytest

from lstm_spec.contract import on_path, paths_of
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec
from reference.keras3 import implementation, recurrent, showing

keras = pytest.importorskip("keras", reason="the extra keras is not installed")

STACK = ModelSpec((LSTM(3, return_sequences=True), LSTM(2), Dense(1)), 4, time_steps=5)


def kinds(spec, path):
    return [type(one).__name__ for one in on_path(implementation, path).build(spec).model.layers]


def test_it_names_every_path():
    assert paths_of(implementation) == recurrent.PATHS


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (recurrent.CELL, ["RNN", "RNN", "Dense"]),
        (recurrent.STACKED, ["RNN", "Dense"]),
        (recurrent.UNROLLED, ["LSTM", "LSTM", "Dense"]),
    ],
)
def test_the_layers_are_those_of_the_path(path, expected):
    assert kinds(STACK, path) == expected


def test_layers_that_cannot_be_one_rnn_stay_apart():
    turned = ModelSpec((LSTM(3, return_sequences=True), LSTM(2, go_backwards=True)), 4)
    assert kinds(turned, recurrent.STACKED) == ["LSTM", "LSTM"]
    carrying = (LSTM(3, return_sequences=True), LSTM(2, stateful=True))
    assert kinds(ModelSpec(carrying, 4, batch_size=2), recurrent.STACKED) == ["LSTM", "LSTM"]


def test_arguments_of_the_path_reach_the_layers():
    def layer(path, spec=STACK):
        return on_path(implementation, path).build(spec).model.layers[0]

    assert layer(recurrent.UNROLLED).unroll
    assert not layer(recurrent.UNROLLED, ModelSpec((LSTM(3),), 4)).unroll
    assert layer(recurrent.BY_GATE).cell.implementation == 1
    assert layer(recurrent.WITHOUT_CUDNN).use_cudnn is False
    both = layer(recurrent.CELL, ModelSpec((Bidirectional(LSTM(3)),), 4))
    assert type(both.forward_layer).__name__ == type(both.backward_layer).__name__ == "RNN"
    assert on_path(implementation, recurrent.EAGER).build(STACK).model.run_eagerly


def test_the_twins_that_show_states_take_the_path_too():
    for path, found in ((recurrent.BY_GATE, 1), ("", 2)):
        model = implementation.on(path).build(STACK) if path else implementation.build(STACK)
        model.call(np.zeros((2, 5, 4), "float32"))
        twin = model._showing_states[0]
        assert twin is not model.model.layers[0]
        assert twin.cell.implementation == found


def test_a_cell_is_called_once_for_every_step(monkeypatch):
    asked = []

    def counting(keras, layer, x, states, **how):
        asked.append((x.shape, len(states)))
        return recurrent.step_by_step(keras, layer, x, states, **how)

    monkeypatch.setattr(showing, "step_by_step", counting)
    model = on_path(implementation, recurrent.BY_HAND).build(STACK)
    x = np.zeros((2, 5, 4), "float32")
    model.call(x)
    assert asked == [((2, 5, 4), 0), ((2, 5, 3), 0)]
    model.call(x, mask=np.ones((2, 5), bool))
    assert len(asked) == 2  # a mask is the layer's own business
    model.gradients(x, np.zeros((2, 1), "float32"))
    assert len(asked) == 4


@pytest.mark.parametrize("path", [recurrent.CELL, recurrent.STACKED])
def test_a_model_of_cells_is_saved_and_loaded(path, tmp_path):
    chosen = on_path(implementation, path)
    model, x = chosen.build(STACK), np.ones((2, 5, 4), "float32")
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(
        chosen.load(tmp_path / "model").call(x).outputs, model.call(x).outputs
    )


def test_a_path_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no path 'folded', but unrolled, "):
        on_path(implementation, "folded")


@pytest.mark.parametrize(
    ("version", "path", "masks"),
    [
        ("3.4.1", "", "one"),
        ("3.4.1", recurrent.BY_GATE, "one"),
        ("3.15.1", "", "by gate beside recurrent dropout"),
        ("3.15.1", recurrent.BY_GATE, "by gate"),
    ],
)
def test_whether_gates_share_a_mask_is_said_for_the_version(monkeypatch, version, path, masks):
    monkeypatch.setattr(type(implementation), "version", version)
    chosen = on_path(implementation, path) if path else implementation
    assert chosen.dropout_masks == masks
