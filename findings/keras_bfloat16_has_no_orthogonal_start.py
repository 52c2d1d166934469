"""A new LSTM in bfloat16 cannot be built: nothing draws its orthogonal recurrent kernel.

Library: Keras 3.15.1 on TensorFlow 2.21
Clauses: CELL-512
Documented: no; the documentation of DTypePolicy names bfloat16 as a policy like float16

Expected: an LSTM with the policy "bfloat16" is built like one with "float16" or "mixed_bfloat16".
Its recurrent kernel is orthogonal unless it is told otherwise, and Keras draws it in the type of
the weight: TensorFlow has no QR factorisation for bfloat16, and the layer raises
InvalidArgumentError. With recurrent_initializer="glorot_uniform" it is built and computes.

Run: lstm-spec env run keras-3-tensorflow findings/keras_bfloat16_has_no_orthogonal_start.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras

refused = []
for policy in ("float16", "mixed_bfloat16", "bfloat16"):
    try:
        keras.layers.LSTM(3, dtype=policy).build((1, 4, 2))
        print(f"{policy}: the layer was built")
    except Exception as error:
        refused.append(policy)
        print(f"{policy}: {type(error).__name__}: {str(error).splitlines()[0][:120]}")
print("shown: a layer of bfloat16 has no orthogonal start" if refused else "gone")
raise SystemExit(bool(refused))
