"""numpy-ml's LSTM layer cannot be constructed, and its LSTMCell runs backwards only once.

Library: numpy-ml 0.1.2
Clauses: GRAD-01, GRAD-03, GRAD-04, GRAD-05, GRAD-06, GRAD-11, GRAD-12, GRAD-20, GRAD-21, GRAD-22,
GRAD-23, GRAD-24, GRAD-25, GRAD-26, GRAD-30, GRAD-33, GRAD-34
Documented: no

Expected: a second update like the first. Instead, an update leaves empty lists in place of the
gradients, and nothing can be added to them.

Run: lstm-spec env run numpy-ml findings/numpy_ml_second_update.py
"""

from collections.abc import Callable

import numpy as np
from numpy_ml.neural_nets.layers import LSTM, LSTMCell


def refusal(attempt: Callable) -> str:
    """What is raised; empty if nothing is."""
    try:
        attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


cell = LSTMCell(2)


def learn_once() -> None:
    """One step forwards, one back, one update."""
    cell.forward(np.ones((1, 3)))
    cell.backward(np.ones((1, 2)))
    cell.update()


layer, first, second = (refusal(one) for one in (lambda: LSTM(n_out=2), learn_once, learn_once))
print(f"constructing a layer: {layer or 'works'}")
print(f"the first update:     {first or 'works'}")
print(f"the second update:    {second or 'works'}")
shown = bool(layer) and not first and bool(second)
print("shown: neither the layer nor the cell can be trained" if shown else "gone, at least in part")
raise SystemExit(bool(shown))
