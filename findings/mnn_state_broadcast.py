"""MNN accepts an initial state of one row for a batch of three.

Library: MNN 3.6.1
Clauses: STATE-80
Documented: no; the ONNX operator's initial_h has as many rows as the batch

Expected: an error. Every row starts from the one state.

Run: lstm-spec env run mnn findings/mnn_state_broadcast.py
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
graph (float[2,3,1] x, float[1,N,1] h0, float[1,N,1] c0)
  => (float[2,1,3,1] y, float[1,3,1] h, float[1,3,1] c)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y, h, c = LSTM <hidden_size = 1> (x, W, R, B, , h0, c0) }
"""


def outputs(rows: int) -> np.ndarray:
    """The first outputs of three equal rows that start from a state of so many rows of ones."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "lstm.onnx", Path(folder) / "lstm.mnn"
        source.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
        files = ["--modelFile", str(source), "--MNNModel", str(target)]
        _tools.mnnconvert(["mnnconvert", "-f", "ONNX", *files, "--bizCode", "lstm"])
        net = MNN.nn.load_module_from_file(str(target), ["x", "h0", "c0"], ["y", "h", "c"])
    shapes = ((2, 3, 1), (1, rows, 1), (1, rows, 1))
    given = [
        MNN.expr.const(np.ones(one, np.float32), list(one), MNN.expr.NCHW, MNN.expr.float)
        for one in shapes
    ]
    return np.array(net.forward(given)[0].read())[0, 0, :, 0]


three, one = outputs(3), outputs(1)
print(f"a state of 3 rows: {three.round(6)}")
print(f"a state of 1 row:  {one.round(6)}, expected an error")
shown = np.array_equal(three, one)
print("shown: a missing row axis goes unnoticed" if shown else "gone")
raise SystemExit(bool(shown))
