"""Padding "same" and "causal" of convolutions and pooling, as the installed Keras computes them."""

import os

import numpy as np
import pytest

from lstm_spec.model import LSTM, Conv1D, MaxPooling1D, ModelSpec, around
from reference.numpy import implementation

WINDOWS = [
    (size, strides, padding, dilation)
    for size in (1, 2, 3, 4)
    for strides in (1, 2, 3)
    for padding in ("valid", "same", "causal")
    for dilation in (1, 2)
    if strides == 1 or dilation == 1  # Keras has no strides with dilation
]
LENGTHS = (7, 8, 9)


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


def outputs(layer, arrays, x):
    """What the oracle gives behind one layer; an LSTM of the identity would not change it."""
    spec = ModelSpec((layer, LSTM(1)), x.shape[2])
    model = implementation.build(spec)
    lstm = [np.zeros(shape) for shape in spec.weight_shapes[len(arrays) :]]
    model.set_weights([*arrays, *lstm])
    return model.layers[0].forward(x, None, [])[0]


def convolution_is_right(keras, size, strides, padding, dilation):
    """Whether the oracle's convolution is Keras', for a few lengths."""
    rng = np.random.default_rng(0)
    kernel, bias = rng.uniform(-1, 1, (size, 2, 3)), rng.uniform(-1, 1, 3)
    theirs = keras.layers.Conv1D(3, size, strides=strides, padding=padding, dilation_rate=dilation)
    theirs.build((None, None, 2))
    theirs.set_weights([kernel, bias])
    ours = Conv1D(3, size, strides, padding, dilation_rate=dilation)
    for length in LENGTHS:
        x = rng.uniform(-1, 1, (2, length, 2)).astype("float32")
        wanted = np.asarray(theirs(x))
        given = outputs(ours, [kernel, bias], x.astype(float))
        if given.shape != wanted.shape or np.abs(given - wanted).max() > 1e-5:
            return False
    return True


def pooling_is_right(keras, size, strides, padding):
    """Whether the oracle's max pooling is Keras', for a few lengths."""
    rng = np.random.default_rng(0)
    theirs = keras.layers.MaxPooling1D(size, strides, padding)
    for length in LENGTHS:
        x = rng.uniform(-2, -1, (2, length, 2)).astype("float32")  # below the zero of a padding
        wanted = np.asarray(theirs(x))
        given = outputs(MaxPooling1D(size, strides, padding), [], x.astype(float))
        if given.shape != wanted.shape or np.abs(given - wanted).max() > 1e-6:
            return False
    return True


@pytest.mark.parametrize(("size", "strides", "padding", "dilation"), WINDOWS)
def test_a_convolution_is_that_of_keras(keras, size, strides, padding, dilation):
    assert convolution_is_right(keras, size, strides, padding, dilation)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_max_pooling_is_that_of_keras(keras, size, strides, padding):
    assert pooling_is_right(keras, size, strides, padding)


def test_the_larger_half_before_would_be_noticed(keras, monkeypatch):
    right = around.same
    monkeypatch.setattr(around, "same", lambda *given: right(*given)[::-1])
    assert not convolution_is_right(keras, 2, 1, "same", 1)
    assert not convolution_is_right(keras, 4, 3, "same", 1)
    assert not pooling_is_right(keras, 2, 1, "same")
