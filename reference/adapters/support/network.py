"""Layers one after the other, each done by one library; what is left to an adapter is that library.

An adapter derives from ``Network`` and says, in its library's own arrays:

    make(layer, width)                        the library's layer, for an input of that width
    parameters(part)                          its parameters, in the library's order
    assign(part, arrays)                      put NumPy arrays in place of them
    to_library(layer, arrays)                 canonical weights of one layer in the library's layout
    to_canonical(layer, arrays)               and back; gradients too
    lstm(layer, part, x, states, lengths)     outputs of all steps, [(h, c)]; states may be None
    dense(layer, part, x), softmax(x), repeat(x, n), tensor(array), numpy(tensor)
    dropout(part, x)                          where there is one: what a Dropout layer leaves of x
    differentiate(x, y, states)               loss, gradients of every parameter, gradient of x, y
    update(gradients)                         one step of the library's own optimiser

``forward`` without a final softmax gives logits, from which libraries compute cross-entropy.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult, Gradients, Unsupported, speaking_for
from lstm_spec.model import Dense, Dropout, RepeatVector
from reference.adapters.support.arguments import refuse_other_forms
from reference.adapters.support.choices import is_mse
from reference.adapters.support.lengths import lengths_of
from reference.adapters.support.weights import copies


class Network:
    """A model of the contract. ``library`` names what raises."""

    library = ""

    def __init__(self, spec):
        self.spec, self.parts, width = spec, [], spec.features
        with speaking_for(self.library):
            for layer in spec.layers:
                part = None if isinstance(layer, RepeatVector) else self.make(layer, width)
                self.parts.append((layer, part))
                width = width_of(layer, width)

    def get_weights(self):
        return self.canonical(
            [self.numpies(self.parameters(part)) for _, part in self.with_weights()]
        )

    def set_weights(self, weights):
        given = copies(self.spec, weights)
        for layer, part in self.with_weights():
            count = self.count(layer)
            mine, given = given[:count], given[count:]
            arrays = [np.ascontiguousarray(one) for one in self.to_library(layer, mine)]
            self.assign(part, arrays)

    def call(self, x, mask=None, initial_state=None):
        refuse_other_forms(self.spec, x, initial_state)
        lengths = None if mask is None else lengths_of(mask, "int64")
        with speaking_for(self.library):
            y, states = self.forward(self.tensor(x), self.given(initial_state), lengths)
            return CallResult(self.numpy(y), [tuple(self.numpies(pair)) for pair in states])

    def gradients(self, x, y, initial_state=None):
        refuse_other_forms(self.spec, x, initial_state)
        with speaking_for(self.library):
            loss, found, of_x, _ = self.differentiate(
                self.tensor(x), self.tensor(y), self.given(initial_state)
            )
            found = [self.numpies(part) for part in found]
            return Gradients(float(loss), self.canonical(found, slopes=True), self.numpy(of_x))

    def train_on_batch(self, x, y):
        refuse_other_forms(self.spec, x)
        with speaking_for(self.library):
            loss, found, _, outputs = self.differentiate(self.tensor(x), self.tensor(y), None)
            self.update(found)
            metrics = {"loss": float(loss)}
            share = self.accuracy(self.numpy(outputs), np.asarray(y))
            if share is not None:
                metrics["accuracy"] = share
            return metrics

    def accuracy(self, outputs, y):
        """The share of positions that are right; None where the loss has no accuracy."""
        if is_mse(self.spec.loss):
            return None
        return float((outputs.argmax(axis=-1) == y.argmax(axis=-1)).mean())

    # In the library's arrays --------------------------------------------------------------------

    def forward(self, x, states=None, lengths=None, logits=False, parts=None):
        """Outputs and final states. ``parts`` stands in for the library's layers."""
        states, final = list(states or []), []
        parts = parts or [part for _, part in self.parts]
        for number, (layer, part) in enumerate(zip(self.spec.layers, parts)):
            if isinstance(layer, RepeatVector):
                x = self.repeat(x, layer.n)
            elif isinstance(layer, Dense):
                x = self.dense(layer, part, x)
                if layer.activation == "softmax" and not (logits and number == len(parts) - 1):
                    x = self.softmax(x)
            elif isinstance(layer, Dropout):
                x = self.dropout(part, x)
            else:
                directions = len(layer.directions)
                given, states = states[:directions], states[directions:]
                x, found = self.lstm(layer, part, x, given or None, lengths)
                final += found
        return x, final

    def with_weights(self):
        return [(layer, part) for layer, part in self.parts if part is not None]

    def canonical(self, found, slopes=False):
        turn = self.slopes_to_canonical if slopes else self.to_canonical
        pairs = zip(self.with_weights(), found)
        return [one for (layer, _), arrays in pairs for one in turn(layer, arrays)]

    def slopes_to_canonical(self, layer, arrays):
        """The way back for gradients, where it is another one than that of the weights."""
        return self.to_canonical(layer, arrays)

    def numpies(self, tensors):
        return [np.array(self.numpy(one)) for one in tensors]

    def given(self, states):
        return states and [(self.tensor(h), self.tensor(c)) for h, c in states]

    @staticmethod
    def count(layer):
        """How many canonical arrays a layer has."""
        if isinstance(layer, Dense):
            return 2
        return sum(
            2 + one.use_bias + one.recurrent_bias + one.peephole + bool(one.projection)
            for one in layer.directions
        )


def width_of(layer, width):
    """How many features come out of a layer for so many; ``Unsupported`` for an unknown one."""
    if layer.directions:
        return sum(one.projection or one.units for one in layer.directions)
    if isinstance(layer, Dense):
        return layer.units
    if isinstance(layer, (RepeatVector, Dropout)):
        return width
    raise Unsupported(f"the adapter has nothing for {layer!r}")
