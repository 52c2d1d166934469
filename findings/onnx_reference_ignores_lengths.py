"""The reference evaluator of ONNX ignores the LSTM's input sequence_lens.

Library: onnx 1.23.0, onnx.reference
Clauses: MASK-01, MASK-02, MASK-12, MASK-17, MASK-18, MASK-19, MASK-21, MASK-25
Documented: no; the operator describes it as the lengths of the sequences in a batch, and ONNX
Runtime respects it

A row of length 1 in a batch of 3 steps must end after its first step. It is read to the end.

Run: lstm-spec env run onnx-reference findings/onnx_reference_ignores_lengths.py
"""

import numpy as np
import onnx.parser
from onnx.reference import ReferenceEvaluator

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,2,1] x, int32[2] lengths) => (float[3,1,2,1] y, float[1,2,1] h)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y, h = LSTM <hidden_size = 1> (x, W, R, B, lengths) }
"""
evaluator = ReferenceEvaluator(onnx.parser.parse_model(MODEL))
x = np.ones((3, 2, 1), np.float32)
y, h = evaluator.run(None, {"x": x, "lengths": np.array([3, 1], np.int32)})

print(
    f"final h of the row of length 1: {h[0, 1, 0]:.6f}, expected h of step 1: {y[0, 0, 1, 0]:.6f}"
)
print(f"its outputs: {y[:, 0, 1, 0].round(6)}, expected zeros after the first")
shown = h[0, 1, 0] != y[0, 0, 1, 0]
print("shown: the row was read to the end of the batch" if shown else "gone")
raise SystemExit(bool(shown))
