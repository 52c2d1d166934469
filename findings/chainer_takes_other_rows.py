"""Chainer's links.LSTM runs a batch of one row from the state of three, and takes any state.

Library: Chainer 7.8.1
Clauses: STATE-55, STATE-57, STATE-58, STATE-63, STATE-80
Documented: a smaller batch is: of rows sorted by length, those that are left go on; a state for
other rows is not

Expected are refusals. One row runs while two others keep their state; a state of four rows is taken
for a batch of three.

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
print(f"1 row after 3: {len(y.array)} row out, a state of {len(lstm.h.array)} rows is kept")

state = chainer.Variable(np.ones((4, 1), np.float32))
lstm.set_state(state, state)
y = lstm(np.ones((3, 1), np.float32))
print(f"3 rows with a state of 4: {len(y.array)} rows out, expected a refusal")
shown = kept and len(y.array) == 3
print("shown: a state for other rows is taken" if shown else "gone")
raise SystemExit(bool(shown))
