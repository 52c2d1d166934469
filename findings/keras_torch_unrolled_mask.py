"""Keras on PyTorch: an unrolled LSTM that reads backwards cannot be called with a mask.

Library: Keras 3.15.1 on torch 2.13.0
Clauses: LIFE-200
Documented: no

Expected: unroll=True is another way to compute the same layer. On PyTorch, a layer with
go_backwards=True raises AttributeError ("'tuple' object has no attribute 'shape'") if it is
unrolled and given a mask, and so does a bidirectional layer; without unroll, and without a mask,
both compute.

Run: lstm-spec env run keras-3-torch findings/keras_torch_unrolled_mask.py
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

x, mask = np.zeros((2, 4, 3)), np.ones((2, 4), bool)


def called(unroll: bool, with_mask: bool) -> bool:
    """Whether such a layer computes."""
    layer = keras.layers.LSTM(3, unroll=unroll, go_backwards=True)
    try:
        layer(x, mask=mask if with_mask else None)
    except AttributeError:
        return False
    return True


ended = {how: called(*how) for how in ((False, True), (True, False), (True, True))}
for (unroll, with_mask), computed in ended.items():
    print(f"unroll={unroll}, a mask: {with_mask}: {'computed' if computed else 'AttributeError'}")
shown = ended == {(False, True): True, (True, False): True, (True, True): False}
print("shown: only an unrolled layer with a mask fails" if shown else "gone")
raise SystemExit(bool(shown))
