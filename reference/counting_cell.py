"""The counting cell: an LSTM of one unit that can be followed by hand.

Its gates are wide open and its candidate is tanh(x), so c is the sum of tanh over all steps, and
h is tanh(c). The worked examples of the specification are made of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, SGD, ModelSpec
from reference.numpy import implementation
from reference.numpy.model import NumpyModel

HALF = float(np.arctanh(0.5))
"""The input that counts one half: tanh(HALF) = 0.5."""


def counting_cell(**options: Any) -> NumpyModel:
    """The cell in the float64 engine; ``options`` are those of ``lstm_spec.model.LSTM``.

    It learns with SGD at a rate of 0.1 from the squared error. A stateful one is for one row.
    """
    layer = LSTM(1, **options)
    spec = ModelSpec(
        (layer,),
        features=1,
        batch_size=1 if layer.stateful else None,
        optimizer=SGD(0.1),
        dtype="float64",
    )
    cell = implementation.build(spec)
    open_gates = np.array([100.0, 100.0, 0.0, 100.0])  # sigmoid(100) is 1
    cell.set_weights([np.array([[0.0, 0.0, 1.0, 0.0]]), np.zeros((1, 4)), open_gates])
    return cell


def steps(*inputs: float) -> Array:
    """One row of one feature: (1, time, 1)."""
    return np.array(inputs).reshape(1, -1, 1)
