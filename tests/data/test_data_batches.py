"""Batches: which rows a slot sees, and rows that are left over."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_spec.data.batches import interleaved, whole_batches


@given(batches=st.integers(1, 6), batch_size=st.integers(1, 6))
def test_the_slots_together_are_the_whole_series(batches, batch_size):
    series = np.arange(batches * batch_size)
    slots = [interleaved(series, slot, batch_size) for slot in range(batch_size)]
    np.testing.assert_array_equal(np.stack(slots, axis=1).ravel(), series)


def test_a_slot_keeps_the_other_axes():
    series = np.arange(12).reshape(6, 2)
    np.testing.assert_array_equal(interleaved(series, 1, 3), [[2, 3], [8, 9]])


@given(batches=st.integers(0, 50), batch_size=st.integers(1, 50))
def test_whole_batches_are_counted(batches, batch_size):
    assert whole_batches(batches * batch_size, batch_size) == batches


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: interleaved(range(9), 3, 3), "slot must be at most 2, got 3"),
        (lambda: interleaved(range(9), -1, 3), "slot must be at least 0, got -1"),
        (lambda: interleaved(range(9), 0, 0), "batch_size must be at least 1, got 0"),
        (lambda: interleaved(5, 0, 1), "series must be (length, ...), got a single number"),
        (lambda: whole_batches(20, 0), "batch_size must be at least 1, got 0"),
        (lambda: whole_batches(-1, 2), "count must be at least 0, got -1"),
        (
            lambda: whole_batches(20, 6),
            "20 rows do not make whole batches of 6: 2 left over; "
            "drop them or choose a batch size that divides 20",
        ),
        (
            lambda: whole_batches(25, 4),
            "25 rows do not make whole batches of 4: 1 left over; "
            "drop it or choose a batch size that divides 25",
        ),
    ],
)
def test_impossible_batches_are_refused_in_plain_words(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        call()
