"""States that are carried late, or lost at some batches only."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel
from reference.numpy.lstm import LSTMLayer

plant = planter("carry")


def losing_every(k: int, restarts: bool = True) -> type[NumpyModel]:
    """A model whose state is lost after every k-th batch, counted anew after a reset or not."""

    class Loses(NumpyModel):
        count = 0

        def reset_states(self):
            if restarts:
                self.count = 0
            super().reset_states()

        def carry(self, final):
            self.count += 1
            if self.count % k == 0:
                final = [(0 * h, 0 * c) for h, c in final]
            super().carry(final)

    return Loses


for k in (*range(2, 9), 10):
    plant(
        f"The state is lost after every {k} batches.",
        "STATE-11",
        diagnosis=f"the state is lost after every {k} batches",
    )(losing_every(k))
for k in (2, 3, 10):
    plant(
        f"The state is lost after every {k} batches, and a reset does not start the count anew.",
        "STATE-11",
        diagnosis=f"the state is lost after every {k} batches",
    )(losing_every(k, restarts=False))


@plant(
    "The state is carried one batch late.",
    "STATE-01",
    diagnosis="the state is carried one batch late",
    address="an assignment that runs before the step whose result it keeps",
)
class CarriedOneBatchLate(NumpyModel):
    waiting = None

    def reset_states(self):
        super().reset_states()
        self.waiting = None

    def carry(self, final):
        late = self.waiting
        self.waiting = list(final)
        if late is not None:
            super().carry(late)


@plant(
    "The state is carried one batch late, and a reset leaves the one that waits.",
    "STATE-01 STATE-32 LIFE-90",
    diagnosis="the state is carried one batch late",
)
class CarriedLateThroughResets(NumpyModel):
    waiting = None

    def carry(self, final):
        super().carry(self.waiting or [(0 * h, 0 * c) for h, c in final])
        self.waiting = final


@plant(
    "The state of the first batch is carried for ever.",
    "STATE-01",
    diagnosis="the state of the first batch is carried to every later batch",
    address="a state that was captured as a constant when the function was traced",
)
class FirstStateForEver(NumpyModel):
    kept = False

    def reset_states(self):
        super().reset_states()
        self.kept = False

    def carry(self, final):
        if not self.kept:
            super().carry(final)
        self.kept = True


@plant(
    "The state before the last step of a row is carried.",
    "STATE-01",
    diagnosis="the state before the last step is carried",
)
class CarriedOneStepEarly(NumpyModel):
    def carry(self, final):
        early = [
            (layer.trace.steps[-1].h_before, layer.trace.steps[-1].c_before)
            if hasattr(layer, "trace") and layer.trace.steps
            else state
            for layer, state in zip(self.layers, final, strict=False)
        ]
        super().carry(early if len(early) == len(final) else final)


@plant(
    "The state is lost when the number of time steps changes.",
    "STATE-12",
    address="a graph that is traced anew for every length, with variables of its own",
    diagnosis="the state is lost when the number of time steps changes",
)
class LostWithAnotherLength(NumpyModel):
    steps = None

    def run(self, x, mask, starting):
        if self.steps not in (None, x.shape[1]) and self.spec.stateful:
            starting = [(0 * h, 0 * c) for h, c in starting]
        self.steps = x.shape[1]
        return super().run(x, mask, starting)


@plant(
    "A batch of one step leaves the state as it was.",
    "STATE-11",
    diagnosis="a batch of one step does not change the state",
    address="keras#7212: T = 1",
)
class SingleStepsDoNotCount(NumpyModel):
    def run(self, x, mask, starting):
        before = list(self.states)
        result = super().run(x, mask, starting)
        if x.shape[1] == 1:
            self.states = before
        return result


@plant(
    "A batch of six or more steps loses its state.",
    "STATE-12",
    diagnosis="a batch of six steps loses its state",
)
class LongPiecesForget(NumpyModel):
    def run(self, x, mask, starting):
        result = super().run(x, mask, starting)
        if x.shape[1] >= 6:
            self.reset_states()
        return result


@plant(
    "A layer that reads one step ends in the state in which it began.",
    "STATE-11 STATE-13",
    diagnosis="a batch of one step does not change the state",
)
class OneStepEndsWhereItBegan(LSTMLayer):
    def run(self, inputs, state):
        outputs, final = super().run(inputs, state)
        return outputs, state if len(inputs) == 1 else final


@plant(
    "A layer that reads six or more steps ends in a state of zero.",
    "STATE-13",
    diagnosis="a batch of six steps loses its state",
)
class SixStepsEndAtZero(LSTMLayer):
    def run(self, inputs, state):
        outputs, (h, c) = super().run(inputs, state)
        return outputs, (0 * h, 0 * c) if len(inputs) >= 6 else (h, c)


@plant(
    "Another number of time steps clears every state, a given one too.",
    "STATE-12",
    diagnosis="the state is lost when the number of time steps changes",
)
class AnotherLengthClearsGivenStates(NumpyModel):
    steps = None

    def run(self, x, mask, starting):
        if self.steps not in (None, x.shape[1]):
            starting = [(0 * h, 0 * c) for h, c in starting]
        self.steps = x.shape[1]
        return super().run(x, mask, starting)
