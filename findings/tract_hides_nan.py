"""tract's LSTM gives finite values for a row containing NaN.

Library: tract 0.23.9
Clauses: STATE-70
Documented: no

Expected: NaN from that step on. Instead, the outputs are finite.

Run: lstm-spec env run tract findings/tract_hides_nan.py
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx.parser
import tract

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x) => (float[3,1,1,1] y)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y = LSTM <hidden_size = 1> (x, W, R, B) }
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "lstm.onnx"
    path.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
    model = tract.onnx().load(str(path)).into_model().into_runnable()
(y,) = model.run([np.array([1, np.nan, 1], np.float32).reshape(3, 1, 1)])
y = y.to_numpy().ravel()

print(f"inputs 1, NaN, 1; outputs {y}, expected NaN from the second on")
shown = not np.isnan(y).any()
print("shown: the outputs do not reveal the NaN" if shown else "gone")
raise SystemExit(bool(shown))
