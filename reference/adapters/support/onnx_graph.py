"""A ``ModelSpec`` as an ONNX graph, for every engine that reads ONNX.

ONNX has X (time, batch, features), W (directions, 4 units, features), R (directions, 4 units,
units), gates in the order input, output, forget, cell, two biases side by side in B, and states
(directions, batch, units). The second bias is zero unless the layer has one. The peepholes P
(directions, 3 units) are in the order input, output, forget. With ``layout`` 1 the batch is the
first axis of X, of Y and of the states.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from lstm_spec.contract import CallResult, Unsupported
from lstm_spec.model import Dense, RepeatVector
from reference.adapters.support import onnx_activations
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.arguments import refuse_other_forms
from reference.adapters.support.lengths import lengths_of
from reference.adapters.support.weights import copies, zeros

END = np.iinfo(np.int64).min
CAN = "forward initial-state final-state layers no-bias go-backwards bidirectional"
"""What every engine of ONNX declares."""
MAPS = {**SHARED, "LSTM": (*SHARED["LSTM"], "peephole", "coupled_gates", "gate_clip")}
"""What the graph says of a model; an engine that reads all of it declares it."""
WHOLE = {
    **MAPS,
    "LSTM": (*MAPS["LSTM"], "recurrent_bias"),
    "LSTM.activation": tuple(onnx_activations.NAMES),
    "LSTM.recurrent_activation": tuple(onnx_activations.NAMES),
}
"""The same with everything else that the operator has: both biases, and all of its activations."""
LAYOUT = "batch first (layout 1)"
FLOATS = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}


class Graph:
    """Nodes and constants; ``lengths`` and ``states`` say which optional inputs there are."""

    def __init__(self, spec, weights, lengths=False, states=False, shape=(None, None), layout=0):
        self.layout = layout
        self.spec, self.nodes, self.constants, self.count = spec, [], [], 0
        self.weights, self.states = list(weights), states
        self.float = FLOATS[spec.dtype]
        batch, steps = shape
        inputs = [self.tensor("x", [batch, steps, spec.features])]
        if lengths:
            inputs.append(helper.make_tensor_value_info("lengths", TensorProto.INT32, [batch]))
        self.lengths = "lengths" if lengths else ""
        self.state_inputs, self.state_outputs = [], []
        value, sequence = self.turned("x"), True
        for layer in spec.layers:
            value, sequence = self.add(layer, value, sequence, batch)
        if sequence:
            value = self.turned(value)
        self.node("Identity", [value], outputs=["y"])
        outputs = [self.tensor("y", spec.output_shape(batch, steps) if batch else None)]
        outputs += self.state_outputs
        graph = helper.make_graph(
            self.nodes, "lstm", inputs + self.state_inputs, outputs, self.constants
        )
        opsets = [helper.make_opsetid("", 14)]
        self.model = helper.make_model(graph, opset_imports=opsets, ir_version=8)

    def tensor(self, name, shape):
        return helper.make_tensor_value_info(name, self.float, shape)

    def constant(self, array, dtype=None):
        name = "constant%d" % len(self.constants)
        array = np.ascontiguousarray(array, dtype or self.spec.dtype)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind, inputs, outputs=None, **attributes):
        self.count += 1
        outputs = outputs or ["%s%d" % (kind.lower(), self.count)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def turned(self, value):
        """Time and batch exchanged, where the operator has time first."""
        return value if self.layout else self.node("Transpose", [value], perm=[1, 0, 2])

    def add(self, layer, value, sequence, batch):
        """The output of one layer, a sequence as X is one or (batch, features), and which."""
        axes = lambda *numbers: self.constant(numbers, np.int64)  # noqa: E731
        if isinstance(layer, RepeatVector):
            value = self.node("Unsqueeze", [value, axes(self.layout)])
            times = (1, layer.n, 1) if self.layout else (layer.n, 1, 1)
            return self.node("Tile", [value, axes(*times)]), True
        if isinstance(layer, Dense):
            kernel, bias = self.constant(self.weights.pop(0)), self.constant(self.weights.pop(0))
            value = self.node("Add", [self.node("MatMul", [value, kernel]), bias])
            if layer.activation == "softmax":
                value = self.node("Softmax", [value], axis=-1)
            return value, sequence
        if not layer.directions:
            raise Unsupported(f"the graph has nothing for {layer!r}")
        lstm, directions = layer.directions[0], len(layer.directions)
        y, h, c = self.lstm(layer, lstm, value, directions, batch)
        if not lstm.return_sequences:
            return self.node("Reshape", [self.turned(h), axes(0, -1)]), False
        value = y if self.layout else self.node("Transpose", [y], perm=[0, 2, 1, 3])
        value = self.node("Reshape", [value, axes(0, 0, -1)])
        if lstm.go_backwards:  # ONNX leaves the outputs in the order of time
            value = self.node("Slice", [value, axes(-1), axes(END), axes(self.layout), axes(-1)])
        return value, True

    def lstm(self, whole, layer, value, directions, batch):
        """One LSTM node for all directions of a layer: names of Y, Y_h, Y_c."""
        units = layer.units
        count = 2 + layer.use_bias + layer.recurrent_bias + layer.peephole
        parts = [[self.weights.pop(0) for _ in range(count)] for _ in range(directions)]
        inputs = [value]
        inputs += [self.constant([onnx_gates(part[k]).T for part in parts]) for k in (0, 1)]
        inputs.append("")
        if layer.use_bias or layer.recurrent_bias:
            inputs[-1] = self.constant([both_biases(layer, part) for part in parts])
        inputs.append(self.lengths)
        if self.states:
            number = len(self.state_inputs)
            names = ["initial_h%d" % number, "initial_c%d" % number]
            self.state_inputs += [
                self.tensor(one, self.axes_of_states(directions, batch, units)) for one in names
            ]
            inputs += names
        if layer.peephole:
            inputs += [""] * (7 - len(inputs))
            inputs.append(self.constant([onnx_peepholes(part[-1]) for part in parts]))
        number = len(self.state_outputs)
        outputs = ["steps%d" % number, "final_h%d" % number, "final_c%d" % number]
        axes = self.axes_of_states(directions, batch, units)
        self.state_outputs += [self.tensor(one, axes) for one in outputs[1:]]
        attributes = {"hidden_size": units, "direction": "forward"}
        if directions == 2:
            attributes["direction"] = "bidirectional"
        elif layer.go_backwards:
            attributes["direction"] = "reverse"
        attributes.update(onnx_activations.attributes(whole))
        if self.layout:
            attributes["layout"] = 1
        if layer.gate_clip:
            attributes["clip"] = layer.gate_clip
        if layer.coupled_gates:
            attributes["input_forget"] = 1
        self.node("LSTM", inputs, outputs, **attributes)
        return outputs

    def axes_of_states(self, directions, batch, units):
        """In the layout of X."""
        return [batch, directions, units] if self.layout else [directions, batch, units]


def both_biases(layer, part):
    """Those of the inputs and of h side by side; zero for one that the layer lacks."""
    biases = list(part[2 : 2 + layer.use_bias + layer.recurrent_bias])
    zero = 0 * biases[0]
    first = biases.pop(0) if layer.use_bias else zero
    second = biases.pop(0) if layer.recurrent_bias else zero
    return np.concatenate([onnx_gates(first), onnx_gates(second)])


def onnx_gates(array):
    """Blocks i f c o of the last axis as i o f c."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def onnx_peepholes(array):
    """Blocks i f o as i o f."""
    i, f, o = np.split(array, 3)
    return np.concatenate([i, o, f])


