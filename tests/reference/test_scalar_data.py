"""The scalar oracle's own data builders give what the data contracts give, or refuse as they do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_spec import data as contracts
from reference.scalar import data as scalar

SOURCES = {
    "Generator": lambda: np.random.default_rng(3),
    "RandomState": lambda: np.random.RandomState(7),
}
numbers = st.integers(-3, 40) | st.floats(allow_nan=True, allow_infinity=False, width=32)
rows = st.lists(st.lists(numbers, max_size=5), max_size=4)
sides = st.sampled_from(["pre", "post", "left"])
counts = st.integers(-1, 8)


def outcome(function, *args, **options):
    """What came out, or the kind of refusal."""
    try:
        return function(*args, **options)
    except (TypeError, ValueError):
        return "refused"


def same(name, *args, **options):
    module, function = name.split(".")
    got, expected = (
        outcome(getattr(getattr(witness, module), function), *args, **options)
        for witness in (scalar, contracts)
    )
    agree(got, expected)
    return expected


def agree(got, expected):
    if isinstance(expected, tuple):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            agree(one, other)
    elif isinstance(expected, np.ndarray):
        assert isinstance(got, np.ndarray)
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-14, atol=1e-14)
    else:
        assert got == expected


@given(st.lists(numbers, max_size=5) | rows, st.none() | counts)
def test_one_hot_agrees(labels, width):
    same("one_hot.one_hot", labels, width)


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), max_size=4))
def test_decode_agrees(encoded):
    same("one_hot.decode", np.array(encoded).reshape(len(encoded), 3))


@settings(max_examples=150)
@given(
    rows,
    st.none() | counts,
    st.sampled_from(["int32", "uint8", "float32", "float64"]),
    sides,
    sides,
    st.sampled_from([0.0, -1.0, 0.5, 300.0, 1e300]),
)
def test_padding_agrees(rows, maxlen, dtype, padding, truncating, value):
    same("padding.pad_sequences", rows, maxlen, dtype, padding, truncating, value)


def test_padding_of_vectors_agrees():
    vectors = [[[1, 2]], [[3, 4], [5, 6], [7, 8]], []]
    for side in ("pre", "post"):
        padded = same("padding.pad_sequences", vectors, 2, "int32", side, side, -1.0)
        assert padded.shape == (3, 2, 2)
    assert same("padding.pad_sequences", [[[1, 2]], [[3]]]) == "refused"


@given(st.text("ABXYZaz ", max_size=6), st.lists(st.integers(-1, 26), max_size=5))
def test_letters_agree(text, letters):
    same("alphabet.letters_to_numbers", text)
    same("alphabet.numbers_to_letters", letters)
    same("alphabet.scale", letters)


@pytest.mark.parametrize("length", [-1, 0, 1, 3, 25, 26])
def test_windows_agree(length):
    made = same("alphabet.windows", length)
    if made != "refused":
        same("alphabet.as_features", made[0])
        same("alphabet.as_time_steps", made[0])


def test_prefixes_agree():
    same("alphabet.left_padded_prefixes")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_random_data_agrees_draw_by_draw(source):
    for name, args in {
        "alphabet.variable_length_substrings": (40, 5),
        "echo.sequence": (25,),
        "echo.batch": (25, 6, 3),
        "moving_average.uniform_series": (50, 0.1),
    }.items():
        module, function = name.split(".")
        mine, theirs = (
            getattr(getattr(witness, module), function)(*args, source())
            for witness in (scalar, contracts)
        )
        agree(mine, theirs)


@given(st.integers(0, 7), counts, counts)
def test_echo_windows_agree(length, n_in, n_out):
    same("echo.windows", np.arange(2.0 * length).reshape(length, 2), n_in, n_out)


@given(st.lists(numbers, max_size=7), counts, counts)
def test_moving_average_agrees(series, tsteps, lahead):
    same("moving_average.rows_to_drop", tsteps, lahead)
    same("moving_average.rolling_mean", series, tsteps)
    same("moving_average.lagged", series, lahead)
    same("moving_average.supervised", series, tsteps, lahead)


@given(st.integers(0, 12), counts, st.sampled_from([0.0, 0.3, 0.8, 1.0]))
def test_the_split_agrees(count, batch_size, ratio):
    x, y = np.arange(2.0 * count).reshape(count, 2, 1), np.arange(1.0 * count)
    same("moving_average.split", x, y, batch_size, ratio)
    same("moving_average.split", x, y[1:], batch_size, ratio)


@given(st.integers(0, 9), counts, counts)
def test_batches_agree(count, slot, batch_size):
    same("batches.interleaved", np.arange(count), slot, batch_size)
    same("batches.whole_batches", count, batch_size)
