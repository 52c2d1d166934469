"""One LSTM direction: the equations of a step, the loop over time, and the way back.

For one step, with * element by element::

    i, f, g, o = split(x K + h R + b)          the gates: kernel K, recurrent kernel R, bias b
    i, f, o    = sigma(i), sigma(f), sigma(o)  recurrent activation
    g          = phi(g)                        activation
    c          = f * c + i * g
    h          = o * phi(c)

Arrays inside are time-major, (time, batch, features). Every line above and every convention around
it (order of time, what a masked step does, where the gradient ends) is a method of its own, so that
an implementation that is wrong on purpose is a subclass of a few lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import LSTM, Maps
from reference.numpy.activations import ACTIVATIONS, Activation
from reference.numpy.dropout import GATES, Masks, back, drawn, generator, joined, outer, product

State = tuple[Array, Array]
"""(h, c), each (batch, units)."""


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


class Trace(NamedTuple):
    """The steps of one forward pass in the order of processing, and which rows were valid."""

    steps: list[Step]
    valid: Array | None  # (time, batch, 1) or None where nothing is masked


class LSTMLayer:
    """One direction of one layer; its weights and gradients are views that the model owns."""

    activations: Mapping[str, Activation] = ACTIVATIONS
    directions = 1
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
        ),
        "LSTM.activation": tuple(ACTIVATIONS),
        "LSTM.recurrent_activation": tuple(ACTIVATIONS),
    }

    def __init__(self, layer: LSTM, weights: Sequence[Array], gradients: Sequence[Array]) -> None:
        self.layer, self.units = layer, layer.units
        self.kernel, self.recurrent_kernel = weights[0], weights[1]
        self.bias = weights[2] if layer.use_bias else None
        self.gradients = gradients
        self.phi = self.activations[layer.activation]
        self.sigma = self.activations[layer.recurrent_activation]
        self.trace = Trace([], None)
        self.rng = generator(layer.seed)
        self.masks = Masks()

    # The equations ------------------------------------------------------------------------------

    def preactivation(self, x: Array, h: Array) -> Array:
        """X K + h R + b, (batch, 4 units)."""
        z = product(x, self.kernel, self.masks.x)
        z += product(h, self.recurrent_kernel, self.masks.h)
        if self.bias is not None:
            z += self.bias
        return z

    def split(self, blocks: Array) -> tuple[Array, Array, Array, Array]:
        """Views of the input, forget, cell and output blocks of (batch, 4 units)."""
        u = self.units
        return blocks[:, :u], blocks[:, u : 2 * u], blocks[:, 2 * u : 3 * u], blocks[:, 3 * u :]

    def activate(self, z: Array) -> Array:
        """The activated gates: sigma on three blocks, phi on the cell block."""
        gates = self.gates(z)
        if self.sigma is not self.phi:
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
        gates = self.activate(z)
        i, f, g, o = self.split(gates)
        c_after = self.next_cell(i, f, g, c)
        squashed = self.phi.of(c_after)
        return Step(x, h, c, gates, i, f, g, o, c_after, squashed, o * squashed, z)

    # Conventions --------------------------------------------------------------------------------

    def in_order(self, steps: Array) -> Array:
        """Time-major steps in the order in which they are read (its own inverse)."""
        return steps[::-1] if self.layer.go_backwards else steps

    def masked_state(self, valid: Array, new: State, old: State) -> State:
        """A masked step leaves h and c as they were."""
        return np.where(valid, new[0], old[0]), np.where(valid, new[1], old[1])

    def masked_output(self, valid: Array, new: Array, previous: Array) -> Array:
        """At a masked step the previous output comes out again."""
        return np.where(valid, new, previous)

    def first_held_output(self, h: Array) -> Array:
        """What comes out at masked steps before the first valid one: zero, whatever h is."""
        return np.zeros_like(h)

    # Dropout ------------------------------------------------------------------------------------

    def draw_masks(self, rows: int) -> None:
        """New masks for a pass in training."""
        many = GATES if self.masks_by_gate else 1
        self.masks = Masks(
            drawn(self.rng, self.layer.dropout, many, rows, len(self.kernel)),
            drawn(self.rng, self.layer.recurrent_dropout, many, rows, self.units),
        )

    def drop_nothing(self) -> None:
        """No masks, as outside training."""
        self.masks = Masks()

    # Forward ------------------------------------------------------------------------------------

    def forward(
        self, x: Array, mask: Array | None, states: Sequence[State]
    ) -> tuple[Array, Array | None, list[State]]:
        """Run x (batch, time, features) from one (h, c): outputs, their mask, the final state."""
        inputs = self.in_order(x.swapaxes(0, 1))
        valid = None if mask is None else self.in_order(mask.T)
        if valid is None:
            outputs, final = self.run(inputs, states[0])
        else:
            outputs, final = self.run_masked(inputs, valid[:, :, None], states[0])
        if not self.layer.return_sequences:
            return outputs[-1], None, [final]
        made = np.array(outputs).swapaxes(0, 1)
        turned = mask is not None and self.layer.mask_in_reading_order
        return made, mask if turned or valid is None else valid.T, [final]

    def run(self, inputs: Array, state: State) -> tuple[list[Array], State]:
        """Every step of (time, batch, features), all of them valid."""
        h, c = state
        steps: list[Step] = []
        for x in inputs:
            step = self.step(x, h, c)
            h, c = step.h, step.c
            steps.append(step)
        self.trace = Trace(steps, None)
        return [step.h for step in steps], (h, c)

    def run_masked(self, inputs: Array, valid: Array, state: State) -> tuple[list[Array], State]:
        """Every step of (time, batch, features), where valid (time, batch, 1) is False masked."""
        # Whatever stands in a masked step (NaN, too) must not reach the gradient of a weight.
        inputs = np.where(valid, inputs, np.zeros((), inputs.dtype))
        h, c = state
        output = self.first_held_output(h)
        steps: list[Step] = []
        outputs: list[Array] = []
        for x, valid_now in zip(inputs, valid, strict=True):
            step = self.step(x, h, c)
            output = self.masked_output(valid_now, step.h, output)
            h, c = self.masked_state(valid_now, (step.h, step.c), (h, c))
            steps.append(step)
            zero = self.layer.zero_output_for_mask
            outputs.append(np.where(valid_now, step.h, 0) if zero else output)
        self.trace = Trace(steps, valid)
        return outputs, (h, c)

    # Backward -----------------------------------------------------------------------------------

    def backward(self, d_outputs: Array, wants_dx: bool = True) -> Array | None:
        """From the gradient of the outputs to those of the weights (added) and of x."""
        zero = np.zeros_like(self.trace.steps[0].h)
        d_steps = [zero] * len(self.trace.steps)
        d_steps[-1] = d_outputs
        if self.layer.return_sequences:
            d_steps = list(d_outputs.swapaxes(0, 1))
        d_z, d_h, d_c = self.back_through_time(self.trace, d_steps, (zero, zero))
        self.border(d_h, d_c)
        self.collect(self.trace, d_z)
        if not wants_dx:
            return None
        d_x = back(np.array(d_z), self.kernel, self.masks.x)
        return self.in_order(d_x).swapaxes(0, 1)

    def back_through_time(
        self, trace: Trace, d_outputs: Sequence[Array], d_state: State
    ) -> tuple[list[Array], Array, Array]:
        """Gradients of x K + h R + b for every step, and of the state before the first step."""
        d_h, d_c = d_state
        d_z: list[Array] = []
        d_held = np.zeros_like(d_h)
        for t in range(len(trace.steps) - 1, -1, -1):
            if trace.valid is None:
                d, d_h, d_c = self.step_back(trace.steps[t], d_h + d_outputs[t], d_c)
            else:
                valid = trace.valid[t]
                d_output = d_outputs[t] + d_held
                d_held = np.where(valid, 0, d_output)
                d, d_h_before, d_c_before = self.step_back(
                    trace.steps[t], np.where(valid, d_output + d_h, 0), np.where(valid, d_c, 0)
                )
                d_h, d_c = np.where(valid, d_h_before, d_h), np.where(valid, d_c_before, d_c)
            d_z.append(d)
        d_z.reverse()
        return d_z, d_h, d_c

    def step_back(self, step: Step, d_h: Array, d_c: Array) -> tuple[Array, Array, Array]:
        """The gradients of z, h and c before the step from those of h and c after it."""
        d_c = d_c + d_h * step.o * self.phi.derivative(step.c, step.squashed)
        d_z = self.sigma.derivative(step.z, step.gates)
        d_i, d_f, d_g, d_o = self.split(d_z)
        d_i *= d_c * step.g
        d_f *= d_c * step.c_before
        z_g = self.split(step.z)[2]
        np.multiply(d_c * step.i, self.phi.derivative(z_g, step.g), out=d_g)
        d_o *= d_h * step.squashed
        return d_z, self.to_h_before(d_z), d_c * step.f

    def to_h_before(self, d_z: Array) -> Array:
        """The gradient of h before the step from that of z."""
        return back(d_z, self.recurrent_kernel, self.masks.h)

    def border(self, d_h: Array, d_c: Array) -> None:
        """The gradient of the state that the pass started from ends here: it was a constant."""

    def collect(self, trace: Trace, d_z: Sequence[Array]) -> None:
        """Add the gradients of kernel, recurrent kernel and bias, summed over steps and rows."""
        kernel, recurrent_kernel, *bias = self.gradients
        kernel += outer([step.x for step in trace.steps], d_z, self.masks.x)
        recurrent_kernel += outer([step.h_before for step in trace.steps], d_z, self.masks.h)
        for one in bias:
            one += np.add.reduce(joined(d_z))