class GraphModel:
    """A model of the contract around ``open_graph(graph) -> run(dict of inputs) -> list``.

    ``fixed`` engines want a graph for every shape of the input, ``explicit`` ones those of the
    operator's inputs that may be left out: zero states, and with ``lengths`` the full ones.
    """

    def __init__(self, spec, open_graph, fixed=False, explicit=(), path=""):
        self.layout = int(path == LAYOUT)
        self.spec, self.open, self.fixed, self.explicit = spec, open_graph, fixed, explicit
        self.set_weights(zeros(spec))

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        self.weights = copies(self.spec, weights)
        self.runs = {}

    def call(self, x, mask=None, initial_state=None):
        refuse_other_forms(self.spec, x, initial_state)
        if initial_state is None and "states" in self.explicit:
            sizes = [one.units for one in self.spec.recurrent_layers]
            zeros_of = [np.zeros((len(x), units), self.spec.dtype) for units in sizes]
            initial_state = list(zip(zeros_of, zeros_of))
        if mask is None and "lengths" in self.explicit:
            mask = np.ones(x.shape[:2], bool)
        feed = {"x": np.ascontiguousarray(x, self.spec.dtype)}
        if mask is not None:
            feed["lengths"] = lengths_of(mask)
        widths = [len(one.directions) for one in self.spec.layers if one.directions]
        if initial_state is not None:
            given = list(initial_state)
            for number, width in enumerate(widths):
                pairs, given = given[:width], given[width:]
                for place, name in enumerate("hc"):
                    parts = [pair[place] for pair in pairs]
                    feed["initial_%s%d" % (name, 2 * number)] = np.stack(parts, axis=self.layout)
        key = (mask is not None, initial_state is not None, x.shape[:2] if self.fixed else None)
        if key not in self.runs:
            shape = x.shape[:2] if self.fixed else (None, None)
            graph = Graph(self.spec, self.weights, key[0], key[1], shape, self.layout)
            self.runs[key] = self.open(graph.model)
        y, *found = self.runs[key](feed)
        states = []
        for number in range(len(widths)):
            h, c = found[2 * number : 2 * number + 2]
            each = [np.moveaxis(one, self.layout, 0) for one in (h, c)]
            states += list(zip(*each))
        return CallResult(y, states)
