"""Mistakes in where a batch starts from, and in which layers and directions carry."""

from __future__ import annotations

import numpy as np
from planting_state_bugs import aside, plant, zeros

from reference.numpy import NumpyModel
from reference.numpy.layers import BidirectionalLayer
from reference.numpy.lstm import LSTMLayer

# From where a batch starts ------------------------------------------------------------------------


@plant("a stateless model carries as well", "STATE-26", "STATE-27", "LIFE-19")
class AlwaysCarries(NumpyModel):
    left = None

    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        if self.spec.stateful or initial_state is not None or self.left is None:
            return starting
        return self.left if len(self.left[0][0]) == rows else starting

    def carry(self, final):
        super().carry(final)
        self.left = final


@plant("a stateless predict carries from batch to batch", "STATE-27", "STATE-21")
class PredictCarries(NumpyModel):
    def predict(self, x, batch_size):
        outputs, states = [], None
        for rows in self.batches(len(x), batch_size):
            count = len(x[rows])
            starting = states or self.starting_states(count)
            y, _, states = self.run(x[rows], None, [(h[:count], c[:count]) for h, c in starting])
            outputs.append(y)
        return np.concatenate(outputs)


@plant("states start at a tenth", "STATE-28", "STATE-31", "STATE-38", "LIFE-33", "LIFE-36")
class NotFromZero(NumpyModel):
    def zero_state(self, units, rows):
        return np.full((rows, units), 0.1), np.full((rows, units), 0.1)


@plant("a new stateful model has been warmed up", "STATE-28", "STATE-38")
class WarmedUp(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.states = [None if s is None else (s[0] + 0.1, s[1] + 0.1) for s in self.states]


@plant("a stateless layer keeps the initial state that it was given", "STATE-29")
class InitialStateStays(NumpyModel):
    given = None

    def starting_states(self, rows, initial_state=None):
        self.given = initial_state or self.given
        return super().starting_states(rows, None if self.spec.stateful else self.given)


@plant("the final state is written into the initial state", "STATE-29")
class WritesIntoTheInitialState(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        for given, final in zip(initial_state or [], result.states, strict=False):
            given[0][...], given[1][...] = final
        return result


@plant("a stateful layer ignores an initial state", "STATE-30")
class IgnoresTheInitialState(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        return super().starting_states(rows, None if self.spec.stateful else initial_state)


@plant("after an initial state the final state is not stored", "STATE-30")
class DoesNotStoreAfterAnInitialState(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if initial_state is None:
            return super().call(x, mask)
        return aside(self, lambda: super(type(self), self).call(x, mask, initial_state))


# Stacks and directions ----------------------------------------------------------------------------


@plant("only the first layer of a stack carries", "STATE-45", "LIFE-18")
class FirstLayerOnly(NumpyModel):
    def carry(self, final):
        super().carry([*final[:1], *zeros(final[1:])])


@plant("one stateful layer makes the whole stack stateful", "STATE-46")
class AllOrNothing(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.carrying = [spec.stateful] * len(self.carrying)
        self.reset_states()


@plant("the states of a stack are read and set from the last layer on", "STATE-47")
class StackReversed(NumpyModel):
    def get_states(self):
        return super().get_states()[::-1]

    def set_states(self, states):
        super().set_states(states[::-1])


@plant("a backward layer does not carry", "STATE-48", "STATE-49")
class BackwardForgets(LSTMLayer):
    def run(self, inputs, state):
        if self.layer.go_backwards and self.layer.stateful:
            state = (0 * state[0], 0 * state[1])
        return super().run(inputs, state)


@plant("the directions take over each other's states", "STATE-49", "STATE-50")
class DirectionsSwapped(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return outputs, mask, final[::-1]


@plant("the backward direction goes on from where the forward one ended", "STATE-49")
class BackwardFollowsForward(BidirectionalLayer):
    def forward(self, x, mask, states):
        outputs, mask, final = super().forward(x, mask, states)
        return outputs, mask, [final[0], final[0]]
