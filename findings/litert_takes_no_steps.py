"""LiteRT runs its LSTM on an input without steps, and gives outputs without steps.

Library: ai-edge-litert 2.3.0
Clauses: SEQ-102
Documented: no

Expected: an error when the input has no steps. The state stays as it was.

Run: lstm-spec env run litert-fused findings/litert_takes_no_steps.py
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

buffers, tensors = [schema.BufferT()], []


def tensor(shape: tuple[int, ...], constant: bool = True, variable: bool = False) -> int:
    """The number of a new tensor of floats; ones if it is a constant."""
    made = schema.TensorT()
    made.name, made.shape, made.type = str(len(tensors)), list(shape), schema.TensorType.FLOAT32
    made.isVariable = variable
    if constant:
        buffers.append(schema.BufferT())
        buffers[-1].data = np.frombuffer(np.ones(shape, np.float32).tobytes(), np.uint8)
        made.buffer = len(buffers) - 1
    tensors.append(made)
    return len(tensors) - 1


x = tensor((3, 0, 2), constant=False)
inputs = [x, *[tensor((4, 2)) for _ in range(4)], *[tensor((4, 4)) for _ in range(4)]]
inputs += [-1, -1, -1, *[tensor((4,)) for _ in range(4)], -1, -1]
inputs += [tensor((3, 4), False, True), tensor((3, 4), False, True), -1, -1, -1, -1]
y = tensor((3, 0, 4), constant=False)
operator, options = schema.OperatorT(), schema.UnidirectionalSequenceLSTMOptionsT()
options.fusedActivationFunction = schema.ActivationFunctionType.TANH
operator.inputs, operator.outputs, operator.opcodeIndex = inputs, [y], 0
operator.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
operator.builtinOptions = options
graph, code, model = schema.SubGraphT(), schema.OperatorCodeT(), schema.ModelT()
graph.tensors, graph.operators, graph.inputs, graph.outputs = tensors, [operator], [x], [y]
code.builtinCode = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
code.deprecatedBuiltinCode, code.version = code.builtinCode, 1
model.version, model.buffers, model.operatorCodes, model.subgraphs = 3, buffers, [code], [graph]
builder = flatbuffers.Builder(1024)
builder.Finish(model.Pack(builder), b"TFL3")
shape = None
try:
    interpreter = Interpreter(model_content=bytes(builder.Output()), num_threads=1)
    interpreter.allocate_tensors()
    interpreter.invoke()
    shape = interpreter.get_tensor(y).shape
    print(f"an input of 3 rows and 0 steps: outputs of shape {shape}")
except (RuntimeError, ValueError) as error:
    print("refused:", error)
print("shown" if shape is not None else "gone")
raise SystemExit(bool(shape is not None))
