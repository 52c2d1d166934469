"""Adam of Keras 2.3 on TensorFlow 1.15 corrects its moments for one update too many.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: TRAIN-15, TRAIN-16, TRAIN-02, PIPE-31
Documented: no

Adam's first update moves every weight by the learning rate, whatever its gradient. Here it is 0.744
of the rate, which is what comes out where the count that corrects the moments is 2 already: the
update raises the count and reads it in the same graph, in no order. The difference shrinks from
update to update, but the trained weights are others.

Run: lstm-spec env run keras-2.3 findings/keras_2_3_adam_is_one_update_ahead.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam

RATE, BETA_1, BETA_2 = 0.01, 0.9, 0.999


def first_step(count: int) -> float:
    """Of a first update, in units of the rate, where the moments are corrected for this count."""
    corrected = np.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
    return float((1 - BETA_1) / np.sqrt(1 - BETA_2) * corrected)


steps = []
for _ in range(8):
    model = Sequential([Dense(1, input_shape=(1,), use_bias=False)])
    model.compile(loss="mse", optimizer=Adam(lr=RATE, beta_1=BETA_1, beta_2=BETA_2))
    before = model.get_weights()[0]
    model.train_on_batch(np.ones((1, 1)), np.full((1, 1), 5.0))
    steps.append(float((model.get_weights()[0] - before)[0, 0]) / RATE)

print("first updates in units of the rate:", ", ".join(f"{step:.4f}" for step in steps))
print(f"expected {first_step(1):.4f}; with a count of 2 it is {first_step(2):.4f}")
wrong = [step for step in steps if abs(step - first_step(1)) > 1e-3]
print(f"{len(wrong)} of {len(steps)} are wrong, Keras {keras.__version__}")
raise SystemExit(bool(wrong))
