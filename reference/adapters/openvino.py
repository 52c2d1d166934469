"""OpenVINO on a CPU: LSTMSequence, its state in variables of the model (ReadValue and Assign)."""

from __future__ import annotations

import numpy as np
import openvino
from openvino import opset13 as op

from lstm_spec.contract import CallResult, speaking_for
from lstm_spec.model import Bidirectional
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.lengths import lengths_of
from reference.adapters.support.weights import copies, zeros

DIRECTIONS = {(False, False): "forward", (False, True): "reverse", (True, False): "bidirectional"}


class OpenVinoModel:
    """A compiled model; gates f i c o, one bias, states (batch, directions, units)."""

    def __init__(self, spec):
        self.spec = spec
        self.both = isinstance(spec.layers[0], Bidirectional)
        self.layer = spec.layers[0].layer if self.both else spec.layers[0]
        self.set_weights(zeros(spec))

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        kept = self.get_states() if hasattr(self, "request") and self.layer.stateful else None
        self.weights = copies(self.spec, weights)
        with speaking_for("openvino"):
            self.request = self.compiled().create_infer_request()
        if kept:
            self.set_states(kept)

    def compiled(self):
        units, stateful = self.layer.units, self.layer.stateful
        batch = self.spec.batch_size if stateful else -1
        directions = 2 if self.both else 1
        x = op.parameter([batch, -1, self.spec.features], np.float32, "x")
        lengths = op.parameter([batch], np.int32, "lengths")
        shape = [batch, directions, units]
        if stateful:
            zero = op.constant(np.zeros(shape, np.float32))
            h, c = (op.read_value(zero, name, np.float32, shape) for name in "hc")
        else:
            h, c = (op.parameter(shape, np.float32, name) for name in "hc")
        count = len(self.weights) // directions
        parts = [self.weights[:count], self.weights[count:]][:directions]
        kernel, recurrent = (
            np.stack([openvino_gates(part[k]).T for part in parts]) for k in (0, 1)
        )
        bias = np.zeros((directions, 4 * units), np.float32)
        if self.layer.use_bias:
            bias = np.stack([openvino_gates(part[2]) for part in parts])
        direction = DIRECTIONS[self.both, self.layer.go_backwards]
        constants = (op.constant(np.ascontiguousarray(one)) for one in (kernel, recurrent, bias))
        lstm = op.lstm_sequence(x, h, c, lengths, *constants, units, direction)
        results = [op.result(lstm.output(k)) for k in range(3)]
        inputs, sinks = [x, lengths, h, c], []
        if stateful:  # assign takes a node, not one of its outputs: a reshape is one
            kept = [op.reshape(lstm.output(k), shape, False) for k in (1, 2)]
            inputs, sinks = inputs[:2], [op.assign(*pair) for pair in zip(kept, "hc")]
        model = openvino.Model(results, sinks, inputs, "lstm")
        hints = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
        return openvino.Core().compile_model(model, "CPU", hints)

    def call(self, x, mask=None, initial_state=None):
        lengths = np.full(len(x), x.shape[1], np.int32) if mask is None else lengths_of(mask)
        feed = [np.ascontiguousarray(x, np.float32), lengths]
        zero = np.zeros((len(x), self.layer.units), np.float32)
        states = initial_state or [(zero, zero)] * (2 if self.both else 1)
        with speaking_for("openvino"):
            if not self.layer.stateful:
                feed += [np.stack(each, axis=1) for each in zip(*states)]
            elif initial_state is not None:
                self.set_states(initial_state)
            y, h, c = (np.array(one) for one in self.request.infer(dict(enumerate(feed))).values())
        final = [(h[:, k], c[:, k]) for k in range(h.shape[1])]
        if not self.layer.return_sequences:
            return CallResult(np.concatenate([h for h, _ in final], axis=-1), final)
        y = y.transpose(0, 2, 1, 3).reshape(len(x), x.shape[1], -1)
        return CallResult(y[:, ::-1] if self.layer.go_backwards else y, final)

    def reset_states(self):
        with speaking_for("openvino"):
            self.request.reset_state()

    def get_states(self):
        if not self.layer.stateful:
            return []
        found = {one.name: np.array(one.state.data) for one in self.request.query_state()}
        return [(found["h"][:, k], found["c"][:, k]) for k in range(2 if self.both else 1)]

    def set_states(self, states):
        given = dict(zip("hc", (np.stack(each, axis=1) for each in zip(*states))))
        with speaking_for("openvino"):
            for one in self.request.query_state():
                one.state = openvino.Tensor(np.ascontiguousarray(given[one.name], np.float32))


def openvino_gates(array):
    """Blocks i f c o of the last axis as f i c o."""
    i, f, c, o = np.split(array, 4, axis=-1)
    return np.concatenate([f, i, c, o], axis=-1)


# Stateful through variables, which reset_state and query_state reach.
implementation = Adapter(
    name="openvino",
    version=openvino.__version__.split("-")[0],
    model=OpenVinoModel,
    capabilities="forward initial-state final-state no-bias go-backwards bidirectional "
    "mask-tail stateful state-access",
    padding_output="zero",
)
