"""With averages beside accumulated gradients, Keras moves weights in batches without an update.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: TRAIN-346
Documented: no; the documentation says that variables are not updated at every step

With gradient_accumulation_steps=2, every second batch is followed by an update, and with
ema_overwrite_frequency=2, every second update ends with the average in place of the weights. Keras
asks whether it is time in every batch, of a count that two batches share. So the average replaces
the weights one batch too early as well: a batch that makes no update moves them. The average also
takes in the same weights once for each batch, where it should once for each update.

Run: lstm-spec env run keras-3-tensorflow findings/keras_averages_move_weights_between_updates.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
optimizer = keras.optimizers.SGD(
    0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2, gradient_accumulation_steps=2
)
model.compile(loss="mse", optimizer=optimizer)
model.set_weights([np.zeros((1, 1))])
x, y = np.ones((1, 1)), np.ones((1, 1))

wrong = 0
print(f"Keras {keras.__version__} on {keras.backend.backend()}: the weight after every batch")
for number in range(1, 9):
    before = float(model.get_weights()[0][0, 0])
    model.train_on_batch(x, y)
    after = float(model.get_weights()[0][0, 0])
    moved = number % 2 == 1 and before != after
    wrong += moved
    print(f"{number}: {after:.6f}" + (", moved without an update" if moved else ""))
raise SystemExit(bool(wrong))
