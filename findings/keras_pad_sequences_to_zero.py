"""Keras pads rows to a maxlen of 0 if they are truncated at the end, and fails at the beginning.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: DATA-100
Documented: no

Expected: the shape (2, 0) either way. The last maxlen entries are taken with the slice [-maxlen:],
which is the whole row if maxlen is 0.

Run: lstm-spec env run keras-3-tensorflow findings/keras_pad_sequences_to_zero.py
"""

import keras


def outcome(truncating: str) -> str:
    """The shape of the result, or the error."""
    try:
        padded = keras.utils.pad_sequences([[5, 6], [7]], maxlen=0, truncating=truncating)
    except ValueError as error:
        return str(error)
    return str(padded.shape)


print(f"truncating the end: {outcome('post')}")
print(f"truncating the beginning: {outcome('pre')}")
shown = outcome("pre") != "(2, 0)"
print("shown: a slice [-0:] is the whole row" if shown else "gone")
raise SystemExit(bool(shown))
