"""tract reads an ONNX LSTM with direction="reverse" forwards.

Library: tract 0.23.9
Clauses: SEQ-19, SEQ-20, SEQ-21
Documented: no

Expected: the outputs of the reversed row, in time order. Instead, the outputs are those of a
forward LSTM, bit for bit. With direction="bidirectional" both halves are right.

Run: lstm-spec env run tract findings/tract_reads_reverse_forwards.py
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx.parser
import tract

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x, float[1,1,1] h0, float[1,1,1] c0) => (float[3,1,1,1] y)
<float[1,4,1] W = {{1, 1, 1, 1}}, float[1,4,1] R = {{1, 1, 1, 1}},
 float[1,8] B = {{0, 0, 0, 0, 0, 0, 0, 0}}>
{{ y = LSTM <hidden_size = 1, direction = "{direction}"> (x, W, R, B, , h0, c0) }}
"""
zero = np.zeros((1, 1, 1), np.float32)


def outputs(direction: str, row: list) -> np.ndarray:
    """The outputs for one row, in the order of time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lstm.onnx"
        path.write_bytes(
            onnx.parser.parse_model(MODEL.format(direction=direction)).SerializeToString()
        )
        model = tract.onnx().load(str(path)).into_model().into_runnable()
    x = np.array(row, np.float32).reshape(3, 1, 1)
    (y,) = model.run([x, zero, zero])
    return y.to_numpy().ravel()


row = [1.0, 0.0, -1.0]
forward, reverse = outputs("forward", row), outputs("reverse", row)
expected = outputs("forward", row[::-1])[::-1]
print(f"forward:  {forward.round(6)}")
print(f"reverse:  {reverse.round(6)}")
print(f"expected: {expected.round(6)}, which is forward over the reversed row, in time order")
shown = np.array_equal(reverse, forward) and not np.allclose(reverse, expected)
print("shown: the direction has no effect" if shown else "gone")
raise SystemExit(bool(shown))
