"""An adapter that runs unchanged in this process and in a worker of Python 2.7, 3.6 or newer."""

# ruff: noqa: UP004, UP031
import sys

import numpy as np

from lstm_spec.contract import CallResult, Capability, Refused, Unsupported, speaking_for
from lstm_spec.model import LSTM, Bidirectional, Dense

print("a library that greets on stdout when it is imported")


class Library(object):
    """Stands for a framework: it prints, and it raises errors of its own."""

    def run(self, x, weights, h, c):
        if x.shape[2] != weights[0].shape[0]:
            raise ValueError("kernel mismatch")
        outputs = []
        for step in range(x.shape[1]):
            z = x[:, step].dot(weights[0]) + h.dot(weights[1]) + weights[2]
            i, f, g, o = np.split(z, 4, axis=1)
            i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
            c = f * c + i * np.tanh(g)
            h = o * np.tanh(c)
            outputs.append(h)
        sys.stdout.write("step by step\n")
        return np.stack(outputs, axis=1), h, c


class Model(object):
    def __init__(self, spec):
        self.spec, self.layer = spec, spec.layers[0]
        self.weights = [np.zeros(shape, spec.dtype) for shape in spec.weight_shapes]
        self.states = [np.zeros((spec.batch_size or 1, self.layer.units), spec.dtype)] * 2

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        if [weight.shape for weight in weights] != [weight.shape for weight in self.weights]:
            raise Refused("weights of other shapes")
        self.weights = [weight.copy() for weight in weights]

    def call(self, x, mask=None, initial_state=None):
        if mask is not None:
            raise Unsupported("no masks")
        if x.ndim != 3 or 0 in x.shape:
            raise Refused("x of another shape")
        if self.spec.time_steps not in (None, x.shape[1]):
            raise Refused("another number of steps")
        if self.layer.stateful and len(x) != self.spec.batch_size:
            raise Refused("another batch size")
        if initial_state is not None:
            h, c = initial_state[0]
            if any(state.shape != (len(x), self.layer.units) for state in (h, c)):
                raise Refused("states of other shapes")
        elif self.layer.stateful:
            h, c = self.states
        else:
            h = c = np.zeros((len(x), self.layer.units), self.spec.dtype)
        with speaking_for("the library"):
            outputs, h, c = Library().run(x, self.weights, h, c)
        self.states = [h, c]
        return CallResult(outputs if self.layer.return_sequences else outputs[:, -1], [(h, c)])

    def reset_states(self):
        self.states = [0 * state for state in self.states]

    def get_states(self):
        return [(self.states[0].copy(), self.states[1].copy())]

    def set_states(self, states):
        if len(states) != 1 or any(state.shape != self.states[0].shape for state in states[0]):
            raise Refused("states of other shapes")
        self.states = [state.copy() for state in states[0]]

    def predict(self, x, batch_size):
        assert isinstance(batch_size, int)
        if self.layer.stateful and (batch_size != self.spec.batch_size or len(x) % batch_size):
            raise Refused("rows that do not fill batches")
        starts = range(0, len(x), batch_size)
        return np.concatenate([self.call(x[start : start + batch_size])[0] for start in starts])

    def predict_on_batch(self, x):
        return self.call(x)[0]


class Preprocessing(object):
    def one_hot(self, labels, width=None):
        return np.eye(max(labels) + 1 if width is None else width, dtype="float32")[labels]


class Draws(object):
    LETTERS = "ABC"

    @staticmethod
    def two(low, rng):
        return (rng.uniform(low, 1.0, 2), [float(rng.uniform()), None, "text"])


class Data(object):
    draws = Draws


class Implementation(object):
    name = "any Python"
    version = "1.0"
    backend = "numpy " + np.__version__
    capabilities = frozenset(
        [
            Capability.FORWARD,
            Capability.INITIAL_STATE,
            Capability.FINAL_STATE,
            Capability.STATEFUL,
            Capability.STATE_ACCESS,
            Capability.PREDICT,
            Capability.PREPROCESSING,
            Capability.DATA,
        ]
    )
    preprocessing = Preprocessing()
    data = Data()

    def build(self, spec):
        layer = spec.layers[0]
        if len(spec.layers) > 1 and isinstance(spec.layers[1], Dense):
            raise Unsupported("no Dense layer")
        if isinstance(layer, Bidirectional):
            raise Unsupported("one direction of %d units" % spec.recurrent_layers[1].units)
        plain = LSTM(layer.units, return_sequences=layer.return_sequences, stateful=layer.stateful)
        if layer != plain or spec.dtype != "float32":
            raise Unsupported("nothing but the plain layer")
        return Model(spec)
