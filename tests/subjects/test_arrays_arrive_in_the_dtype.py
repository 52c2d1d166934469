"""Whatever the caller gives, an engine behind the protocol gets the dtype of the description."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_spec.subjects.protocol import read_array
from lstm_spec.subjects.remote_model import RemoteModel


class Listening:
    """An implementation in another process that only remembers what it was sent."""

    process = "the child"

    def __init__(self):
        self.sent = {}

    def ask(self, op, read, **fields):
        self.sent = fields

    def drop(self, child, handle):
        pass


@pytest.mark.parametrize("given", ["float32", "float64", "int32", "int64", ">f4", ">f8"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_are_converted_and_masks_are_not(given, dtype):
    engine = Listening()
    model = RemoteModel(engine, "the child", 0, dtype)
    numbers = np.arange(6).reshape(1, 3, 2).astype(given)
    mask = np.array([[True, True, False]])
    model.call(numbers, mask, [(numbers[0], numbers[0])])
    ((h, c),) = engine.sent["initial_state"]
    for sent in (engine.sent["x"], h, c):
        arrived = read_array(sent, "it")
        assert arrived.dtype == dtype
        assert np.array_equal(arrived.ravel(), np.arange(6))
    assert read_array(engine.sent["mask"], "mask").dtype == bool
    model.fit(
        numbers,
        numbers,
        batch_size=1,
        epochs=1,
        shuffle=False,
        validation_data=(numbers, numbers),
    )
    fields = engine.sent["x"], engine.sent["y"], *engine.sent["validation_data"]
    assert {read_array(one, "it").dtype.name for one in fields} == {dtype}
