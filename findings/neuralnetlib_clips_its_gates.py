"""The gates of neuralnetlib's LSTM cannot open fully: they are clipped to at most 0.9999.

Library: neuralnetlib 5.0.0
Clauses: CELL-17, CELL-18, CELL-20, CELL-23
Documented: in the source, not in the documentation

With biases of 40 the gates are one, and a cell that adds one in every step must contain 100 after
100 steps. It contains less.

Run: lstm-spec env run neuralnetlib findings/neuralnetlib_clips_its_gates.py
"""

import numpy as np
from neuralnetlib.layers import LSTM

lstm = LSTM(1, True, return_state=True)
x = np.zeros((1, 100, 1))
lstm.forward_pass(x)
for gate in "ifco":
    setattr(lstm.cell, "b" + gate, np.array([[40.0]]))
_, _, c = lstm.forward_pass(x)
held = float(np.ravel(c)[0])

print(f"the cell after 100 steps: {held:.4f}, expected 100")
shown = abs(held - 100) > 0.1
print("shown: an open forget gate forgets" if shown else "gone")
raise SystemExit(bool(shown))
