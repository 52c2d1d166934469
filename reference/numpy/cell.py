"""One LSTM step, forwards and backwards: the equations, each line of them a method.

With * element by element::

    i, f, g, o = split(x K + h R + b)          the gates: kernel K, recurrent kernel R, bias b
    i, f, o    = sigma(i), sigma(f), sigma(o)  recurrent activation
    g          = phi(g)                        activation
    c          = f * c + i * g
    h          = o * phi(c)                    times the projection kernel, if there is one

With peepholes p, what enters i and f has p * c added to it, with the c before the step; what enters
o has p * c with the c after it. ``gate_clip`` limits what enters the activations of the gates,
``cell_clip`` c and ``projection_clip`` a projected h; with coupled gates f = 1 - i. With layer
normalisation what enters a gate is normalised over its units before the bias is added.

An implementation that is wrong on purpose replaces one of the methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple, get_args

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, BiasInitializer, Form, Initializer, Maps
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.dropout import Masks, back, generator, outer, product
from reference.numpy.normalisation import Norm, normalise, units_of
from reference.numpy.normalisation import back as back_through


class Step(NamedTuple):
    """What one step computed, kept for the way back: all of it (batch, ...)."""

    x: Array  # the input of the step
    h_before: Array
    c_before: Array
    gates: Array  # all four activated, side by side: (batch, 4 units)
    i: Array  # views of them
    f: Array
    g: Array
    o: Array
    c: Array
    squashed: Array  # phi(c)
    h: Array
    z: Array  # what the gates were before their activations
    norm: Norm | None = None  # with layer normalisation: what it was made of


class Trace(NamedTuple):
    """The steps of one forward pass in the order of processing, and which rows were valid."""

    steps: list[Step]
    valid: Array | None  # (time, batch, 1) or None where nothing is masked


class LSTMCell:
    """One step of one direction; its weights and gradients are views that the model owns."""

    activations: Mapping[str, Activation] = ACTIVATIONS
    masks_by_gate = False  # whether each gate has its own mask of dropout
    maps: ClassVar[Maps] = {
        "LSTM": (
            "units",
            "activation",
            "recurrent_activation",
            "use_bias",
            "forget_bias",  # by the weights that it is given to begin with
            "return_sequences",
            "go_backwards",
            "stateful",  # by the model that carries the state
            "dropout",
            "recurrent_dropout",
            "seed",
            "zero_output_for_mask",
            "mask_in_reading_order",
            "peephole",
            "projection",
            "coupled_gates",
            "gate_clip",
            "cell_clip",
            "kernel_initializer",  # by the weights that it is given to begin with, as the next two
            "recurrent_initializer",
            "bias_initializer",
            "kernel_regularizer",
            "recurrent_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "recurrent_constraint",
            "bias_constraint",
            "trainable",
            "recurrent_bias",
            "projection_clip",
            "layer_norm",
        ),
        "LSTM.kernel_initializer": get_args(Initializer),
        "LSTM.recurrent_initializer": get_args(Initializer),
        "LSTM.bias_initializer": get_args(BiasInitializer),
        "LSTM.activation": tuple(ACTIVATIONS),
        "LSTM.recurrent_activation": tuple(ACTIVATIONS),
    }

    def __init__(self, layer: LSTM, weights: Sequence[Array], gradients: Sequence[Array]) -> None:
        self.layer, self.units = layer, layer.units
        self.kernel, self.recurrent_kernel = weights[0], weights[1]
        names = [one.name for one in layer.weights(Form.sequence(len(self.kernel)))]
        held = dict(zip(names, weights, strict=True))
        self.bias, self.peepholes = held.get("bias"), held.get("peepholes")
        self.recurrent_bias, self.gains = held.get("recurrent bias"), held.get("gains")
        self.projection = held.get("projection kernel")
        self.gradients = gradients
        self.gradient_of = dict(zip(names, gradients, strict=True))
        self.phi = self.activations[layer.activation]
        self.sigma = self.activations[layer.recurrent_activation]
        self.rng = generator(layer.seed)
        self.masks = Masks()
        self.norm: Norm | None = None  # of the step at work

    # The equations ------------------------------------------------------------------------------

    def preactivation(self, x: Array, h: Array) -> Array:
        """X K + h R + b, (batch, 4 units); with layer normalisation b comes later."""
        z = product(x, self.kernel, self.masks.x)
        z += product(h, self.recurrent_kernel, self.masks.h)
        if self.gains is None:
            self.add_biases(z, slice(None))
        return z

    def add_biases(self, z: Array, units: slice) -> None:
        """Add the biases of these units of the four gates to z, which has these alone."""
        for bias in (self.bias, self.recurrent_bias):
            if bias is not None:
                z += bias[units]

    def normalise(self, z: Array, gate: int) -> None:
        """Normalise what enters one gate, in place, and add the biases that follow."""
        if self.gains is not None and self.norm is not None:
            columns = units_of(gate, self.units)
            block = normalise(z, gate, self.units, self.norm)
            block *= self.gains[columns]
            self.add_biases(block, columns)

    def split(self, blocks: Array) -> tuple[Array, Array, Array, Array]:
        """Views of the input, forget, cell and output blocks of (batch, 4 units)."""
        u = self.units
        return blocks[:, :u], blocks[:, u : 2 * u], blocks[:, 2 * u : 3 * u], blocks[:, 3 * u :]

    def peephole(self, gate: int) -> Array:
        """The peephole (units,) of the input gate (0), the forget gate (1) or the output gate (2).

        Only where there are peepholes.
        """
        assert self.peepholes is not None
        seen: Array = self.peepholes[gate * self.units : (gate + 1) * self.units]
        return seen

    def see_before(self, z: Array, c: Array) -> None:
        """Add to z what the input and the forget gate see of the cell state before the step."""
        z_i, z_f, _, _ = self.split(z)
        z_i += self.peephole(0) * c
        z_f += self.peephole(1) * c

    def see_after(self, z: Array, gates: Array, c: Array) -> None:
        """Open the output gate anew, now that it sees the cell state after the step."""
        z_o, o = self.split(z)[3], self.split(gates)[3]
        z_o += self.peephole(2) * c
        self.normalise(z, 3)
        if self.layer.gate_clip:
            self.limit(z_o)
        o[...] = self.sigma.of(z_o)

    def limit(self, z: Array) -> None:
        """Cut off what enters the activations of the gates."""
        np.clip(z, -self.layer.gate_clip, self.layer.gate_clip, out=z)

    def clipped_cell(self, c: Array) -> Array:
        """C after the step, cut off."""
        clipped: Array = np.clip(c, -self.layer.cell_clip, self.layer.cell_clip)
        return clipped

    def couple(self, i: Array, f: Array) -> None:
        """Let the forget gate be what the input gate leaves."""
        f[...] = 1 - i

    def activate(self, z: Array) -> Array:
        """The activated gates: sigma on three blocks, phi on the cell block."""
        gates = self.gates(z)
        self.split(gates)[2][...] = self.phi.of(self.split(z)[2])
        return gates

    def gates(self, z: Array) -> Array:
        """The recurrent activation of all four blocks; of each by itself if it is of vectors."""
        if self.sigma.of_vectors:
            return self.sigma.of(z.reshape(len(z), 4, self.units)).reshape(z.shape)
        return self.sigma.of(z)

    def next_cell(self, i: Array, f: Array, g: Array, c: Array) -> Array:
        """C after the step."""
        after: Array = f * c + i * g
        return after

    def step(self, x: Array, h: Array, c: Array) -> Step:
        """One step of every row from (h, c)."""
        z = self.preactivation(x, h)
        if self.peepholes is not None:
            self.see_before(z, c)
        self.norm = None if self.gains is None else Norm.of(z)
        for gate in range(4 if self.peepholes is None else 3):
            self.normalise(z, gate)
        if self.layer.gate_clip:
            self.limit(z if self.peepholes is None else z[:, : 3 * self.units])
        gates = self.activate(z)
        i, f, g, o = self.split(gates)
        if self.layer.coupled_gates:
            self.couple(i, f)
        c_after = self.next_cell(i, f, g, c)
        if self.layer.cell_clip:
            c_after = self.clipped_cell(c_after)
        if self.peepholes is not None:
            self.see_after(z, gates, c_after)
        squashed = self.phi.of(c_after)
        h_after = self.let_out(o, squashed)
        return Step(x, h, c, gates, i, f, g, o, c_after, squashed, h_after, z, self.norm)

    def let_out(self, o: Array, squashed: Array) -> Array:
        """H after the step: what the output gate lets out, projected if the layer does so."""
        wide: Array = o * squashed
        return wide if self.projection is None else self.clipped_h(np.dot(wide, self.projection))

    def clipped_h(self, h: Array) -> Array:
        """A projected h, cut off if there is a limit."""
        limit = self.layer.projection_clip
        return np.clip(h, -limit, limit) if limit else h

    def step_back(self, step: Step, d_h: Array, d_c: Array) -> tuple[Array, Array, Array]:
        """The gradients of z, h and c before the step from those of h and c after it."""
        if self.projection is not None:
            if self.layer.projection_clip:
                d_h = d_h * (np.abs(step.h) < self.layer.projection_clip)
            self.gradient_of["projection kernel"] += np.dot((step.o * step.squashed).T, d_h)
            d_h = np.dot(d_h, self.projection.T)
        d_c = d_c + d_h * step.o * self.phi.derivative(step.c, step.squashed)
        d_z = self.sigma.derivative(step.z, step.gates)
        if self.layer.gate_clip:  # where it was cut off, nothing comes through
            d_z *= np.abs(step.z) < self.layer.gate_clip
        d_i, d_f, d_g, d_o = self.split(d_z)
        d_o *= d_h * step.squashed
        self.normalised_back(step, d_o, 3)
        if self.peepholes is not None:
            d_c += self.peephole(2) * d_o
        if self.layer.cell_clip:
            d_c = d_c * (np.abs(step.c) < self.layer.cell_clip)
        d_i *= d_c * self.seen_by_input_gate(step)
        d_f *= 0 if self.layer.coupled_gates else d_c * step.c_before
        z_g = self.split(step.z)[2]
        np.multiply(d_c * step.i, self.phi.derivative(z_g, step.g), out=d_g)
        if self.layer.gate_clip:
            d_g *= np.abs(z_g) < self.layer.gate_clip
        for gate, d_gate in enumerate((d_i, d_f, d_g)):
            self.normalised_back(step, d_gate, gate)
        return d_z, self.to_h_before(d_z), self.to_c_before(d_z, d_c * step.f)

    def normalised_back(self, step: Step, d: Array, gate: int) -> None:
        """Through the gains and the normalisation of one gate, in place; both learn here."""
        if step.norm is None or self.gains is None:
            return
        columns = units_of(gate, self.units)
        self.gradient_of["gains"][columns] += np.add.reduce(d * step.norm.normal[:, columns])
        for name in ("bias", "recurrent bias"):
            if name in self.gradient_of:
                self.gradient_of[name][columns] += np.add.reduce(d)
        d *= self.gains[columns]
        back_through(d, gate, self.units, step.norm)

    def seen_by_input_gate(self, step: Step) -> Array:
        """The slope of c with respect to i; coupled gates lose of the old c what they take in."""
        return step.g - step.c_before if self.layer.coupled_gates else step.g

    def to_h_before(self, d_z: Array) -> Array:
        """The gradient of h before the step from that of z."""
        return back(d_z, self.recurrent_kernel, self.masks.h)

    def to_c_before(self, d_z: Array, d_c: Array) -> Array:
        """The gradient of c before the step: what comes through the forget gate, and peepholes."""
        if self.peepholes is None:
            return d_c
        d_i, d_f, _, _ = self.split(d_z)
        seen: Array = self.peephole(0) * d_i + self.peephole(1) * d_f
        return d_c + seen

    def collect(self, trace: Trace, d_z: Sequence[Array]) -> None:
        """Add the gradients of the weights, summed over steps and rows."""
        d = np.concatenate(d_z)
        steps, of = trace.steps, self.gradient_of
        of["kernel"] += outer([step.x for step in steps], d, self.masks.x)
        of["recurrent kernel"] += outer([step.h_before for step in steps], d, self.masks.h)
        for name in ("bias", "recurrent bias"):
            if name in of and self.gains is None:  # else they have learned on the way back
                of[name] += np.add.reduce(d)
        if self.peepholes is not None:
            d_i, d_f, _, d_o = self.split(d)
            before = np.concatenate([step.c_before for step in steps])
            after = np.concatenate([step.c for step in steps])
            of["peepholes"] += np.concatenate(
                [np.add.reduce(seen) for seen in (d_i * before, d_f * before, d_o * after)]
            )
