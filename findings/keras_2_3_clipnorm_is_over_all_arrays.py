"""clipnorm of Keras 2.3 limits the norm of all gradients together, and not that of each of them.

Library: Keras 2.3.1 on TensorFlow 1.15.5
Clauses: TRAIN-310, TRAIN-311, TRAIN-316, TRAIN-317
Documented: "Gradients will be clipped when their L2 norm exceeds this value"

Two weights have gradients of 3 and 4, and the limit is 3.5. The first gradient is within it and has
to stay 3; the second has to become 3.5. Keras takes the norm of both together, which is 5, and
scales both: 2.1 and 2.8. In tf.keras 2.15 and Keras 3, the same argument means the norm of each
array, and the norm of all is called global_clipnorm. A limit that was tuned with one of them is
another limit with the other.

Run: lstm-spec env run keras-2.3 findings/keras_2_3_clipnorm_is_over_all_arrays.py
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import SGD

LIMIT, SLOPES = 3.5, (3.0, 4.0)

# The output is w * 0.75 + b, so the gradients of w and b are in the relation of 3 to 4.
model = Sequential([Dense(1, input_shape=(1,))])
model.compile(loss="mse", optimizer=SGD(1.0, clipnorm=LIMIT))
model.set_weights([np.zeros((1, 1)), np.zeros(1)])
model.train_on_batch(np.full((1, 1), 0.75), np.full((1, 1), -2.0))
moved = [-float(weight.ravel()[0]) for weight in model.get_weights()]

expected = [min(slope, LIMIT) for slope in SLOPES]
together = [slope * LIMIT / 5 for slope in SLOPES]
print(f"Keras {keras.__version__}, clipnorm={LIMIT}: gradients of {SLOPES} became {moved}")
print(f"each by itself: {expected}; both together: {together}")
raise SystemExit(bool(not np.allclose(moved, expected, atol=1e-5)))
