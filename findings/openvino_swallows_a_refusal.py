"""With one inference thread, OpenVINO hides an error and returns empty results.

Library: OpenVINO 2026.4.1, CPU, dynamic batch
Clauses: STATE-80
Documented: no

By default, a state of two rows for a batch of three is an error. With INFERENCE_NUM_THREADS=1 the
call returns without an error, and its outputs have no rows.

Run: lstm-spec env run openvino findings/openvino_swallows_a_refusal.py
"""

import numpy as np
import openvino as ov
from openvino import opset13 as op

x = op.parameter([-1, -1, 1], np.float32)
h, c = (op.parameter([-1, 1, 1], np.float32) for _ in "hc")
lengths = op.parameter([-1], np.int32)
ONES = op.constant(np.ones((1, 4, 1), np.float32))
bias = op.constant(np.zeros((1, 4), np.float32))
lstm = op.lstm_sequence(x, h, c, lengths, ONES, ONES, bias, 1, "forward")
model = ov.Model([op.result(lstm.output(0))], [x, h, c, lengths], "lstm")
state = np.ones((2, 1, 1), np.float32)
given = [np.ones((3, 5, 1), np.float32), state, state, np.full(3, 5, np.int32)]


def answer(options: dict) -> str:
    """The shape of the outputs, or the refusal."""
    run = ov.Core().compile_model(model, "CPU", options)
    try:
        return f"outputs of shape {run(given)[0].shape}"
    except RuntimeError as error:
        return f"refused: {str(error).strip().splitlines()[-1]}"


default, single = answer({}), answer({"INFERENCE_NUM_THREADS": 1})
print(f"a state of 2 rows for 3 rows, default:    {default}")
print(f"a state of 2 rows for 3 rows, one thread: {single}")
shown = default.startswith("refused") and not single.startswith("refused")
print("shown: the error is lost" if shown else "gone")
raise SystemExit(bool(shown))
