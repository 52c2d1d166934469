"""With the activation NONE, LiteRT's LSTM puts out something else than its cell state.

Library: ai-edge-litert 2.3.0
Clauses: CELL-180
Documented: no; RELU, RELU_N1_TO_1, RELU6 and TANH give what they say

With all gates but the candidate open or shut by their biases, c = x and h = c are expected at the
first step, and at the second, where the input gate is shut by its input, the same c and h again.
The cell state is right. The output is made of memory that the activation was meant to fill: with
NONE nothing is copied there, and what lies there is the candidate of the same step.

Run: lstm-spec env run litert-fused findings/litert_linear_cell_reads_old_memory.py
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

buffers, tensors = [schema.BufferT()], []


def tensor(shape: tuple[int, ...], data: object = None, variable: bool = False) -> int:
    """The number of a new tensor of floats."""
    made = schema.TensorT()
    made.name, made.shape, made.type = str(len(tensors)), list(shape), schema.TensorType.FLOAT32
    made.isVariable = variable
    if data is not None:
        buffers.append(schema.BufferT())
        buffers[-1].data = np.frombuffer(np.array(data, np.float32).tobytes(), np.uint8)
        made.buffer = len(buffers) - 1
    tensors.append(made)
    return len(tensors) - 1


x = tensor((1, 2, 2))
# Two features: the first is the candidate, the second opens or shuts the input gate.
kernels = [[0, 60], [0, 0], [1, 0], [0, 0]]
inputs = [x, *[tensor((1, 2), one) for one in kernels], *[tensor((1, 1), [0]) for _ in range(4)]]
inputs += [-1, -1, -1, *[tensor((1,), [one]) for one in (-30, 30, 0, 30)], -1, -1]
h, c, y = tensor((1, 1), variable=True), tensor((1, 1), variable=True), tensor((1, 2, 1))
operator, options = schema.OperatorT(), schema.UnidirectionalSequenceLSTMOptionsT()
options.fusedActivationFunction = schema.ActivationFunctionType.NONE
operator.inputs, operator.outputs, operator.opcodeIndex = [*inputs, h, c, -1, -1, -1, -1], [y], 0
operator.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
operator.builtinOptions = options
graph, code, model = schema.SubGraphT(), schema.OperatorCodeT(), schema.ModelT()
graph.tensors, graph.operators, graph.inputs, graph.outputs = tensors, [operator], [x], [y]
code.builtinCode = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
code.deprecatedBuiltinCode, code.version = code.builtinCode, 1
model.version, model.buffers, model.operatorCodes, model.subgraphs = 3, buffers, [code], [graph]
builder = flatbuffers.Builder(1024)
builder.Finish(model.Pack(builder), b"TFL3")
interpreter = Interpreter(model_content=bytes(builder.Output()), num_threads=1)
interpreter.allocate_tensors()
interpreter.set_tensor(x, np.array([[[0.5, 1.0], [-0.25, 0.0]]], np.float32))
interpreter.invoke()

outputs, cell = interpreter.get_tensor(y).ravel(), interpreter.get_tensor(c).item()
print(f"c after both steps: {cell:g}, expected 0.5")
print(f"outputs: {outputs[0]:g} and {outputs[1]:g}, expected 0.5 and 0.5")
wrong = bool(abs(cell - 0.5) < 1e-5 and abs(outputs[1] - 0.5) > 1e-3)
print("shown" if wrong else "gone")
raise SystemExit(bool(wrong))
