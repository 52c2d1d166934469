"""LiteRT's fused operator UnidirectionalSequenceLSTM, in a file that holds nothing else.

Its two states are variable tensors of the interpreter: they stay from call to call until
``reset_all_variables``. On one path time is the first axis, and on another recurrent kernels that
are diagonal are stored as their diagonals.
"""

from __future__ import annotations

from importlib.metadata import version

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from lstm_spec.contract import CallResult, speaking_for
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.arguments import refuse_other_forms
from reference.adapters.support.weights import copies, zeros

MAPS = {
    **SHARED,
    "LSTM": (
        *SHARED["LSTM"],
        "peephole",
        "projection",
        "coupled_gates",
        "cell_clip",
        "projection_clip",
        "layer_norm",
    ),
    "LSTM.activation": ("tanh", "linear", "relu", "relu6", "hard_tanh"),
    "LSTM.recurrent_activation": ("sigmoid",),
}
ACTIVATIONS = {
    "tanh": schema.ActivationFunctionType.TANH,
    "linear": schema.ActivationFunctionType.NONE,
    "relu": schema.ActivationFunctionType.RELU,
    "relu6": schema.ActivationFunctionType.RELU6,
    "hard_tanh": schema.ActivationFunctionType.RELU_N1_TO_1,
}
TIME_MAJOR = "time-major"
DIAGONAL = "recurrent kernels as diagonals"
PATHS = (TIME_MAJOR, DIAGONAL)
ABSENT = -1
OPERATOR = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM


