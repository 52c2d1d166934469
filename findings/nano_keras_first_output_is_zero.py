"""The first output of nano-keras' LSTM is always zero: it uses the candidate of the step before.

Library: nano-keras 1.2.1
Clauses: CELL-05, CELL-06, CELL-07, CELL-08, CELL-09, CELL-11, CELL-13, CELL-14, CELL-15, CELL-17,
CELL-19, CELL-20, CELL-23, CELL-26, CELL-30, CELL-33, SEQ-01, SEQ-02, SEQ-04, SEQ-05, SEQ-06,
SEQ-07, SEQ-10, SEQ-11, SEQ-18, STATE-15, STATE-17, STATE-20, STATE-26, STATE-70, LIFE-27, MASK-11
Documented: no

Expected: the values of the equations. Instead, the cell state uses the candidate of the step
before.

Run: lstm-spec env run nano-keras findings/nano_keras_first_output_is_zero.py
"""

import math

import numpy as np
from nano_keras.layers import LSTM, Input

lstm = LSTM(1)
lstm.input_weights, lstm.recurrent_weights = np.ones((4, 1, 1)), np.ones((4, 1, 1))
lstm.biases = np.zeros((4, 1))
lstm.set_batch_size(1, [Input((2, 1)), lstm], 1)
outputs = np.array(lstm(np.ones((2, 1)))).ravel()

h, c, expected = 0.0, 0.0, []
for _ in range(2):
    gate, candidate = 1 / (1 + math.exp(-1 - h)), math.tanh(1 + h)
    c = gate * c + gate * candidate
    h = gate * math.tanh(c)
    expected.append(round(h, 4))
print(f"one unit, weights of one, two inputs of one: {outputs.round(4)}, expected {expected}")
shown = outputs[0] == 0
print("shown: the outputs are one step late" if shown else "gone")
raise SystemExit(bool(shown))
