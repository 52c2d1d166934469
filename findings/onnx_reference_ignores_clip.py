"""The reference evaluator of ONNX ignores the LSTM's attributes clip and input_forget.

Library: onnx 1.23.0
Clauses: CELL-256, CELL-259
Documented: no; ONNX Runtime respects both

With clip = 0.5 no gate may be opened further than sigmoid(0.5). With input_forget the forget gate
is one minus the input gate, so an input gate that is open forgets a given cell state.

Run: lstm-spec env run onnx-reference findings/onnx_reference_ignores_clip.py
"""

import numpy as np
import onnx.parser
from onnx.reference import ReferenceEvaluator

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[1,1,1] x, float[1,1,1] h0, float[1,1,1] c0) => (float[1,1,1,1] y, float[1,1,1] h,
  float[1,1,1] c)
<float[1,4,1] W = {9, 9, 9, 0}, float[1,4,1] R = {0, 0, 0, 0}, float[1,8] B = {0, 0, 0, 0, 0, 0, 0,
  0}>
{ y, h, c = LSTM <hidden_size = 1, %s> (x, W, R, B, "", h0, c0) }
"""
one = np.ones((1, 1, 1), np.float32)
feed = {"x": one, "h0": 0 * one, "c0": one}

shown = []
for attribute, expected in (("clip = 0.5", 1 / (1 + np.exp(-0.5))), ("input_forget = 1", 0.0)):
    model = onnx.parser.parse_model(MODEL % attribute)
    c = ReferenceEvaluator(model).run(None, feed)[2].item()
    print(f"c after a step with {attribute}: {c:.6f}, expected {expected:.6f}")
    shown.append(abs(c - expected) > 1e-3)
print("shown: the attributes are ignored" if all(shown) else "gone")
raise SystemExit(bool(all(shown)))
