"""OpenCV's dnn module gives the wrong final h of an ONNX LSTM with direction="reverse".

Library: OpenCV 5.0.0
Clauses: SEQ-20
Documented: no

A reverse LSTM ends at the first step of the row. Y is right, but Y_h is the output at the last
step, where the layer started.

Run: lstm-spec env run opencv findings/opencv_reverse_final_state.py
"""

import cv2
import numpy as np
import onnx.parser

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[3,1,1] x, int32[1] lengths, float[1,1,1] h0, float[1,1,1] c0)
  => (float[3,1,1,1] y, float[1,1,1] h)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y, h = LSTM <hidden_size = 1, direction = "reverse"> (x, W, R, B, lengths, h0, c0) }
"""
model = np.frombuffer(onnx.parser.parse_model(MODEL).SerializeToString(), np.uint8)
net = cv2.dnn.readNetFromONNX(model)
net.setInput(np.ones((3, 1, 1), np.float32), "x")
net.setInput(np.array([3], np.int32), "lengths")
for name in ("h0", "c0"):
    net.setInput(np.zeros((1, 1, 1), np.float32), name)
y, h = net.forward(["y", "h"])

print(f"outputs in the order of time: {y.ravel().round(6)}")
print(f"final h: {h.item():.6f}, expected the output at the first step: {y.ravel()[0]:.6f}")
shown = h.item() == y.ravel()[2] != y.ravel()[0]
print("shown: it is the output at the last step" if shown else "gone")
raise SystemExit(bool(shown))
