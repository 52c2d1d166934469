"""A stateful Keras model rejects another batch size when it is new, and accepts it once it has run.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: STATE-62, STATE-63
Documented: no

Expected: the same error at any time.

Run: lstm-spec env run keras-3-tensorflow findings/keras_batch_size_forgotten.py
"""

import keras
import numpy as np


def refuses_single_rows(after_a_run: bool) -> bool:
    """Whether predict with a batch size of 1 is refused by a model that was built for 3."""
    model = keras.Sequential(
        [keras.Input(batch_shape=(3, 2, 5)), keras.layers.LSTM(4, stateful=True)]
    )
    x = np.random.default_rng(0).normal(size=(6, 2, 5)).astype("float32")
    if after_a_run:
        model.predict(x, batch_size=3, verbose=0)
    try:
        rows = len(model.predict(x, batch_size=1, verbose=0))
    except Exception:
        return True
    print(f"6 rows given, {rows} rows returned")
    return False


new, used = refuses_single_rows(after_a_run=False), refuses_single_rows(after_a_run=True)
answer = {True: "refuses", False: "accepts"}
print(f"a new model {answer[new]} it, a used one {answer[used]} it")
shown = not used
print("shown: the check is made only while a function is compiled" if shown else "gone")
raise SystemExit(bool(shown))
