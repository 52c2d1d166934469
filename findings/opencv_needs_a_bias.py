"""OpenCV's dnn module rejects an ONNX LSTM without a bias, although the bias is optional.

Library: OpenCV 5.0.0
Clauses: CELL-16
Documented: no

Expected: the outputs of a bias of zero. Instead, there is an error from inside a matrix product.
The operator calls the bias optional.

Run: lstm-spec env run opencv findings/opencv_needs_a_bias.py
"""

import cv2
import numpy as np
import onnx.parser

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x, float[1,1,1] h0, float[1,1,1] c0) => (float[3,1,1,1] y)
<float[1,4,1] W = {{1, 1, 1, 1}}, float[1,4,1] R = {{1, 1, 1, 1}},
 float[1,8] B = {{0, 0, 0, 0, 0, 0, 0, 0}}>
{{ y = LSTM <hidden_size = 1> (x, W, R, {bias}, , h0, c0) }}
"""


def answer(bias: str) -> str:
    """The outputs of an LSTM node with this bias, or the refusal."""
    model = onnx.parser.parse_model(MODEL.format(bias=bias)).SerializeToString()
    try:
        net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        net.setInput(np.ones((3, 1, 1), np.float32), "x")
        for name in ("h0", "c0"):
            net.setInput(np.zeros((1, 1, 1), np.float32), name)
        return str(net.forward("y").ravel().round(6))
    except cv2.error as error:
        return f"refused: {str(error).split('error: ')[-1].splitlines()[0]}"


zero, none = answer("B"), answer("")
print(f"a bias of zero: {zero}")
print(f"no bias:        {none}, expected the same")
shown = none.startswith("refused")
print("shown: a valid model is rejected" if shown else "gone")
raise SystemExit(bool(shown))
