"""One update of the commonest network, an LSTM and a Dense layer, in the fewest NumPy calls.

A network of 32 units that reads one letter spends its time not on arithmetic but on calls: a
hundred and more of them, a microsecond or two each. Here the equations of ``reference.numpy.lstm``
stand in another order: kernel, recurrent kernel and bias are one matrix, because they lie one
after the other in the flat vector of parameters; every slope is taken once for all steps; every
array has its place from the beginning. The results are those of the readable way to the last few
bits, and a test holds the two against each other. An oracle of which any part has been exchanged
goes the readable way.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lstm_spec.contract import Array, Metrics
from lstm_spec.model import LSTM, Dense, Maps, ModelSpec
from lstm_spec.model.mapping import unmapped
from reference.numpy.losses import accuracy
from reference.numpy.lstm import State

MAPS: Maps = {
    "ModelSpec": ("layers", "features", "batch_size", "time_steps", "loss", "optimizer", "dtype"),
    "LSTM": ("units", "forget_bias", "stateful"),
    "Dense": ("units", "activation"),
    "Dense.activation": ("softmax", "linear"),
    "loss": ("categorical_crossentropy", "mse"),
    "dtype": ("float32", "float64"),
}
"""What this way computes: a network that asks for anything else goes the readable way."""


def serves(spec: ModelSpec) -> bool:
    """Whether the network is one LSTM, read forwards to its last step, and one Dense layer."""
    if any(unmapped(part, MAPS) for part in (spec, *spec.layers)) or len(spec.layers) != 2:
        return False
    lstm, dense = spec.layers
    return (
        isinstance(lstm, LSTM)
        and isinstance(dense, Dense)
        and (dense.activation, spec.loss)
        in {("softmax", "categorical_crossentropy"), ("linear", "mse")}
    )


def crossentropy(logits: Array, y: Array, ones: Array) -> tuple[float, Array]:
    """The mean over the rows of -sum y log softmax(logits), and its gradient.

    ``ones`` (classes,) sums over the classes; the logits are overwritten.
    """
    logits -= np.maximum.reduce(logits, axis=-1, keepdims=True)
    p = np.exp(logits)
    total, mass = np.dot(p, ones), np.dot(y, ones)
    loss = float(np.vdot(mass, np.log(total))) - float(np.vdot(y, logits))
    p *= (mass / total)[:, None]
    p -= y
    p /= len(y)
    return loss / len(y), p


def squared_error(outputs: Array, y: Array) -> tuple[float, Array]:
    """The mean of (outputs - y)^2, and its gradient."""
    d = outputs - y
    share = 1.0 / d.size
    loss = float(np.vdot(d, d)) * share
    d *= 2.0 * share
    return loss, d


class FusedPass:
    """There and back through the network, in arrays of one batch size and number of steps."""

    def __init__(
        self, spec: ModelSpec, parameters: Array, gradient: Array, rows: int, steps: int
    ) -> None:
        lstm, dense = spec.layers
        assert isinstance(lstm, LSTM)
        assert isinstance(dense, Dense)
        self.rows, self.units, self.dtype = rows, lstm.units, parameters.dtype
        features, units = spec.features, lstm.units

        # [K; R; b] and the Dense layer's [K; b], and the same of the gradient.
        lower, upper = (features + units + 1, 4 * units), (units + 1, dense.units)
        end = math.prod(lower)
        self.lower, self.upper = parameters[:end].reshape(lower), parameters[end:].reshape(upper)
        self.d_lower, self.d_upper = gradient[:end].reshape(lower), gradient[end:].reshape(upper)
        self.to_h_before, self.to_h = self.lower[features:-1].T, self.upper[:-1].T

        # What a step reads is [x, h, 1], what the Dense layer reads [h, 1].
        self.read = np.ones((steps + 1, rows, features + units + 1), self.dtype)
        self.x, self.h = self.read[:-1, :, :features], self.read[:, :, features:-1]
        self.read_by_lstm = self.read[:-1].reshape(steps * rows, len(self.lower)).T
        self.read_by_dense = self.read[-1, :, features:]

        # sigma(z) = tanh(z / 2) / 2 + 1 / 2: every gate is tanh(z * scale) * scale + shift.
        self.scale = self.of_each_gate(0.5, 0.5, 1.0, 0.5)
        self.shift = self.of_each_gate(0.5, 0.5, 0.0, 0.5)
        self.scale_squared = np.square(self.scale)

        def empty(*shape: int) -> Array:
            return np.empty((steps, rows, *shape), self.dtype)

        self.scaled, self.gates = empty(4 * units), empty(4 * units)
        self.slopes, self.d_z = empty(4 * units), empty(4 * units)
        self.d_z_of_all = self.d_z.reshape(steps * rows, 4 * units)
        self.squashed, self.per_h = empty(units), empty(units)
        self.c = np.empty((steps + 1, rows, units), self.dtype)
        self.fresh = np.empty((rows, units), self.dtype)

        slope_i, slope_f, slope_g, slope_o = self.blocks(self.slopes)
        i, _, g, self.o = self.blocks(self.gates)
        self.partners = (slope_i, g), (slope_f, self.c[:-1]), (slope_g, i), (slope_o, self.squashed)
        self.steps = [self.views_of_step(t) for t in range(steps)]
        self.steps_back = [self.views_of_step_back(t) for t in range(steps - 1, -1, -1)]

    def of_each_gate(self, *values: float) -> Array:
        """One value for each of the four blocks: (4 units,)."""
        return np.asarray(values, self.dtype).repeat(self.units)

    def blocks(self, of: Array) -> list[Array]:
        """Views of the input, forget, cell and output blocks of (..., 4 units)."""
        return [of[..., gate * self.units : (gate + 1) * self.units] for gate in range(4)]

    def views_of_step(self, t: int) -> tuple[Array, ...]:
        """What ``forward`` reads and writes at step t, in the order in which it does."""
        gates, c = self.gates[t], (self.c[t], self.c[t + 1])
        of_step = self.read[t], self.scaled[t], gates
        return *of_step, *self.blocks(gates), *c, self.squashed[t], self.h[t + 1]

    def views_of_step_back(self, t: int) -> tuple[Array, ...]:
        """What ``backward`` reads and writes at step t; i, f and g are (batch, 3, units)."""
        three = (self.rows, 3, self.units)
        ifg, o = slice(0, 3 * self.units), slice(3 * self.units, None)
        slopes = self.slopes[t, :, ifg].reshape(three), self.slopes[t, :, o]
        d_z = self.d_z[t, :, ifg].reshape(three), self.d_z[t, :, o], self.d_z[t]
        return self.per_h[t], *slopes, *d_z, self.blocks(self.gates[t])[1]

    def forward(self, x: Array, state: State | None) -> Array:
        """What comes out of the Dense layer, before its activation: (batch, units).

        ``state`` is what the pass starts from, None for zeros.
        """
        self.x[...] = x.swapaxes(0, 1)
        self.h[0], self.c[0] = (0.0, 0.0) if state is None else state
        for read, z, gates, i, f, g, o, c, c_after, squashed, h in self.steps:
            np.dot(read, self.lower, out=z)
            z *= self.scale
            np.tanh(z, out=z)
            z *= self.scale
            np.add(z, self.shift, out=gates)
            np.multiply(i, g, out=self.fresh)
            np.multiply(f, c, out=c_after)
            c_after += self.fresh
            np.tanh(c_after, out=squashed)
            np.multiply(o, squashed, out=h)
        outputs: Array = np.dot(self.read_by_dense, self.upper)
        return outputs

    def final_state(self) -> State:
        """(h, c) after the last step: the next pass reads what it starts from before it writes."""
        return self.h[-1], self.c[-1]

    def take_slopes(self) -> None:
        """How z depends on d_c and d_h, and d_c on d_h, for all steps at once."""
        slopes = np.square(self.scaled, out=self.slopes)
        np.subtract(self.scale_squared, slopes, out=slopes)
        for slope, partner in self.partners:
            slope *= partner
        per_h = np.multiply(self.h[1:], self.squashed, out=self.per_h)
        np.subtract(self.o, per_h, out=per_h)

    def backward(self, d: Array) -> None:
        """From the gradient of what came out of ``forward`` to that of every weight."""
        np.dot(self.read_by_dense.T, d, out=self.d_upper)
        self.take_slopes()
        d_h: Array = np.dot(d, self.to_h)
        d_c: Array | None = None
        for per_h, slopes, slope_o, d_ifg, d_o, d_z, f in self.steps_back:
            d_c = d_h * per_h if d_c is None else d_c + d_h * per_h
            np.multiply(slopes, d_c[:, None], out=d_ifg)
            np.multiply(slope_o, d_h, out=d_o)
            if d_z is not self.steps_back[-1][-2]:  # the state before the first step is a constant
                d_h = np.dot(d_z, self.to_h_before)
                d_c *= f
        np.dot(self.read_by_lstm, self.d_z_of_all, out=self.d_lower)


class FusedUpdates:
    """The gradients of one model, with arrays for the shapes of the batches it has met lately.

    ``parameters`` and ``gradient`` are the model's flat vectors; the second one is written.
    """

    def __init__(self, spec: ModelSpec, parameters: Array, gradient: Array) -> None:
        self.spec, self.parameters, self.gradient = spec, parameters, gradient
        # Kept: a full and a last batch, of the training and of the validation rows.
        self.pass_for = lru_cache(4)(self.prepare)
        self.classifies = spec.loss == "categorical_crossentropy"
        self.ones = np.ones(spec.weight_shapes[-1], parameters.dtype)

    def differentiate(self, x: Array, y: Array, state: State | None) -> tuple[Metrics, FusedPass]:
        """Metrics of one batch from ``state`` (None: zeros), and the pass that has its last one."""
        there_and_back = self.pass_for(len(x), x.shape[1])
        outputs = there_and_back.forward(x, state)
        if self.classifies:
            loss, d = crossentropy(outputs, y, self.ones)
            hits = np.count_nonzero(accuracy(outputs, y))
            metrics = {"loss": loss, "accuracy": hits / len(y)}
        else:
            loss, d = squared_error(outputs, y)
            metrics = {"loss": loss}
        there_and_back.backward(d)
        return metrics, there_and_back

    def prepare(self, rows: int, steps: int) -> FusedPass:
        """The arrays for batches of so many rows and steps."""
        return FusedPass(self.spec, self.parameters, self.gradient, rows, steps)
