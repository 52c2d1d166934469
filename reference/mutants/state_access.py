"""Reading and setting states, and initial states that are given to a stateful model."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("state_access")


@plant(
    "The states are read with c before h.",
    "STATE-39 STATE-41 STATE-44",
    diagnosis="get_states gives c before h",
    address="keras#8823; flax, Thinc: c first",
)
class ReadSwapped(NumpyModel):
    def get_states(self):
        return [(c, h) for h, c in super().get_states()]


@plant(
    "The states are set with c before h.",
    "STATE-40 STATE-41",
    diagnosis="set_states exchanges h and c",
    address="keras#8823",
)
class SetSwapped(NumpyModel):
    def set_states(self, states):
        super().set_states([(c, h) for h, c in states])


@plant(
    "set_states does nothing.",
    "STATE-40 STATE-41 STATE-44",
    diagnosis="set_states does nothing",
    address="keras 3.15.1: reset_state(states=...) does not exist",
)
class SetIgnored(NumpyModel):
    def set_states(self, states):
        kept = list(self.states)
        super().set_states(states)
        self.states = kept


@plant("set_states takes h only.", "STATE-40 STATE-41", diagnosis="set_states sets only h")
class SetsOnlyH(NumpyModel):
    def set_states(self, states):
        super().set_states([(h, 0 * np.asarray(c)) for h, c in states])


@plant(
    "set_states adds to the state that is there.",
    "STATE-40 STATE-41",
    diagnosis="set_states adds to the existing state",
)
class SetAdds(NumpyModel):
    def set_states(self, states):
        there = super().get_states()
        super().set_states(
            [(h + h0, c + c0) for (h, c), (h0, c0) in zip(states, there, strict=True)]
        )


@plant(
    "The states of a stack are read from the last layer to the first.",
    "STATE-47",
    diagnosis="the states of a stack are read from the last layer to the first",
)
class ReadFromTheEnd(NumpyModel):
    def get_states(self):
        return super().get_states()[::-1]


@plant(
    "The states of a stack are set from the last layer to the first.",
    "STATE-47",
    diagnosis="the states of a stack are set from the last layer to the first",
)
class SetFromTheEnd(NumpyModel):
    def set_states(self, states):
        fits = [h.shape for h, _ in states] == [h.shape for h, _ in states][::-1]
        super().set_states(states[::-1] if fits else [(0 * h, 0 * c) for h, c in states])


@plant(
    "The states that are read are shared with the model.",
    "STATE-42",
    diagnosis="the states that are read are shared with the model",
)
class ReadStatesAreShared(NumpyModel):
    def get_states(self):
        return [state for state in self.states if state is not None]

    def carry(self, final):
        for index, (h, c) in enumerate(final):
            if self.carrying[index]:
                self.states[index][0][...] = h
                self.states[index][1][...] = c


@plant(
    "The states that are set are shared with the model.",
    "STATE-42",
    diagnosis="the states that are set are shared with the model",
)
class SetStatesAreShared(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        given = iter(states)
        self.states = [next(given) if carries else None for carries in self.carrying]


@plant(
    "Reading the states clears them.",
    "STATE-39 STATE-44",
    diagnosis="reading the states clears them",
)
class ReadingClears(NumpyModel):
    def get_states(self):
        states = super().get_states()
        self.reset_states()
        return states


@plant("The states are read in float16.", "STATE-39", diagnosis="get_states gives float16 numbers")
class ReadInHalf(NumpyModel):
    def get_states(self):
        return [
            (h.astype(np.float16).astype(h.dtype), c.astype(np.float16).astype(c.dtype))
            for h, c in super().get_states()
        ]


@plant(
    "Setting the states changes the weights.",
    "STATE-43",
    diagnosis="setting the states changes the weights",
)
class SettingChangesWeights(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        self.parameters *= 0.99


@plant(
    "The states read as their first row only after a reset.",
    "STATE-38",
    diagnosis="after a reset the states have shape",
)
class ResetStatesAreNarrow(NumpyModel):
    def get_states(self):
        states = super().get_states()
        cleared = all(not h.any() and not c.any() for h, c in states)
        return [(h[:1], c[:1]) for h, c in states] if cleared else states


@plant(
    "The states are those before the last call.",
    "STATE-39",
    diagnosis="get_states gives the states before the last call",
)
class ReadOneCallLate(NumpyModel):
    late = None

    def carry(self, final):
        self.late = super().get_states()
        super().carry(final)

    def set_states(self, states):
        super().set_states(states)
        self.late = None

    def reset_states(self):
        super().reset_states()
        self.late = None

    def get_states(self):
        return self.late if self.late is not None else super().get_states()


@plant(
    "States are read and set with c before h.",
    "STATE-40 STATE-39",
    diagnosis=(
        "get_states gives c before h",
        "set_states exchanges h and c",
    ),
    address="flax: the carry is (c, h)",
)
class BothSwapped(SetSwapped):
    def get_states(self):
        return [(c, h) for h, c in super().get_states()]


@plant(
    "The first row's state is set for every row.",
    "STATE-40",
    diagnosis="set_states gives row 0's state to every row",
)
class SetsRowZero(NumpyModel):
    def set_states(self, states):
        super().set_states(
            [tuple(np.repeat(np.asarray(a)[:1], len(a), axis=0) for a in pair) for pair in states]
        )


@plant(
    "A part of the memory is not among the states.",
    "STATE-44",
    diagnosis="the first difference is in batch 2",
)
class HiddenMemory(NumpyModel):
    hidden = 0.0

    def run(self, x, mask, starting):
        outputs, mask, final = super().run(x + self.hidden, mask, starting)
        self.hidden = 0.01 * float(final[0][0].mean())
        return outputs, mask, final


@plant(
    "The states of a stack are read and set from the last layer to the first.",
    "STATE-47",
    diagnosis=(
        "the states of a stack are read from the last layer to the first",
        "the states of a stack are set from the last layer to the first",
    ),
)
class StackFromTheEnd(NumpyModel):
    def get_states(self):
        return super().get_states()[::-1]

    def set_states(self, states):
        super().set_states(states[::-1])


@plant(
    "The states are set in float16.",
    "STATE-41",
    diagnosis="set_states rounds the states to float16",
)
class SetInHalf(NumpyModel):
    def set_states(self, states):
        super().set_states(
            [tuple(np.asarray(a).astype(np.float16) for a in pair) for pair in states]
        )


@plant("What is written into the states that were read reaches the model.", "STATE-42")
class ReadStatesAreTheModels(NumpyModel):
    def get_states(self):
        return [state for state in self.states if state is not None]


@plant(
    "Setting the states draws new weights.",
    "STATE-43",
    diagnosis="setting the states changes the weights",
)
class SettingDrawsWeights(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        self.set_weights(self.engine.fresh_weights(self.spec))
