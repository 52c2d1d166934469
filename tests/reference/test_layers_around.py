"""The layers around an LSTM: both oracles agree on each field, with masks; training is refused."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    LSTM,
    ActivationLayer,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    ModelSpec,
    ReLU,
    RepeatVector,
    Reshape,
)
from lstm_spec.model.training import without_derivative
from lstm_spec.model.words import VOCABULARIES
from reference.numpy import implementation as numpy_oracle
from reference.scalar import implementation as scalar_oracle

ROWS, STEPS, FEATURES = 3, 7, 2
SEQUENCE = LSTM(3, return_sequences=True)
LAST = LSTM(2)
MASK = np.array([[1, 1, 1, 1, 1, 0, 0], [0, 1, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]], bool)

LAYERS = {
    "embedding": (Embedding(5, 3), SEQUENCE),
    "embedding that masks": (Embedding(5, 3, mask_zero=True), SEQUENCE, LAST),
    "convolution": (Conv1D(4, 3), SEQUENCE),
    "convolution, same": (Conv1D(4, 4, padding="same"), SEQUENCE),
    "convolution, same, strides": (Conv1D(4, 4, strides=3, padding="same"), SEQUENCE),
    "convolution, same, dilated": (Conv1D(4, 2, padding="same", dilation_rate=3), SEQUENCE),
    "convolution, causal": (Conv1D(4, 3, padding="causal", dilation_rate=2), SEQUENCE),
    "convolution, causal, strides": (Conv1D(4, 3, padding="causal", strides=2), SEQUENCE),
    "convolution, own ends": (Conv1D(4, 3, steps_before=2, steps_after=1), SEQUENCE),
    "convolution, relu": (Conv1D(4, 3, activation="relu", use_bias=False), SEQUENCE),
    "convolution, softmax": (Conv1D(4, 3, activation="softmax"), SEQUENCE),
    "pooling": (MaxPooling1D(), SEQUENCE),
    "pooling, same": (MaxPooling1D(3, 2, "same"), SEQUENCE),
    "pooling, own ends": (MaxPooling1D(4, 2, "valid", 3, 1), SEQUENCE),
    "pooling, strides": (MaxPooling1D(2, 3), SEQUENCE),
    "mean over time": (SEQUENCE, GlobalAveragePooling1D(), Dense(2)),
    "largest over time": (SEQUENCE, GlobalMaxPooling1D(), Dense(2)),
    "batch normalization": (SEQUENCE, BatchNormalization(0.3), LAST),
    "batch normalization, no scale": (SEQUENCE, BatchNormalization(scale=False), LAST),
    "batch normalization, no center": (SEQUENCE, BatchNormalization(center=False), LAST),
    "batch normalization, bare": (BatchNormalization(0.1, center=False, scale=False), LAST),
    "batch normalization of a vector": (LAST, BatchNormalization()),
    "layer normalization": (SEQUENCE, LayerNormalization(0.2), LAST),
    "layer normalization, no scale": (SEQUENCE, LayerNormalization(scale=False), LAST),
    "layer normalization, no center": (SEQUENCE, LayerNormalization(center=False), LAST),
    "relu": (SEQUENCE, ReLU(), LAST),
    "relu, slope": (SEQUENCE, ReLU(negative_slope=0.3), LAST),
    "relu, limit": (SEQUENCE, ReLU(max_value=0.1), LAST),
    "relu, threshold": (SEQUENCE, ReLU(0.2, 0.4, threshold=0.1), LAST),
    "dropout": (SEQUENCE, Dropout(0.5), LAST),
    "gaussian noise": (SEQUENCE, Dropout(0.5, "gaussian noise"), LAST),
    "flatten": (SEQUENCE, Flatten(), Dense(2)),
    "reshape to a vector": (Reshape((14,)), RepeatVector(2), LAST),
    "reshape to a sequence": (Reshape((2, 7)), SEQUENCE),
    "dense without bias": (SEQUENCE, Dense(2, use_bias=False)),
    "dropout in the cell": (LSTM(3, dropout=0.2, recurrent_dropout=0.1),),
    "zero at masked steps": (LSTM(3, return_sequences=True, zero_output_for_mask=True), LAST),
    "zero at a masked end": (LSTM(3, zero_output_for_mask=True), Dense(2)),
    "backwards, mask turned": (LSTM(3, return_sequences=True, go_backwards=True), LAST),
    "backwards, mask as it came": (
        LSTM(3, return_sequences=True, go_backwards=True, mask_in_reading_order=True),
        LAST,
    ),
    **{
        f"{merge} of both directions": (
            Bidirectional(LSTM(3, return_sequences=True), merge),
            Bidirectional(LSTM(2), merge),
        )
        for merge in ("concat", "sum", "mul", "ave")
    },
    "both directions, zero at masked steps": (
        Bidirectional(LSTM(3, return_sequences=True, zero_output_for_mask=True)),
        LAST,
    ),
}


def drawn(spec, seed=0):
    """Weights without symmetry, variances above zero, and rows that fit the first layer."""
    rng = np.random.default_rng(seed)
    weights = [rng.uniform(-0.9, 0.9, shape) for shape in spec.weight_shapes]
    for place, name in enumerate(spec.weight_names):
        if name.endswith("variance"):
            weights[place] = rng.uniform(0.3, 2.0, spec.weight_shapes[place])
    if isinstance(spec.layers[0], Embedding):
        x = rng.integers(0, spec.layers[0].input_dim, (ROWS, STEPS, 1)).astype(float)
        x[0, -2:] = 0
    else:
        x = rng.uniform(-1, 1, (ROWS, STEPS, FEATURES))
    return weights, x


def spec_of(layers):
    """A description around these layers."""
    features = 1 if isinstance(layers[0], Embedding) else FEATURES
    return ModelSpec(tuple(layers), features, time_steps=STEPS)


def both(spec, x, weights, mask=None):
    """The outputs and final states of both oracles."""
    found = []
    for oracle in (numpy_oracle, scalar_oracle):
        model = oracle.build(spec)
        model.set_weights(weights)
        found.append(model.call(x, mask=mask))
    return found


def assert_same(one, other):
    """Outputs and states agree to 1e-12."""
    assert one.outputs.shape == other.outputs.shape
    assert np.abs(one.outputs - other.outputs).max() <= 1e-12
    for ours, theirs in zip(one.states, other.states, strict=True):
        assert np.abs(np.array(ours) - np.array(theirs)).max() <= 1e-12


@pytest.mark.parametrize("masked", [False, True], ids=["open", "masked"])
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_both_oracles_agree(layers, masked):
    spec = spec_of(layers)
    weights, x = drawn(spec)
    assert_same(*both(spec, x, weights, MASK if masked else None))


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_both_oracles_agree_behind_a_masking_layer(layers):
    if isinstance(layers[0], Embedding):
        layers = (*layers[:1], Masking(0.5), *layers[1:])
    else:
        layers = (Masking(0.25), *layers)
    spec = spec_of(layers)
    weights, x = drawn(spec, seed=1)
    if spec.features == FEATURES:
        x[~MASK] = 0.25
    assert_same(*both(spec, x, weights))


@pytest.mark.parametrize("word", VOCABULARIES["activation"])
def test_both_oracles_agree_on_every_activation(word):
    layers = (
        LSTM(3, word, "sigmoid", return_sequences=True),
        Dense(4, word),
        ActivationLayer(word),
        LSTM(2, "tanh", word, return_sequences=True),
    )
    spec = spec_of(layers)
    weights, x = drawn(spec, seed=2)
    # Seven times exp of an exp leaves the doubles.
    if word == "exponential":
        spec, weights, x = replace(spec, layers=layers[:1], time_steps=2), weights[:3], x[:, :2]
    assert_same(*both(spec, 3 * x, [0.6 * one for one in weights]))


def test_every_layer_that_has_no_derivative_is_in_the_table():
    tried = {type(one).__name__ for layers in LAYERS.values() for one in layers}
    from lstm_spec.model import LAYERS as KINDS

    untried = {one.__name__ for one in KINDS if not one.trains} - tried - {"ActivationLayer"}
    assert untried == set()


@pytest.mark.parametrize("oracle", [numpy_oracle, scalar_oracle], ids=lambda one: one.name)
@pytest.mark.parametrize("name", LAYERS)
def test_what_has_no_derivative_is_not_trained(name, oracle):
    spec = spec_of(LAYERS[name])
    weights, x = drawn(spec)
    model = oracle.build(spec)
    model.set_weights(weights)
    y = np.zeros(spec.output_shape(ROWS, STEPS))
    part = without_derivative(spec)
    if not part:
        assert np.isfinite(model.gradients(x, y).loss)
        return
    for train in (
        lambda: model.gradients(x, y),
        lambda: model.train_on_batch(x, y),
        lambda: model.fit(x, y, batch_size=3, epochs=1, shuffle=False),
    ):
        with pytest.raises(Unsupported, match="can be run, but not trained") as refused:
            train()
        assert part in str(refused.value)
    for before, after in zip(weights, model.get_weights(), strict=True):
        assert np.array_equal(before, after)


@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave"])
def test_both_oracles_agree_on_the_gradients_of_every_merge(merge):
    layers = (Bidirectional(LSTM(3, return_sequences=True), merge), Dense(2, use_bias=False))
    spec = spec_of(layers)
    weights, x = drawn(spec, seed=3)
    y = np.random.default_rng(4).uniform(-1, 1, spec.output_shape(ROWS, STEPS))
    one, other = (
        model.gradients(x, y)
        for oracle in (numpy_oracle, scalar_oracle)
        for model in [oracle.build(spec)]
        if model.set_weights(weights) is None
    )
    assert abs(one.loss - other.loss) <= 1e-12
    for ours, theirs in zip([*one.weights, one.x], [*other.weights, other.x], strict=True):
        assert np.abs(ours - theirs).max() <= 1e-12


@pytest.mark.parametrize("oracle", [numpy_oracle, scalar_oracle], ids=lambda one: one.name)
@pytest.mark.parametrize("token", [5, -1, 0.5])
def test_a_token_that_the_table_lacks_is_named(oracle, token):
    model = oracle.build(spec_of((Embedding(5, 3), LAST)))
    x = np.zeros((ROWS, STEPS, 1))
    x[1, 2] = token
    with pytest.raises(ValueError, match=f"whole numbers from 0 to 4, got {token:g}"):
        model.call(x)


def test_a_row_without_a_valid_step_has_no_mean():
    spec = spec_of((SEQUENCE, GlobalAveragePooling1D()))
    weights, x = drawn(spec)
    mask = MASK.copy()
    mask[1] = False
    for one in both(spec, x, weights, mask):
        assert np.isnan(one.outputs[1]).all()
        assert np.isfinite(one.outputs[[0, 2]]).all()
