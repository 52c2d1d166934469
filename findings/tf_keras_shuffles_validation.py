"""tf.keras of TensorFlow 1.15 shuffles the validation rows of fit, even with shuffle=False.

Library: tf.keras 2.2.4 of TensorFlow 1.15.5
Clauses: LIFE-20, LIFE-21, LIFE-23, PIPE-52
Documented: no; "shuffle" is documented as being about the training data

Expected: validation inside fit gives what evaluate gives after it. Without a state, the order of
the rows makes no difference; but a stateful model is validated on rows that belong in sequence, and
is left with the state after rows in another order. The training loop of fit does not pass `shuffle`
to that of validation, whose own default is True.

Run: lstm-spec env run tf-keras-1.15 findings/tf_keras_shuffles_validation.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

tf.get_logger().setLevel("ERROR")
BATCH, STEPS, FEATURES, UNITS = 2, 4, 3, 5
model = tf.keras.Sequential(
    [tf.keras.layers.LSTM(UNITS, stateful=True, batch_input_shape=(BATCH, STEPS, FEATURES))]
)
model.compile("sgd", "mse")
weights = model.get_weights()
rng = np.random.RandomState(0)
x, rows = rng.randn(2, 4 * BATCH, STEPS, FEATURES).astype("float32")
y = rng.randn(4 * BATCH, UNITS).astype("float32")
for seed in range(5):
    np.random.seed(seed)
    losses = {}
    for way in "inside", "after":
        model.reset_states()
        model.set_weights(weights)
        validation = {"validation_data": (rows, y)} if way == "inside" else {}
        fitted = model.fit(x, y, batch_size=BATCH, shuffle=False, verbose=0, **validation)
        if way == "inside":
            losses[way] = fitted.history["val_loss"][0]
        else:
            losses[way] = model.evaluate(rows, y, batch_size=BATCH, verbose=0)
    print("validation inside fit {inside:.6f}, evaluate after it {after:.6f}".format(**losses))
shown = abs(losses["inside"] - losses["after"]) > 1e-4
print("shown: the validation rows were shuffled" if shown else "gone")
raise SystemExit(bool(shown))
