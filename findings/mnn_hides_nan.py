"""MNN's LSTM gives finite values for a row containing NaN.

Library: MNN 3.6.1, CPU
Clauses: STATE-70
Documented: no

Expected: NaN from that step on. Instead, the outputs are finite.

Run: lstm-spec env run mnn findings/mnn_hides_nan.py
"""

import tempfile
from pathlib import Path

import _tools  # MNN's converter
import MNN
import MNN.nn
import numpy as np
import onnx.parser

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x) => (float[3,1,1,1] y, float[1,1,1] h, float[1,1,1] c)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y, h, c = LSTM <hidden_size = 1> (x, W, R, B) }
"""
with tempfile.TemporaryDirectory() as folder:
    source, target = Path(folder) / "lstm.onnx", Path(folder) / "lstm.mnn"
    source.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
    files = ["--modelFile", str(source), "--MNNModel", str(target)]
    _tools.mnnconvert(["mnnconvert", "-f", "ONNX", *files, "--bizCode", "lstm"])
    net = MNN.nn.load_module_from_file(str(target), ["x"], ["y", "h", "c"])
x = np.array([1, np.nan, 1], np.float32).reshape(3, 1, 1)
given = MNN.expr.const(x, [3, 1, 1], MNN.expr.NCHW, MNN.expr.float)
y = np.array(net.forward([given])[0].read()).ravel()

print(f"inputs 1, NaN, 1; outputs {y}, expected NaN from the second on")
shown = not np.isnan(y).any()
print("shown: the outputs do not reveal the NaN" if shown else "gone")
raise SystemExit(bool(shown))
