"""ONNX Runtime cannot run an LSTM with layout = 1, which the operator has had since version 14.

Library: onnxruntime 1.31.0
Clauses: LIFE-200, LIFE-340
Documented: only by the message of the error

With layout = 1 the batch is the first axis of X, of Y and of the states. The reference evaluator of
ONNX runs such a graph; no session can be constructed from it.

Run: lstm-spec env run onnxruntime findings/onnxruntime_refuses_layout.py
"""

import numpy as np
import onnx.parser
import onnxruntime
from onnx.reference import ReferenceEvaluator

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[2,3,1] x) => (float[2,3,1,1] y)
<float[1,4,1] W = {1, 2, 3, 4}, float[1,4,1] R = {4, 3, 2, 1}>
{ y = LSTM <hidden_size = 1, layout = 1> (x, W, R) }
"""

model = onnx.parser.parse_model(MODEL)
x = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
y = ReferenceEvaluator(model).run(None, {"x": x})[0]
print(f"the reference evaluator: Y of shape {y.shape}")
try:
    onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    refused = False
except Exception as error:
    refused = "layout" in str(error)
    print("ONNX Runtime:", str(error).rpartition("false. ")[2])
print("shown" if refused else "gone")
raise SystemExit(bool(refused))
