"""A stateful Bidirectional layer of Keras 2.3 carries its state in training, and nowhere else.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: STATE-49, STATE-50, LIFE-140, LIFE-150, LIFE-151
Documented: no

Expected: every batch leaves its state behind. train_on_batch and fit do so, but predict, evaluate
and the other methods on one batch leave the state as it is, and model.reset_states() passes the
layer by: the constructor of Layer sets stateful back to False after Bidirectional has copied it.

Run: lstm-spec env run keras-2.3 findings/keras_2_3_bidirectional_carries_in_training_only.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import LSTM, Bidirectional
from keras.models import Sequential

layer = Bidirectional(LSTM(2, stateful=True, return_sequences=True), batch_input_shape=(3, 4, 5))
model = Sequential([layer])
model.compile(loss="mse", optimizer="sgd")
x, y = np.ones((3, 4, 5)), np.zeros((3, 4, 4))


def largest_state() -> float:
    """The largest number in the states of both halves."""
    halves = (layer.forward_layer, layer.backward_layer)
    read = keras.backend.get_value
    return max(float(abs(read(state)).max()) for half in halves for state in half.states)


model.predict(x, batch_size=3)
predicted = largest_state()
model.evaluate(x, y, batch_size=3, verbose=0)
evaluated = largest_state()
model.train_on_batch(x, y)
trained = largest_state()
model.reset_states()
reset = largest_state()
print(f"Keras {keras.__version__}: stateful of the wrapper is {layer.stateful}")
print(f"the largest state after predict: {predicted:.3f}, after evaluate: {evaluated:.3f}")
print(f"after train_on_batch: {trained:.3f}, and after model.reset_states(): {reset:.3f}")
shown = predicted == evaluated == 0 < trained == reset
print("shown: the state is carried in training only" if shown else "gone")
raise SystemExit(bool(shown))
