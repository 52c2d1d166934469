"""Keras 3.1.1 draws the masks of recurrent dropout at the rate of dropout: alone, it does nothing.

Library: Keras 3.1.1 on JAX 0.4.30
Clauses: CELL-202, CELL-203, CELL-204, GRAD-201
Documented: https://github.com/keras-team/keras/issues/19395

Expected: in training, entries of h are dropped before each step, so a call in training gives other
outputs than one outside it. They are the same, unless dropout of the inputs is asked for as well:
``get_recurrent_dropout_mask`` reads the rate of the other argument. Keras 3.2 reads its own.

Run: lstm-spec env run keras-3.1-jax findings/keras_recurrent_dropout_at_another_rate.py
"""

import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(8, 6, 5)).astype("float32")


def differs(**rates: float) -> bool:
    """Whether a call in training gives other outputs than one outside it."""
    layer = keras.layers.LSTM(4, **rates)
    plain, training = np.array(layer(x)), np.array(layer(x, training=True))
    apart = not np.allclose(plain, training)
    print(f"{rates}: outputs in training are {'others' if apart else 'the same'}")
    return apart


inputs, recurrent = differs(dropout=0.5), differs(recurrent_dropout=0.5)
print("gone" if recurrent else "shown: recurrent dropout does nothing")
raise SystemExit(bool(inputs and not recurrent))
