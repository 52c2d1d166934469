"""MNN ignores the input sequence_lens of an LSTM that its converter has read from ONNX.

Library: MNN 3.6.1
Clauses: MASK-01, MASK-02, MASK-12, MASK-17, MASK-18, MASK-19, MASK-21, MASK-25
Documented: the converter prints that sequence_lens is not supported and that "the result may has
error"

A row of length 1 in a batch of 3 steps must end after its first step. It is read to the end, and
the conversion reports success.

Run: lstm-spec env run mnn findings/mnn_ignores_lengths.py
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
graph (float[3,2,1] x, int32[2] lengths) => (float[3,1,2,1] y, float[1,2,1] h, float[1,2,1] c)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y, h, c = LSTM <hidden_size = 1> (x, W, R, B, lengths) }
"""
x = np.ones((3, 2, 1), np.float32)
lengths = np.array([3, 1], np.int32)
with tempfile.TemporaryDirectory() as folder:
    source, target = Path(folder) / "lstm.onnx", Path(folder) / "lstm.mnn"
    source.write_bytes(onnx.parser.parse_model(MODEL).SerializeToString())
    files = ["--modelFile", str(source), "--MNNModel", str(target)]
    _tools.mnnconvert(["mnnconvert", "-f", "ONNX", *files, "--bizCode", "lstm"])
    net = MNN.nn.load_module_from_file(str(target), ["x", "lengths"], ["y", "h", "c"])
given = [
    MNN.expr.const(x, [3, 2, 1], MNN.expr.NCHW, MNN.expr.float),
    MNN.expr.const(lengths, [2], MNN.expr.NCHW, MNN.expr.int),
]
y, h, _ = (np.array(one.read()) for one in net.forward(given))

print(
    f"final h of the row of length 1: {h[0, 1, 0]:.6f}, expected h of step 1: {y[0, 0, 1, 0]:.6f}"
)
print(f"its outputs: {y[:, 0, 1, 0].round(6)}, expected zeros after the first")
shown = h[0, 1, 0] != y[0, 0, 1, 0]
print("shown: the row was read to the end of the batch" if shown else "gone")
raise SystemExit(bool(shown))
