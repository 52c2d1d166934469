"""MNN reads an ONNX LSTM with direction="reverse" forwards.

Library: MNN 3.6.1
Clauses: SEQ-19, SEQ-20, SEQ-21
Documented: no, and the converter says nothing

Expected: the outputs of the reversed row, in time order. Instead, the outputs are those of a
forward LSTM, bit for bit. With direction="bidirectional" both halves are right.

Run: lstm-spec env run mnn findings/mnn_reads_reverse_forwards.py
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
<float[1,4,1] W = {{1, 1, 1, 1}}, float[1,4,1] R = {{1, 1, 1, 1}},
 float[1,8] B = {{0, 0, 0, 0, 0, 0, 0, 0}}>
{{ y, h, c = LSTM <hidden_size = 1, direction = "{direction}"> (x, W, R, B) }}
"""


def outputs(direction: str, row: list) -> np.ndarray:
    """The outputs for one row, in the order of time."""
    model = onnx.parser.parse_model(MODEL.format(direction=direction))
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "lstm.onnx", Path(folder) / "lstm.mnn"
        source.write_bytes(model.SerializeToString())
        files = ["--modelFile", str(source), "--MNNModel", str(target)]
        _tools.mnnconvert(["mnnconvert", "-f", "ONNX", *files, "--bizCode", "lstm"])
        net = MNN.nn.load_module_from_file(str(target), ["x"], ["y", "h", "c"])
    x = np.array(row, np.float32).reshape(3, 1, 1)
    given = MNN.expr.const(x, [3, 1, 1], MNN.expr.NCHW, MNN.expr.float)
    return np.array(net.forward([given])[0].read()).ravel()


row = [1.0, 0.0, -1.0]
forward, reverse = outputs("forward", row), outputs("reverse", row)
expected = outputs("forward", row[::-1])[::-1]
print(f"forward:  {forward.round(6)}")
print(f"reverse:  {reverse.round(6)}")
print(f"expected: {expected.round(6)}, which is forward over the reversed row, in time order")
shown = np.array_equal(reverse, forward) and not np.allclose(reverse, expected)
print("shown: the direction has no effect" if shown else "gone")
raise SystemExit(bool(shown))
