"""States of layers that carry none, and states that are kept where they were given."""

from __future__ import annotations

import numpy as np

from lstm_spec.model import LSTMState
from reference.mutants.planting import planter
from reference.numpy.model import NumpyModel

plant = planter("state_access")


@plant("A state has to be set for stateless layers too.", "STATE-95")
class AsksForEveryState(NumpyModel):
    def set_states(self, states):
        if len(states) != len(self.carrying):
            raise ValueError("give a state for every layer")
        super().set_states(states)


@plant("The state that is set goes to the first layer.", "STATE-95")
class SetsTheFirst(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        if sum(self.carrying) == 1 and not self.carrying[0]:
            self.states = [states[0], *self.states[1:]]


@plant("A float64 state is kept where it was given.", "STATE-96")
class KeepsFloat64(NumpyModel):
    def checked_states(self, states, what):
        copies = super().checked_states(states, what)
        return [
            LSTMState(*(
                one if isinstance(one, np.ndarray) and one.dtype == np.float64 else copy
                for one, copy in zip(given, copied, strict=True)
            ))
            for given, copied in zip(states, copies, strict=True)
        ]  # fmt: skip
