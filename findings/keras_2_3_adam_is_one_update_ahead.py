"""Adam of Keras 2.3 on TensorFlow 1.15 corrects its moments for one update too many.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: TRAIN-15, TRAIN-16, TRAIN-02, TRAIN-111, TRAIN-140, PIPE-31
Documented: no

With a constant gradient, every update of Adam changes a weight by the learning rate. Here the first
update is 0.744 of the rate, which is the result if the count that corrects the moments is already
2: the update increases the count and reads it in the same graph, in no fixed order. The difference
becomes smaller from update to update, but the trained weights differ. Keras 1.2 to 2.2 on
TensorFlow 1 has the same race: this script finds a few of a hundred updates with the wrong count in
1.2 and 2.0, and most of them in 2.1 and 2.2, where a network with an LSTM alone is rarely affected.

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
MODELS, UPDATES, FAR = 50, 5, 1e6


def correction(count: int) -> float:
    """What the moments are corrected by in the update of this count."""
    return float(np.sqrt(1 - BETA_2**count) / (1 - BETA_1**count))


def steps() -> list:
    """Of the updates of a fresh model, in units of the rate; so far off that the gradient stays."""
    keras.backend.clear_session()
    model = Sequential([Dense(1, input_shape=(1,))])
    model.compile(loss="mse", optimizer=Adam(lr=RATE, beta_1=BETA_1, beta_2=BETA_2))
    kernels = [model.get_weights()[0]]
    for _ in range(UPDATES):
        model.train_on_batch(np.ones((1, 1)), np.full((1, 1), FAR))
        kernels.append(model.get_weights()[0])
    return [float(step) / RATE for step in np.diff(np.ravel(kernels))]


ahead = [correction(count + 1) / correction(count) for count in range(1, UPDATES + 1)]
runs = [steps() for _ in range(MODELS)]
print(f"Keras {keras.__version__}: the first update is {runs[0][0]:.4f} of the rate; expected 1")
print(f"with the count of the next update it would be {ahead[0]:.4f}")
wrong = int((abs(np.array(runs) - ahead) < 0.002).sum())
print(f"{wrong} of {MODELS * UPDATES} updates used the count of the next")
raise SystemExit(bool(wrong))
