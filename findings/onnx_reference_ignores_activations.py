"""The reference evaluator of ONNX ignores the LSTM's attribute activations.

Library: onnx 1.23.0, onnx.reference
Clauses: CELL-21, CELL-22
Documented: no; ONNX Runtime respects it

An LSTM with hard sigmoids is computed with logistic functions.

Run: lstm-spec env run onnx-reference findings/onnx_reference_ignores_activations.py
"""

import math

import numpy as np
import onnx.parser
from onnx.reference import ReferenceEvaluator

MODEL = """
<ir_version: 8, opset_import: ["": 14]>
graph (float[1,1,1] x) => (float[1,1,1,1] y)
<float[1,4,1] W = {1, 1, 1, 1}, float[1,4,1] R = {1, 1, 1, 1},
 float[1,8] B = {0, 0, 0, 0, 0, 0, 0, 0}>
{ y = LSTM <hidden_size = 1, activations = ["HardSigmoid", "Tanh", "Tanh"],
            activation_alpha = [0.2], activation_beta = [0.5]> (x, W, R, B) }
"""
evaluator = ReferenceEvaluator(onnx.parser.parse_model(MODEL))
(y,) = evaluator.run(None, {"x": np.ones((1, 1, 1), np.float32)})
got = float(y.ravel()[0])


def output(gate: float) -> float:
    """The first output for the input 1, where both gates are open so far."""
    return gate * math.tanh(gate * math.tanh(1.0))


expected, logistic = output(0.2 * 1.0 + 0.5), output(1 / (1 + math.exp(-1.0)))
print(f"output: {got:.6f}; with the requested hard sigmoid: {expected:.6f}")
print(f"        with a logistic sigmoid: {logistic:.6f}")
shown = abs(got - expected) > 1e-3 > abs(got - logistic)
print("shown: the attribute has no effect" if shown else "gone")
raise SystemExit(bool(shown))
