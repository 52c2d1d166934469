"""The reference evaluator of ONNX accepts an initial state of one row for a batch of three.

Library: onnx 1.23.0, onnx.reference
Clauses: STATE-80
Documented: no; the operator's initial_h has as many rows as the batch, and ONNX Runtime rejects
other numbers

Expected: an error, as for a state of two rows. Every row starts from the one state.

Run: lstm-spec env run onnx-reference findings/onnx_reference_state_broadcast.py
"""

import numpy as np
import onnx.parser
from onnx.reference import ReferenceEvaluator

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[2,3,1] x, float[1,N,1] h0, float[1,N,1] c0) => (float[2,1,3,1] y)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y = LSTM <hidden_size = 1> (x, W, R, B, , h0, c0) }
"""
evaluator = ReferenceEvaluator(onnx.parser.parse_model(MODEL))
x = np.ones((2, 3, 1), np.float32)


def accepted(rows: int) -> bool:
    """Whether a state of so many rows is taken for the batch of three."""
    state = np.ones((1, rows, 1), np.float32)
    try:
        evaluator.run(None, {"x": x, "h0": state, "c0": state})
    except Exception:
        return False
    return True


for rows in (3, 2, 1):
    print(f"a state of {rows} rows for 3 rows: {'accepted' if accepted(rows) else 'rejected'}")
shown = accepted(1)
print("shown: a missing row axis goes unnoticed" if shown else "gone")
raise SystemExit(bool(shown))
