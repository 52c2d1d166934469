"""ONNX Runtime's LSTM gives finite values for a row containing NaN.

Library: onnxruntime 1.31.0, CPU
Clauses: STATE-70
Documented: no

Expected: NaN from that step on. Instead, the outputs are finite.

Run: lstm-spec env run onnxruntime findings/onnxruntime_hides_nan.py
"""

import numpy as np
import onnx.parser
import onnxruntime

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x) => (float[3,1,1,1] y)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y = LSTM <hidden_size = 1> (x, W, R, B) }
"""
model = onnx.parser.parse_model(MODEL).SerializeToString()
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
x = np.array([1, np.nan, 1], np.float32).reshape(3, 1, 1)
(y,) = session.run(None, {"x": x})

print(f"inputs 1, NaN, 1; outputs {y.ravel()}, expected NaN from the second on")
shown = not np.isnan(y).any()
print("shown: the outputs do not reveal the NaN" if shown else "gone")
raise SystemExit(bool(shown))
