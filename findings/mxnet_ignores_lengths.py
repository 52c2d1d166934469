"""MXNet's gluon.rnn.LSTM ignores sequence_length on a CPU.

Library: MXNet 1.9.1, CPU
Clauses: MASK-01, MASK-02, MASK-12, MASK-17, MASK-18, MASK-21, MASK-25
Documented: no

A row of length 1 in a batch of 3 steps must end after its first step. It is read to the end,
although the layer was built with use_sequence_length=True.

Run: lstm-spec env run mxnet findings/mxnet_ignores_lengths.py
"""

import mxnet as mx
import numpy as np
from mxnet import gluon, nd

lstm = gluon.rnn.LSTM(1, layout="NTC", input_size=1, use_sequence_length=True)
lstm.initialize(mx.init.One())
y, (h, _) = lstm(nd.ones((2, 3, 1)), lstm.begin_state(2), sequence_length=nd.array([3, 1]))
outputs, final = y.asnumpy()[1, :, 0], h.asnumpy()[0, 1, 0]

print(f"final h of the row of length 1: {final:.6f}, expected h of step 1: {outputs[0]:.6f}")
print(f"its outputs: {outputs.round(6)}, expected zeros after the first")
shown = final != outputs[0] and np.all(outputs != 0)
print("shown: the row was read to the end of the batch" if shown else "gone")
raise SystemExit(bool(shown))
