"""The short way of an update gives what the readable way gives, and only the oracle takes it."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lstm_spec.model import LSTM, SGD, Adam, Bidirectional, Dense, Masking, ModelSpec
from reference.numpy import NumpyImplementation, implementation, implementation_float32

# An update moves a weight by a tenth of its gradient, a sum of at most 20 products of a few
# roundings each, of numbers of the order of one: some ten units of the last place, so less than a
# hundred after eight updates (over 1,500 networks it was two). Adam would not do: its first step is
# of one size however small the gradient, so the rounding of a zero gradient moves a weight.
ROUNDING = {dtype: 100 * float(np.finfo(dtype).eps) for dtype in (np.float64, np.float32)}

HEADS = {
    "categorical_crossentropy": Dense(3, "softmax"),
    "mse": Dense(2),
}

networks = some.builds(
    lambda units, features, rows, stateful, loss: ModelSpec(
        (LSTM(units, stateful=stateful), HEADS[loss]),
        features,
        rows if stateful else None,
        loss=loss,
        optimizer=SGD(0.1),
        dtype="float64",
    ),
    some.integers(1, 5),
    some.integers(1, 3),
    some.integers(1, 4),
    some.booleans(),
    some.sampled_from(sorted(HEADS)),
)


def readable(model):
    """The same model with the short way closed."""
    twin = model.clone()
    twin.fused = None
    return twin


def batches(spec, seed, shapes):
    """x and y of the given (rows, steps); the targets of a row need not sum to one."""
    draw = np.random.default_rng(seed)
    for rows, steps in shapes:
        rows = spec.batch_size or rows
        yield (
            draw.normal(0, 2, (rows, steps, spec.features)),
            draw.uniform(0, 2, (rows, spec.layers[-1].units)),
        )


@given(
    networks,
    some.integers(0, 2**32 - 1),
    some.lists(some.tuples(some.integers(1, 4), some.integers(1, 5)), min_size=1, max_size=8),
    some.sampled_from([np.float64, np.float32]),
)
def test_updates_are_the_same_for_every_shape_of_batch(spec, seed, shapes, dtype):
    if dtype is np.float32:
        spec = replace(spec, dtype="float32")
    engine = implementation if dtype is np.float64 else implementation_float32
    ours = engine.build(spec)
    theirs = readable(ours)
    assert ours.fused is not None
    close = {"rtol": ROUNDING[dtype], "atol": ROUNDING[dtype]}
    for x, y in batches(spec, seed, shapes):
        got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
        np.testing.assert_allclose(got["loss"], expected["loss"], **close)
        assert set(got) == set(expected)
        np.testing.assert_allclose(ours.parameters, theirs.parameters, **close)
        for one, other in zip(ours.get_states(), theirs.get_states(), strict=True):
            np.testing.assert_allclose(one, other, **close)
        assert ours.parameters.dtype == ours.gradient.dtype == dtype


def test_adam_after_a_hundred_updates_is_where_the_readable_way_is():
    spec = ModelSpec(
        (LSTM(6), Dense(4, "softmax")),
        2,
        loss="categorical_crossentropy",
        optimizer=Adam(0.01),
        dtype="float64",
    )
    ours = implementation.build(spec)
    theirs = readable(ours)
    draw = np.random.default_rng(5)
    x, y = draw.normal(size=(10, 3, 2)), np.eye(4)[draw.integers(0, 4, 10)]
    how = {"batch_size": 3, "epochs": 25, "shuffle": True, "validation_data": (x, y)}
    got, expected = ours.fit(x, y, **how), theirs.fit(x, y, **how)
    assert set(got) == set(expected) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for name in got:
        np.testing.assert_allclose(got[name], expected[name], rtol=1e-9)
    np.testing.assert_allclose(ours.parameters, theirs.parameters, rtol=1e-8, atol=1e-9)


def test_logits_beyond_the_range_of_exp_give_a_finite_loss_and_gradient():
    spec = ModelSpec(
        (LSTM(2), Dense(3, "softmax")), 1, loss="categorical_crossentropy", dtype="float64"
    )
    ours = implementation.build(spec)
    ours.weights[-1][...] = [0.0, 2000.0, -2000.0]
    theirs = readable(ours)
    x, y = np.ones((2, 1, 1)), np.array([[1.0, 0, 0], [0, 0, 1.0]])
    got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
    assert got["loss"] == pytest.approx(expected["loss"]) == pytest.approx(3000, rel=1e-3)
    np.testing.assert_allclose(ours.parameters, theirs.parameters)


@pytest.mark.parametrize(
    "layers",
    [
        (LSTM(2), Dense(2, "sigmoid")),
        (LSTM(2, use_bias=False), Dense(2)),
        (LSTM(2, return_sequences=True), Dense(2)),
        (LSTM(2, go_backwards=True), Dense(2)),
        (LSTM(2, activation="relu"), Dense(2)),
        (LSTM(2, recurrent_activation="hard_sigmoid_keras2"), Dense(2)),
        (LSTM(2),),
        (Masking(), LSTM(2), Dense(2)),
        (Bidirectional(LSTM(2)), Dense(2)),
    ],
    ids=str,
)
def test_every_other_network_goes_the_readable_way(layers):
    assert implementation.build(ModelSpec(layers, 2)).fused is None


@pytest.mark.parametrize(
    "part", [one.name for one in fields(implementation) if one.name.endswith("_class")]
)
def test_an_oracle_with_any_part_exchanged_goes_the_readable_way(part):
    original = getattr(implementation, part)
    exchanged = replace(implementation, **{part: type("Exchanged", (original,), {})})
    assert exchanged.build(ModelSpec((LSTM(2), Dense(2)), 2)).fused is None


def test_an_implementation_derived_from_the_oracle_goes_the_readable_way():
    class Derived(NumpyImplementation):
        pass

    assert Derived().build(ModelSpec((LSTM(2), Dense(2)), 2)).fused is None
