"""Initial states that are given to a stateful model, or that it should not have."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("state_access")


@plant(
    "A stateful model ignores a given initial state.",
    "STATE-30",
    address="keras#10965",
    diagnosis="a stateful model ignores a given initial state",
)
class StatefulIgnoresInitialState(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        return super().starting_states(rows, None if self.spec.stateful else initial_state)


@plant(
    "A given initial state is not carried on by a stateful model.",
    "STATE-30",
    address="TF#32299",
    diagnosis="a stateful model does not keep the final state of a call that was given one",
)
class InitialStateIsNotCarried(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        before = list(self.states)
        result = super().call(x, mask, initial_state)
        if initial_state is not None:
            self.states = before
        return result


@plant(
    "An initial state that is given once is used for every later call.",
    "STATE-29",
    diagnosis="an initial state that is given once is used for every later call",
)
class InitialStateStays(NumpyModel):
    given = None

    def starting_states(self, rows, initial_state=None):
        if initial_state is not None and not self.spec.stateful:
            self.given = initial_state
        known = self.given is not None and len(self.given[0][0]) == rows
        return super().starting_states(rows, self.given if known else initial_state)


@plant(
    "A given initial state is added to the carried one.",
    "STATE-30 GRAD-45",
    diagnosis="a stateful model adds a given initial state to its own",
)
class InitialStateIsAdded(NumpyModel):
    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        if initial_state is None or not self.spec.stateful:
            return starting
        return [
            (h + old[0], c + old[1]) if old is not None else (h, c)
            for (h, c), old in zip(starting, self.states, strict=True)
        ]


@plant("A new stateful model has been warmed up.", "STATE-28 STATE-38")
class WarmedUp(NumpyModel):
    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.states = [None if s is None else (s[0] + 0.1, s[1] + 0.1) for s in self.states]
