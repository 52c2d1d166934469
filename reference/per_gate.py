"""The same functions, written differently on purpose: the suite must not mind how it is written.

Batch-major, one matrix for each gate, sums as einsum over one step at a time, the logistic function
from exp, Adam with bias-corrected moments: every sum is taken in another order than in
``reference.numpy``. Only what surrounds the arithmetic (batches, states, epochs) is shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_spec.contract import Array
from reference.numpy import implementation as numpy
from reference.numpy import implementation_float32 as numpy_float32
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.layers import DenseLayer
from reference.numpy.lstm import LSTMLayer, State
from reference.numpy.optimizers import AdamOptimizer

GATES = ("i", "f", "g", "o")


def logistic(z: Array) -> Array:
    """1 / (1 + exp(-z)); exp may become infinite, and the quotient zero."""
    with np.errstate(over="ignore"):
        a: Array = 1.0 / (1.0 + np.exp(-z))
    return a


class Moment(NamedTuple):
    """One step as it was computed, for the way back."""

    time: int
    x: Array
    valid: Array  # (batch, 1)
    before: State
    z: dict[str, Array]
    gates: dict[str, Array]
    after: Array
    squashed: Array


class PerGateLSTM(LSTMLayer):
    """One direction; the weights are cut into gates anew in every pass."""

    maps = {  # noqa: RUF012
        "LSTM": (
            "units",
            "activation",
            "recurrent_activation",
            "use_bias",
            "forget_bias",
            "return_sequences",
            "go_backwards",
            "stateful",
            "kernel_initializer",
            "recurrent_initializer",
            "bias_initializer",
            "kernel_regularizer",
            "recurrent_regularizer",
            "bias_regularizer",
            "kernel_constraint",
            "recurrent_constraint",
            "bias_constraint",
            "trainable",
        ),
        **{k: v for k, v in LSTMLayer.maps.items() if k.endswith("initializer")},
        "LSTM.activation": tuple(ACTIVATIONS),
        "LSTM.recurrent_activation": tuple(ACTIVATIONS),
    }
    activations = {**ACTIVATIONS, "sigmoid": Activation(logistic, lambda a: a * (1.0 - a))}  # noqa: RUF012

    def cut(self, weight: Array) -> dict[str, Array]:
        """The blocks of a weight by gate."""
        u = self.units
        return {gate: weight[..., k * u : (k + 1) * u] for k, gate in enumerate(GATES)}

    def forward(
        self, x: Array, mask: Array | None, states: Sequence[State]
    ) -> tuple[Array, Array | None, list[State]]:
        """Outputs, their mask and the final state for x (batch, time, features)."""
        kernels, recurrent = self.cut(self.kernel), self.cut(self.recurrent_kernel)
        biases = self.cut(np.zeros(4 * self.units, x.dtype) if self.bias is None else self.bias)
        valid = np.ones(x.shape[:2], bool) if mask is None else mask
        times = range(x.shape[1])
        self.moments: list[Moment] = []
        h, c = states[0]
        shown = np.zeros_like(h)
        outputs = []
        for time in reversed(times) if self.layer.go_backwards else times:
            now = valid[:, time, None]
            x_now = np.where(now, x[:, time], np.zeros((), x.dtype))
            z = {
                gate: biases[gate]
                + np.einsum("bu,uv->bv", h, recurrent[gate])
                + np.einsum("bf,fv->bv", x_now, kernels[gate])
                for gate in GATES
            }
            gates = {gate: (self.phi if gate == "g" else self.sigma).of(z[gate]) for gate in GATES}
            after = gates["i"] * gates["g"] + gates["f"] * c
            squashed = self.phi.of(after)
            out = squashed * gates["o"]
            self.moments.append(Moment(time, x_now, now, (h, c), z, gates, after, squashed))
            h, c = np.where(now, out, h), np.where(now, after, c)
            shown = np.where(now, out, shown)
            outputs.append(np.where(now, out, 0) if self.layer.zero_output_for_mask else shown)
        if not self.layer.return_sequences:
            return outputs[-1], None, [(h, c)]
        turned = self.layer.go_backwards and not self.layer.mask_in_reading_order
        ordered = None if mask is None else mask[:, ::-1] if turned else mask
        return np.stack(outputs, axis=1), ordered, [(h, c)]

    def backward(self, d_outputs: Array) -> Array:
        """Add to the gradients of the weights, gate by gate; the gradient of x."""
        kernels, recurrent = self.cut(self.kernel), self.cut(self.recurrent_kernel)
        sums = [self.cut(gradient) for gradient in self.gradients]
        first = self.moments[0]
        d_h, d_c, d_shown = (np.zeros_like(first.squashed) for _ in range(3))
        d_x = np.zeros((*d_outputs.shape[:1], len(self.moments), len(self.kernel)), first.x.dtype)
        for place in range(len(self.moments) - 1, -1, -1):
            moment = self.moments[place]
            h, c = moment.before
            if self.layer.return_sequences:
                d_shown = d_shown + d_outputs[:, place]
            elif place == len(self.moments) - 1:
                d_shown = d_outputs
            d_out = np.where(moment.valid, d_shown + d_h, 0)
            d_shown = np.where(moment.valid, 0, d_shown)
            gates, valid_c = moment.gates, np.where(moment.valid, d_c, 0)
            slopes = {
                gate: (self.phi if gate == "g" else self.sigma).derivative(z, gates[gate])
                for gate, z in moment.z.items()
            }
            slope_of_output = self.phi.derivative(moment.after, moment.squashed)
            d_after = valid_c + d_out * gates["o"] * slope_of_output
            d_gate = {
                "i": d_after * gates["g"] * slopes["i"],
                "f": d_after * c * slopes["f"],
                "g": d_after * gates["i"] * slopes["g"],
                "o": d_out * moment.squashed * slopes["o"],
            }
            d_h = np.where(moment.valid, 0, d_h)
            d_c = np.where(moment.valid, d_after * gates["f"], d_c)
            for gate, d in d_gate.items():
                sums[0][gate][...] += np.einsum("bf,bv->fv", moment.x, d)
                sums[1][gate][...] += np.einsum("bu,bv->uv", h, d)
                if self.bias is not None:
                    sums[2][gate][...] += np.einsum("bv->v", d)
                d_h = d_h + np.einsum("bv,uv->bu", d, recurrent[gate])
                d_x[:, moment.time] += np.einsum("bv,fv->bf", d, kernels[gate])
        self.d_start = d_h, d_c
        return d_x


class EinsumDense(DenseLayer):
    """A Dense layer whose sums are einsum."""

    maps = {  # noqa: RUF012
        "Dense": ("units", "activation", "trainable"),
        "Dense.activation": (*ACTIVATIONS, "softmax"),
    }

    def forward(
        self, x: Array, mask: Array | None, states: Sequence[State]
    ) -> tuple[Array, Array | None, list[State]]:
        """Outputs (..., units) for x (..., features)."""
        self.x = x
        self.preactivation = np.einsum("...f,fu->...u", x, self.kernel)
        if self.bias is not None:
            self.preactivation = self.bias + self.preactivation
        self.outputs = self.activate(self.preactivation)
        return self.outputs, mask, []

    def backward_from_preactivation(self, d_z: Array) -> Array:
        """From the gradient of x K + b."""
        x, d = self.x.reshape(-1, self.x.shape[-1]), d_z.reshape(-1, d_z.shape[-1])
        self.gradients[0][...] += np.einsum("nf,nu->fu", x, d)
        if self.bias is not None:
            self.gradients[1][...] += np.einsum("nu->u", d)
        d_x: Array = np.einsum("...u,fu->...f", d_z, self.kernel)
        return d_x


class CorrectedAdam(AdamOptimizer):
    """Adam with both moments corrected, and epsilon scaled so that it is the same function."""

    def move(self, parameters: Array, gradient: Array) -> None:
        """One step of the parameters in place."""
        settings = self.settings
        self.moments(gradient)
        first, second = 1.0 - settings.beta_1**self.t, 1.0 - settings.beta_2**self.t
        root = np.sqrt(self.second() / second) + settings.epsilon / np.sqrt(second)
        parameters -= (self.rate() * (self.m / first) / root).astype(parameters.dtype)


implementation = replace(
    numpy,
    name="per-gate",
    lstm_class=PerGateLSTM,
    dense_class=EinsumDense,
    adam_class=CorrectedAdam,
)
"""In float64."""

implementation_float32 = replace(
    numpy_float32,
    name="per-gate-float32",
    lstm_class=PerGateLSTM,
    dense_class=EinsumDense,
    adam_class=CorrectedAdam,
)
"""In float32: noise of another kind than that of ``numpy-float32``."""
