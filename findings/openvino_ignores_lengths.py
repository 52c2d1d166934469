"""OpenVINO's LSTMSequence ignores sequence_lengths if the batch or the time axis is dynamic.

Library: OpenVINO 2026.4.1, CPU
Clauses: MASK-01, MASK-02, MASK-12, MASK-17, MASK-18, MASK-19, MASK-21, MASK-25, MASK-29
Documented: no

A row of length 1 in a batch of 3 steps must end after its first step, and does so if both axes are
static. Otherwise it is read to the end.

Run: lstm-spec env run openvino findings/openvino_ignores_lengths.py
"""

import numpy as np
import openvino as ov
from openvino import opset13 as op

ONES = np.ones((1, 4, 1), np.float32)


def final_h(batch: int, time: int) -> np.ndarray:
    """Of two rows of lengths 3 and 1, where the axes were declared so (-1: dynamic)."""
    x = op.parameter([batch, time, 1], np.float32)
    h, c = (op.parameter([batch, 1, 1], np.float32) for _ in "hc")
    lengths = op.parameter([batch], np.int32)
    bias = op.constant(np.zeros((1, 4), np.float32))
    weights = [op.constant(ONES), op.constant(ONES), bias]
    lstm = op.lstm_sequence(x, h, c, lengths, *weights, 1, "forward")
    model = ov.Model([op.result(lstm.output(1))], [x, h, c, lengths], "lstm")
    run = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    zero = np.zeros((2, 1, 1), np.float32)
    given = [np.ones((2, 3, 1), np.float32), zero, zero, np.array([3, 1], np.int32)]
    return run(given)[0].ravel()


static = final_h(2, 3)
print(f"batch 2, time 3:                 final h {static.round(6)}")
shown = []
for batch, time in ((-1, 3), (2, -1), (-1, -1)):
    found = final_h(batch, time)
    print(f"batch {batch}, time {time} (-1: dynamic): final h {found.round(6)}")
    shown.append(found[1] != static[1] and found[1] == found[0])
print("shown: the row of length 1 was read to the end of the batch" if all(shown) else "gone")
raise SystemExit(bool(all(shown)))
