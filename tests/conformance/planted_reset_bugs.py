"""Mistakes of reset, and of reading and writing states."""

from __future__ import annotations

import numpy as np
from planting_state_bugs import plant

from reference.numpy import NumpyModel

# Reset --------------------------------------------------------------------------------------------


class OtherReset(NumpyModel):
    built = False

    def __init__(self, spec, engine):
        super().__init__(spec, engine)
        self.built = True

    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        if self.built:
            pairs = zip(before, self.states, strict=True)
            self.states = [None if old is None else self.after(old, new) for old, new in pairs]

    def after(self, old, new):
        return new


@plant("reset does nothing", "STATE-31", "STATE-10", "LIFE-29", "LIFE-17", "LIFE-34")
class NoReset(OtherReset):
    def after(self, old, new):
        return old


@plant("reset clears only h", "STATE-31", "STATE-38", "LIFE-17")
class ResetsH(OtherReset):
    def after(self, old, new):
        return new[0], old[1]


@plant("reset clears only c", "STATE-31", "STATE-38", "LIFE-17")
class ResetsC(OtherReset):
    def after(self, old, new):
        return old[0], new[1]


@plant("reset clears only row 0", "STATE-31")
class ResetsRowZero(OtherReset):
    def after(self, old, new):
        return tuple(np.where(np.arange(len(s))[:, None] > 0, s, 0.0) for s in old)


@plant("reset leaves a thousandth", "STATE-38", "STATE-31")
class ResetsAlmost(OtherReset):
    def after(self, old, new):
        return old[0] / 1000, old[1] / 1000


class ResetsSome(NumpyModel):
    kept = slice(0, 0)

    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        if before[-1] is not None:
            self.states[self.kept] = before[self.kept]


@plant("reset clears only the first layer or direction", "STATE-34", "STATE-35")
class ResetsTheFirst(ResetsSome):
    kept = slice(1, None)


@plant("reset clears all but the second layer or direction", "STATE-34", "STATE-35")
class ForgetsTheSecond(ResetsSome):
    kept = slice(1, 2)


@plant("a second reset brings the state back", "STATE-33")
class ResetSwapsBuffers(NumpyModel):
    spare = None

    def reset_states(self):
        before = list(self.states)
        super().reset_states()
        if self.spare is not None and not any(np.any(state) for state in before):
            self.states = self.spare
        self.spare = before


@plant("every call resets first", "STATE-32", "STATE-01", "LIFE-01")
class ResetsTooOften(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        self.reset_states()
        return super().call(x, mask, initial_state)


@plant("reset draws fresh weights", "STATE-36", "LIFE-10")
class ResetsWeights(OtherReset):
    def reset_states(self):
        super().reset_states()
        if self.built:
            self.set_weights(self.engine.fresh_weights(self.spec))


@plant("reset clears the optimiser", "STATE-37")
class ResetsTheOptimiser(OtherReset):
    def reset_states(self):
        super().reset_states()
        if self.built:
            self.optimizer = self.engine.optimizer(self.spec, self.parameters)


# Reading and writing states -----------------------------------------------------------------------


@plant("states are read as c, h", "STATE-39", "STATE-41", "STATE-44")
class ReadsSwapped(NumpyModel):
    def get_states(self):
        return [(c, h) for h, c in super().get_states()]


@plant("reading the states clears them", "STATE-39", "STATE-44")
class ReadingClears(NumpyModel):
    def get_states(self):
        states = super().get_states()
        self.reset_states()
        return states


@plant("states are set as c, h", "STATE-40", "STATE-41")
class SetsSwapped(NumpyModel):
    def set_states(self, states):
        super().set_states([(c, h) for h, c in states])


@plant("states are read and set as c, h", "STATE-40", "STATE-39")
class BothSwapped(SetsSwapped):
    def get_states(self):
        return [(c, h) for h, c in super().get_states()]


@plant("setting states sets only h", "STATE-40", "STATE-41")
class SetsOnlyH(NumpyModel):
    def set_states(self, states):
        super().set_states([(h, 0 * c) for h, c in states])


@plant("setting states does nothing", "STATE-40", "STATE-41", "STATE-44")
class SetsNothing(NumpyModel):
    def set_states(self, states):
        pass


@plant("row 0's state is set for every row", "STATE-40")
class SetsRowZero(NumpyModel):
    def set_states(self, states):
        super().set_states([(h[[0] * len(h)], c[[0] * len(c)]) for h, c in states])


@plant("states are set in half precision", "STATE-41")
class SetsHalfPrecision(NumpyModel):
    def set_states(self, states):
        super().set_states([(h.astype("f2"), c.astype("f2")) for h, c in states])


@plant("the states that are read are the model's own arrays", "STATE-42")
class SharesWhatIsRead(NumpyModel):
    def get_states(self):
        return [state for state in self.states if state is not None]


@plant("the states that were read follow the model", "STATE-42")
class ReadStatesFollow(SharesWhatIsRead):
    def carry(self, final):
        for kept, now in zip(self.get_states(), final, strict=True):
            kept[0][...], kept[1][...] = now


@plant("the states that are set become the model's own arrays", "STATE-42")
class SharesWhatIsSet(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        self.states = list(states)


@plant("setting states draws fresh weights", "STATE-43")
class SettingTouchesWeights(NumpyModel):
    def set_states(self, states):
        super().set_states(states)
        self.set_weights(self.engine.fresh_weights(self.spec))


@plant("a part of the memory is not among the states", "STATE-44")
class HiddenMemory(NumpyModel):
    hidden = 0.0

    def run(self, x, mask, starting):
        outputs, mask, final = super().run(x + self.hidden, mask, starting)
        self.hidden = 0.01 * float(final[0][0].mean())
        return outputs, mask, final


@plant("a single row of states is set for all rows", "STATE-58")
class SetsBroadcast(NumpyModel):
    def set_states(self, states):
        rows = self.spec.batch_size
        super().set_states(
            [
                (h.repeat(rows, axis=0), c.repeat(rows, axis=0)) if len(h) == 1 else (h, c)
                for h, c in states
            ]
        )
