"""What is carried from batch to batch."""

from __future__ import annotations

import numpy as np

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("carry")


def carries(rule) -> type[NumpyModel]:
    """A model that carries ``rule(new, old)`` in place of the new state; both are (h, c)."""

    class OtherCarry(NumpyModel):
        def carry(self, final):
            before = list(self.states)
            super().carry(final)
            for index, old in enumerate(before):
                if self.carrying[index]:
                    self.states[index] = rule(final[index], old)

    return OtherCarry


def rows(change):
    """The rule that changes h and c alike, whatever was carried before."""
    return lambda new, old: (change(new[0]), change(new[1]))


def spread(a):
    """The first of the rows, in every row."""
    return np.repeat(a[:1], len(a), axis=0)


RULES = {
    "No state is carried between calls.": (
        lambda new, old: (0 * new[0], 0 * new[1]),
        "no state is carried",
        "keras#1820",
    ),
    "Only h is carried.": (
        lambda new, old: (new[0], 0 * new[1]),
        "only h is carried",
        "a state variable that keeps h as if the cell were a simple RNN",
    ),
    "Only c is carried.": (lambda new, old: (0 * new[0], new[1]), "only c is carried", ""),
    "h is carried and c stays what it was.": (
        lambda new, old: (new[0], old[1]),
        "h is carried",
        "",
    ),
    "c is carried and h stays what it was.": (
        lambda new, old: (old[0], new[1]),
        "c is carried",
        "",
    ),
    "h and c are swapped when they are carried.": (
        lambda new, old: new[::-1],
        "h and c are swapped when they are carried",
        "keras#8823; Thinc, flax and DyNet put c first",
    ),
    "h is carried as c, too.": (lambda new, old: (new[0], new[0]), "h is carried as c", ""),
    "c is carried as h, too.": (lambda new, old: (new[1], new[1]), "c is carried as h", ""),
    "The first row's state is carried into every row.": (
        rows(spread),
        "row 0's state is carried into every row",
        "keras FAQ: one state per sample",
    ),
    "The last row's state is carried into every row.": (
        rows(lambda a: spread(a[::-1])),
        "the last row's state is carried into every row",
        "tutorials: a batch taken for one sequence",
    ),
    "The last row's state is carried into the first row, the others start from zero.": (
        rows(lambda a: np.concatenate([a[-1:], 0 * a[1:]])),
        "the last row's state is carried into the first row",
        "tutorials: a batch taken for one sequence",
    ),
    "The mean of all rows' states is carried.": (
        rows(lambda a: spread(a.mean(axis=0, keepdims=True))),
        "the mean of all rows' states is carried",
        "",
    ),
    "The rows' states are carried in reversed order.": (
        rows(lambda a: a[::-1].copy()),
        "the rows' states are carried in reversed order",
        "",
    ),
    "Each row's state is carried into the next row.": (
        rows(lambda a: np.roll(a, 1, axis=0)),
        "each row's state is carried into the next row",
        "keras FAQ: slot i continues slot i",
    ),
    "Each row's state is carried into the row before.": (
        rows(lambda a: np.roll(a, -1, axis=0)),
        "each row's state is carried into the row before",
        "",
    ),
    "The first row's state is not carried.": (
        rows(lambda a: np.concatenate([0 * a[:1], a[1:]])),
        "row 0's state is not carried",
        "",
    ),
    "The last row's state is not carried.": (
        rows(lambda a: np.concatenate([a[:-1], 0 * a[-1:]])),
        "the last row's state is not carried",
        "",
    ),
    "Only h is permuted among the rows when the state is carried.": (
        lambda new, old: (new[0][::-1].copy(), new[1]),
        "only h is carried in reversed order of rows",
        "",
    ),
    "The state is halved when it is carried.": (
        rows(lambda a: a / 2),
        "the state is halved when it is carried",
        "",
    ),
    "The sign of the state is lost when it is carried.": (
        rows(np.abs),
        "the sign of the state is lost when it is carried",
        "",
    ),
    "The carried state is the mean of the new one and the old one.": (
        lambda new, old: ((new[0] + old[0]) / 2, (new[1] + old[1]) / 2),
        "the mean of the new state and the old one is carried",
        "",
    ),
    "The new state is added to the old one.": (
        lambda new, old: (new[0] + old[0], new[1] + old[1]),
        "the new state is added to the old one",
        "",
    ),
    "The units of the state are reversed when it is carried.": (
        rows(lambda a: a[:, ::-1].copy()),
        "the units of the state are reversed when it is carried",
        "",
    ),
    "The carried cell state is squashed.": (
        lambda new, old: (new[0], np.tanh(new[1])),
        "the cell state is squashed when it is carried",
        "",
    ),
}
for words, (rule, diagnosis, address) in RULES.items():
    plant(words, diagnosis=diagnosis, address=address)(carries(rule))


def losing_every(k: int) -> type[NumpyModel]:
    """A model whose state is lost after every k-th batch since the last reset."""

    class Loses(NumpyModel):
        count = 0

        def reset_states(self):
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
        diagnosis=f"the state is lost after every {k} batches",
    )(losing_every(k))


@plant(
    "The state is carried one batch late.",
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
    "The state of the first batch is carried for ever.",
    diagnosis="the state of the first batch is carried for ever",
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
    "predict carries the state of a stateless model from batch to batch.",
    diagnosis="a stateless model carries its state from batch to batch of a predict",
)
class PredictCarriesFromBatchToBatch(NumpyModel):
    def predict(self, x, batch_size):
        outputs, states = [], None
        for rows in self.batches(len(x), batch_size):
            count = len(x[rows])
            starting = states or self.starting_states(count)
            y, _, states = self.run(x[rows], None, [(h[:count], c[:count]) for h, c in starting])
            outputs.append(y)
        return np.concatenate(outputs)


@plant(
    "A stateless model keeps its state from call to call.",
    diagnosis="a stateless model carries its state from call to call",
)
class StatelessModelKeepsItsState(NumpyModel):
    left = None

    def starting_states(self, rows, initial_state=None):
        known = self.left is not None and len(self.left[0][0]) == rows
        if initial_state is None and known and not self.spec.stateful:
            return self.left
        return super().starting_states(rows, initial_state)

    def carry(self, final):
        self.left = final
        super().carry(final)


@plant("The state fades a little from batch to batch.", diagnosis="the state is multiplied by 0.99")
class Fading(NumpyModel):
    def carry(self, final):
        super().carry([(0.99 * h, 0.99 * c) for h, c in final])


@plant("A little of every row's state leaks into the others.", diagnosis="leaks into the others")
class Leaking(NumpyModel):
    def carry(self, final):
        super().carry([tuple(0.99 * a + 0.01 * a.mean(axis=0) for a in state) for state in final])


@plant(
    "Rows are recognised by their input and get back their own state.",
    diagnosis="the rows get back their states in the order of their inputs",
)
class Recognised(NumpyModel):
    seen = None

    def run(self, x, mask, starting):
        if self.seen is not None and len(x) == len(self.seen) and self.spec.stateful:
            order = np.argsort(np.argsort(x[:, 0, 0]))
            starting = [(h[order], c[order]) for h, c in starting]
        self.seen = x
        return super().run(x, mask, starting)


@plant(
    "A batch of one step leaves the state as it was.",
    diagnosis="a batch of one step leaves the state as it was",
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
    diagnosis="a batch of six steps loses its state",
)
class LongPiecesForget(NumpyModel):
    def run(self, x, mask, starting):
        result = super().run(x, mask, starting)
        if x.shape[1] >= 6:
            self.reset_states()
        return result
