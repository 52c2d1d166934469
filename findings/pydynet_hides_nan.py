"""PyDyNet's LSTM gives finite values for a row containing NaN.

Library: PyDyNet 1.1
Clauses: STATE-70
Documented: no

Expected: NaN from that step on. Instead, the outputs are finite, because its sigmoid and tanh of
NaN are zero.

Run: lstm-spec env run pydynet findings/pydynet_hides_nan.py
"""

import numpy as np
import pydynet
from pydynet import nn

np.random.seed(0)
lstm = nn.LSTM(1, 1, dtype=np.float64)
y, _ = lstm(pydynet.Tensor(np.array([1.0, np.nan, 1.0]).reshape(3, 1, 1)))
outputs = y.data.ravel()

print(f"inputs 1, NaN, 1; outputs {outputs}, expected NaN from the second on")
shown = not np.isnan(outputs).any()
print("shown: the outputs do not reveal the NaN" if shown else "gone")
raise SystemExit(bool(shown))
