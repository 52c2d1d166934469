"""OpenCV's dnn module reads the LSTM's peepholes in the order input, forget, output.

Library: OpenCV 5.0.0
Clauses: CELL-250, CELL-251, CELL-252, MASK-250
Documented: no; reported as https://github.com/opencv/opencv/issues/29931

ONNX stores them in the order input, output, forget. Only the forget gate of the model below has a
peephole, and the cell state before the first step is 1.

Run: lstm-spec env run opencv findings/opencv_peephole_order.py
"""

import cv2
import numpy as np
import onnx.parser

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[1,1,1] x, int32[1] lengths, float[1,1,1] h0, float[1,1,1] c0)
  => (float[1,1,1,1] y, float[1,1,1] h, float[1,1,1] c)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}, float[1,3] P = {0, 0, 3}>
{ y, h, c = LSTM <hidden_size = 1> (x, W, R, B, lengths, h0, c0, P) }
"""
model = np.frombuffer(onnx.parser.parse_model(MODEL).SerializeToString(), np.uint8)
net = cv2.dnn.readNetFromONNX(model)
for name, value in (("x", 0.5), ("h0", 0), ("c0", 1)):
    net.setInput(np.full((1, 1, 1), value, np.float32), name)
net.setInput(np.array([1], np.int32), "lengths")
_, _, c = net.forward(["y", "h", "c"])

open_to, keeping = 1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(-0.5 - 3))
seen, unseen = (gate + open_to * np.tanh(0.5) for gate in (keeping, open_to))
print(f"c after the step: {c.item():.6f}, expected {seen:.6f}")
print(f"with a forget gate that sees nothing it would be {unseen:.6f}")
shown = abs(c.item() - seen) > 1e-4
print("shown: the forget gate has the peephole of another gate" if shown else "gone")
raise SystemExit(bool(shown))
