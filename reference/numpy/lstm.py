"""One LSTM direction: the loop over time, and the way back. ``cell`` has the equations of a step.

Arrays inside are time-major, (time, batch, features). Every convention around the equations (order
of time, what a masked step does, where the gradient ends) is a method of its own, so that an
implementation that is wrong on purpose is a subclass of a few lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_spec.contract import Array
from reference.numpy.cell import LSTMCell, Step, Trace
from reference.numpy.dropout import GATES, Masks, back, drawn

State = tuple[Array, Array]
"""(h, c), each (batch, units)."""


class LSTMLayer(LSTMCell):
    """One direction of one layer; its weights and gradients are views that the model owns."""

    trace: Trace
    outputs: Array  # of the last pass, (batch, ...)
    d_start: State  # the gradient of the state that the last pass started from
    d_activity: Array | None = None  # what a penalty on them adds to their gradient

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
            drawn(self.rng, self.layer.recurrent_dropout, many, rows, self.layer.width),
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
            self.outputs = outputs[-1]
            return self.outputs, None, [final]
        mask_out = mask if valid is None or self.layer.mask_in_reading_order else valid.T
        self.outputs = np.stack(outputs, axis=1)
        return self.outputs, mask_out, [final]

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

    def backward(self, d_outputs: Array) -> Array:
        """From the gradient of the outputs to those of the weights (added) and of x."""
        if self.d_activity is not None:
            d_outputs = d_outputs + self.d_activity
        zero = np.zeros_like(self.trace.steps[0].h)
        zero_c = np.zeros_like(self.trace.steps[0].c)
        d_steps = [zero] * len(self.trace.steps)
        d_steps[-1] = d_outputs
        if self.layer.return_sequences:
            d_steps = list(d_outputs.swapaxes(0, 1))
        d_z, d_h, d_c = self.back_through_time(self.trace, d_steps, (zero, zero_c))
        self.d_start = d_h, d_c
        self.border(d_h, d_c)
        self.collect(self.trace, d_z)
        d_x: Array = back(np.stack(d_z), self.kernel, self.masks.x)
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

    def border(self, d_h: Array, d_c: Array) -> None:
        """The gradient of the state that the pass started from ends here: it was a constant."""
