"""One LSTM layer of a library without more: weights in, run, states out, slopes back.

An adapter derives from ``OneLayer`` and writes

    load(*weights)            kernel, recurrent kernel (, bias) into the library's object
    run(x, state, lengths)    outputs of all steps, and the final (h, c) or None
    slope(d_outputs)          where the library goes back: gradients of the weights, and of x
    step(optimizer)           where it learns: one update from those gradients; the new weights
    fresh()                   where it draws them: the weights to begin with
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult, Gradients, Unsupported, speaking_for
from reference.adapters.support.arguments import refuse_other_forms
from reference.adapters.support.choices import is_mse
from reference.adapters.support.lengths import lengths_of
from reference.adapters.support.weights import copies, zeros


class OneLayer:
    """A model of the contract with a single LSTM layer; ``library`` names what raises."""

    library = ""

    def __init__(self, spec):
        self.spec, self.layer = spec, spec.layers[0]
        with speaking_for(self.library):
            weights = self.fresh()
        self.set_weights(weights)

    def fresh(self):
        return zeros(self.spec)

    def get_weights(self):
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights):
        self.weights = copies(self.spec, weights)
        with speaking_for(self.library):
            self.load(*self.weights)

    def call(self, x, mask=None, initial_state=None):
        refuse_other_forms(self.spec, x, initial_state)
        lengths = None if mask is None else lengths_of(mask)
        state = initial_state[0] if initial_state else None
        with speaking_for(self.library):
            steps, final = self.run(np.asarray(x, self.spec.dtype), state, lengths)
        if not self.layer.return_sequences:
            last = np.array(lengths if lengths is not None else [x.shape[1]] * len(x)) - 1
            steps = steps[np.arange(len(x)), last]
        return CallResult(steps, final and [final])

    def gradients(self, x, y, initial_state=None):
        """The library's backward pass, from the slope of the mean squared error."""
        if not is_mse(self.spec.loss) or initial_state:
            raise Unsupported("gradients of the mean squared error, from a state of zero")
        outputs = self.call(x).outputs
        if np.shape(y) != outputs.shape:
            raise ValueError(f"targets of shape {np.shape(y)} for outputs of {outputs.shape}")
        error = outputs - np.asarray(y, self.spec.dtype)
        steps = 2 * error / error.size
        if not self.layer.return_sequences:
            last, steps = steps, np.zeros((*x.shape[:2], steps.shape[-1]), steps.dtype)
            steps[:, -1] = last
        with speaking_for(self.library):
            weights, of_x = self.slope(steps)
        return Gradients(float(np.mean(error**2)), weights, of_x)

    def train_on_batch(self, x, y):
        """One backward pass and one step of the library's own optimiser."""
        loss = self.gradients(x, y).loss
        with speaking_for(self.library):
            self.weights = [np.array(one) for one in self.step(self.spec.optimizer)]
        return {"loss": loss}