class File:
    """A flat buffer with one operator, for one shape of the input (batch, time, features)."""

    def __init__(self, layer, weights, shape, path=""):
        self.layer, self.path = layer, path
        self.buffers, self.tensors = [schema.BufferT()], []
        rows, _, features = shape
        kernel, recurrent, *others = (np.asarray(one, np.float32) for one in weights)
        bias = others.pop(0) if layer.use_bias else np.zeros(4 * layer.units, np.float32)
        peepholes = np.split(others.pop(0), 3) if layer.peephole else []
        gains = np.split(others.pop(0), 4) if layer.layer_norm else []
        projection = self.constant(others.pop(0).T) if layer.projection else ABSENT
        width = layer.projection or layer.units
        self.coupled = layer.coupled_gates
        self.x = self.tensor(self.in_order(shape))
        inputs = [self.x]
        inputs += self.gates([block.T for block in np.split(kernel, 4, axis=1)])
        blocks = [block.T for block in np.split(recurrent, 4, axis=1)]
        self.diagonal = path == DIAGONAL and all(map(is_diagonal, blocks))
        inputs += self.gates([np.diag(one) if self.diagonal else one for one in blocks])
        inputs += self.gates(peepholes) or [ABSENT] * 3
        inputs += self.gates(np.split(bias, 4))
        inputs += [projection, ABSENT]  # it has no bias
        self.h = self.tensor((rows, width), variable=True)
        self.c = self.tensor((rows, layer.units), variable=True)
        inputs += [self.h, self.c, *(self.gates(gains, turned=False) or [ABSENT] * 4)]
        self.y = self.tensor((*self.in_order(shape)[:2], width))
        self.operator = self.fused(inputs)

    def in_order(self, shape):
        """The shape of x or y, where time may be the first axis."""
        rows, steps, width = shape
        return (steps, rows, width) if self.path == TIME_MAJOR else (rows, steps, width)

    def tensor(self, shape, variable=False):
        made = schema.TensorT()
        made.name, made.shape = "tensor%d" % len(self.tensors), list(shape)
        made.type, made.isVariable = schema.TensorType.FLOAT32, variable
        self.tensors.append(made)
        return len(self.tensors) - 1

    def constant(self, array):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)
        self.buffers.append(buffer)
        number = self.tensor(array.shape)
        self.tensors[number].buffer = len(self.buffers) - 1
        return number

    def gates(self, blocks, turned=True):
        """The blocks of one array. Of coupled gates the operator has the forget gate, 1 - i.

        That is the sigmoid of what enters the input gate, with the opposite sign. Gains are not
        turned: what they multiply is.
        """
        if not self.coupled or not blocks:
            return [self.constant(block) for block in blocks]
        i, _, *others = blocks
        return [
            ABSENT,
            self.constant(-i if turned else i),
            *[self.constant(block) for block in others],
        ]

    def fused(self, inputs):
        made, options = schema.OperatorT(), schema.UnidirectionalSequenceLSTMOptionsT()
        options.fusedActivationFunction = ACTIVATIONS[self.layer.activation]
        options.cellClip, options.projClip = self.layer.cell_clip, self.layer.projection_clip
        options.timeMajor = self.path == TIME_MAJOR
        options.diagonalRecurrentTensors = self.diagonal
        made.inputs, made.outputs, made.opcodeIndex = inputs, [self.y], 0
        made.builtinOptionsType = schema.BuiltinOptions.UnidirectionalSequenceLSTMOptions
        made.builtinOptions = options
        return made

    def interpreter(self):
        graph, code, model = schema.SubGraphT(), schema.OperatorCodeT(), schema.ModelT()
        graph.tensors, graph.operators, graph.name = self.tensors, [self.operator], "lstm"
        graph.inputs, graph.outputs = [self.x], [self.y]
        code.builtinCode = code.deprecatedBuiltinCode = OPERATOR
        code.version = 1
        model.version, model.description, model.buffers = 3, "one operator", self.buffers
        model.operatorCodes, model.subgraphs = [code], [graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        made = Interpreter(model_content=bytes(builder.Output()), num_threads=1)
        made.allocate_tensors()
        return made


def is_diagonal(block):
    """Whether a kernel (units, width) is square, with nothing beside its diagonal."""
    return block.shape[0] == block.shape[1] and not (block - np.diag(np.diag(block))).any()


class FusedModel:
    """An interpreter for every shape of the input; a state follows from one to the next."""

    def __init__(self, spec, path=""):
        self.path = path
        self.spec, self.layer = spec, spec.layers[0]
        self.weights, self.made, self.last = zeros(spec), {}, None

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        kept = self.get_states()
        self.weights, self.made, self.last = copies(self.spec, weights), {}, None
        if kept:
            self.set_states(kept)

    def at(self, shape):
        """The file and the interpreter for a shape, with the state of the one used last."""
        if shape not in self.made:
            rows = self.spec.batch_size if self.layer.stateful else shape[0]
            file = File(self.layer, self.weights, (rows, *shape[1:]), self.path)
            self.made[shape] = file, file.interpreter()
        if self.layer.stateful and self.last not in (None, shape):
            kept, self.last = self.get_states(), shape
            self.set_states(kept)
        self.last = shape
        return self.made[shape]

    def call(self, x, mask=None, initial_state=None):
        refuse_other_forms(self.spec, x, initial_state)
        x = np.ascontiguousarray(x, np.float32)
        with speaking_for("LiteRT"):
            file, interpreter = self.at(x.shape)
            if not self.layer.stateful:
                interpreter.reset_all_variables()
            if initial_state is not None:
                self.set_states(initial_state)
            turned = self.path == TIME_MAJOR
            interpreter.set_tensor(file.x, x.swapaxes(0, 1) if turned else x)
            interpreter.invoke()
            y = interpreter.get_tensor(file.y)
            y = y.swapaxes(0, 1) if turned else y
            state = tuple(interpreter.get_tensor(one) for one in (file.h, file.c))
        return CallResult(y if self.layer.return_sequences else y[:, -1], [state])

    def reset_states(self):
        with speaking_for("LiteRT"):
            for _, interpreter in self.made.values():
                interpreter.reset_all_variables()

    def get_states(self):
        if not self.layer.stateful:
            return []
        file, interpreter = self.made.get(self.last) or self.at(self.usual_shape())
        return [tuple(interpreter.get_tensor(one) for one in (file.h, file.c))]

    def set_states(self, states):
        file, interpreter = self.made.get(self.last) or self.at(self.usual_shape())
        with speaking_for("LiteRT"):
            for number, part in zip((file.h, file.c), states[0]):
                if list(np.shape(part)) != file.tensors[number].shape:
                    raise ValueError(f"a state of shape {np.shape(part)}")
            for number, part in zip((file.h, file.c), states[0]):
                interpreter.set_tensor(number, np.ascontiguousarray(part, np.float32))

    def usual_shape(self):
        return self.spec.batch_size, self.spec.time_steps or 1, self.spec.features


implementation = Adapter(
    name="litert-fused",
    version=version("ai-edge-litert"),
    model=FusedModel,
    capabilities="forward initial-state final-state no-bias cell-options stateful state-access",
    maps=MAPS,
    paths=PATHS,
)
