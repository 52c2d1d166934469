"""Chainer's links.LSTM accepts a batch of one row after three, and a state of any number of rows.

Library: Chainer 7.8.1
Clauses: STATE-55, STATE-57, STATE-58, STATE-63, STATE-80
Documented: a smaller batch is documented: with rows sorted by length, the remaining rows continue;
a state of another number of rows is not

Expected: errors. One row runs while the states of two others are kept; a state of four rows is
accepted for a batch of three.

Run: lstm-spec env run chainer findings/chainer_takes_other_rows.py
"""

import chainer
import numpy as np
from chainer import links

lstm = links.LSTM(1, 1)
lstm(np.ones((3, 1), np.float32))
carried = lstm.h.array[1:].copy()
y = lstm(np.ones((1, 1), np.float32))
kept = np.array_equal(lstm.h.array[1:], carried)
print(f"1 row after 3: {len(y.array)} row returned, a state of {len(lstm.h.array)} rows is kept")

state = chainer.Variable(np.ones((4, 1), np.float32))
lstm.set_state(state, state)
y = lstm(np.ones((3, 1), np.float32))
print(f"3 rows with a state of 4: {len(y.array)} rows returned, expected an error")
shown = kept and len(y.array) == 3
print("shown: a state of another number of rows is accepted" if shown else "gone")
raise SystemExit(bool(shown))
