"""tract's sigmoid never reaches one, so a cell that counts falls behind.

Library: tract 0.23.9
Clauses: CELL-18
Documented: no

With biases of 30 the gates are one in float32, and a cell that adds one in every step must contain
70 after 70 steps. Its relative error is 1.7e-5.

Run: lstm-spec env run tract findings/tract_forgets_what_it_counts.py
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx.parser
import tract

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[70,1,1] x, float[1,1,1] h0, float[1,1,1] c0) => (float[1,1,1] c)
<float[1,4,1] W = {0, 0, 0, 0}, float[1,4,1] R = {0, 0, 0, 0},
 float[1,8] B = {30, 30, 30, 30, 0, 0, 0, 0}>
{ y, h, c = LSTM <hidden_size = 1> (x, W, R, B, , h0, c0) }
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "lstm.onnx"
    path.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
    model = tract.onnx().load(str(path)).into_model().into_runnable()
zero = np.zeros((1, 1, 1), np.float32)
(c,) = model.run([np.zeros((70, 1, 1), np.float32), zero, zero])
c = c.to_numpy().item()

print(f"the cell after 70 steps: {c:.6f}, expected 70")
print(f"off by {abs(c - 70) / 70:.1e} relative to 70; the rounding of float32 is 6e-08")
shown = abs(c - 70) / 70 > 5e-6
print("shown: the gates let a part through" if shown else "gone")
raise SystemExit(bool(shown))
