"""Arrays that are shared or changed in place, and what a call leaves behind."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import CallResult
from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("arrays")


@plant("The given weights are shared.", "CELL-27 LIFE-27")
class GivenWeightsAreShared(NumpyModel):
    given = None

    def set_weights(self, weights):
        super().set_weights(weights)
        self.given = weights

    def call(self, x, mask=None, initial_state=None):
        super().set_weights(self.given)
        return super().call(x, mask, initial_state)


@plant("The returned weights are shared.", "CELL-28 LIFE-27")
class ReturnedWeightsAreShared(NumpyModel):
    def get_weights(self):
        return self.weights


@plant("The results are written into one buffer.", "CELL-29")
class ResultsAreWrittenIntoOneBuffer(NumpyModel):
    buffer = np.zeros(10_000)

    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        shared = self.buffer[: outputs.size].reshape(outputs.shape)
        shared[...] = outputs
        return CallResult(shared, states)


@plant("The input is scaled in place.", "CELL-30", diagnosis="call changes the x that it is given")
class InputIsScaledInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        if x.flags.writeable:
            x *= 0.5
        return result


@plant(
    "The initial state is updated in place.",
    "CELL-31 STATE-29",
    diagnosis="a call with an initial state changes the initial h that it is given",
)
class InitialStateIsUpdatedInPlace(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        for (h, c), (new_h, new_c) in zip(initial_state or [], result.states, strict=False):
            h[...], c[...] = new_h, new_c
        return result


@plant(
    "The input is read from its raw buffer.",
    "CELL-33",
    diagnosis="the result is wrong only for arrays x",
)
class InputIsReadFromItsRawBuffer(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if x.base is not None and not x.flags.c_contiguous:
            raw = x.base if isinstance(x.base, np.ndarray) else x
            x = raw.ravel(order="K")[: x.size].reshape(x.shape)
        return super().call(x, mask, initial_state)
