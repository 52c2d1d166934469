"""A model that was built for four time steps takes one, three or five of them.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: SEQ-170, SEQ-542
Documented: no; the documentation of Input says that its shape is that of each sample

Expected: an input of another shape than the one that ``Input`` was given is rejected, as one with
another number of features is. An LSTM can run any number of steps, and nothing in the model
compares them: outputs come out as if the model had been built for any number. Whoever cuts windows
wrongly is not told.

Run: lstm-spec env run keras-3-tensorflow findings/keras_takes_other_steps.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

model = keras.Sequential([keras.Input((4, 5)), keras.layers.LSTM(6)])
accepted = []
for steps in (1, 3, 5):
    x = np.ones((2, steps, 5), "float32")
    ways = {"call": model, "predict": lambda given: model.predict(given, verbose=0)}
    for name, way in ways.items():
        try:
            print(f"{name} of {steps} steps instead of 4: outputs {tuple(way(x).shape)}")
            accepted.append(steps)
        except Exception as error:
            print(f"{name} of {steps} steps instead of 4 raised {type(error).__name__}")
shown = bool(accepted)
print("shown: other numbers of steps are accepted" if shown else "gone")
raise SystemExit(bool(shown))
