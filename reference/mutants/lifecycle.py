"""Operations that move, keep or clear the state where they should not."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("lifecycle")

ENDS = {
    "predict": "LIFE-02 STATE-06 STATE-08",
    "predict_on_batch": "LIFE-03 STATE-07 STATE-08",
    "evaluate": "LIFE-04 LIFE-09 PIPE-59",
    "test_on_batch": "LIFE-05",
    "train_on_batch": "LIFE-06 LIFE-15",
    "fit": "LIFE-08",
    "gradients": "LIFE-07 GRAD-43",
}
"""Operations that move the state, and the clauses about the state in which they end."""

STARTS = {
    "predict": "LIFE-02 PIPE-62 PIPE-64 PIPE-65 PIPE-73",
    "predict_on_batch": "LIFE-03 STATE-07",
    "evaluate": "LIFE-04 LIFE-09",
    "test_on_batch": "LIFE-05",
    "train_on_batch": "LIFE-06",
    "fit": "LIFE-08 LIFE-12 LIFE-14",
    "gradients": "LIFE-07 GRAD-40",
}
"""The same operations, and the clauses about the state from which they start."""


def around(operation, change) -> type[NumpyModel]:
    """A model whose carried states are ``change(before, after, zero)`` when an operation ends."""

    def run(self, *args, **how):
        before = list(self.states)
        result = getattr(NumpyModel, operation)(self, *args, **how)
        after = list(self.states)
        NumpyModel.reset_states(self)
        zero = list(self.states)
        self.states = change(before, after, zero)
        return result

    return type("Around", (NumpyModel,), {operation: run})


def starting_cold(operation) -> type[NumpyModel]:
    """A model that resets its states when an operation begins."""

    def run(self, *args, **how):
        self.reset_states()
        return getattr(NumpyModel, operation)(self, *args, **how)

    return type("StartingCold", (NumpyModel,), {operation: run})


def parts(states, others, which):
    """Take h of one list and c of the other (or the other way round)."""
    chosen = []
    for one, other in zip(states, others, strict=True):
        chosen.append(one if one is None else (one[0], other[1]) if which else (other[0], one[1]))
    return chosen


for name, clauses in ENDS.items():
    plant(
        f"{name} leaves the state where it was.",
        clauses,
        diagnosis=f"{name} does not change the state",
        address="keras on jax: stateful is stateless in fit, predict, evaluate",
    )(around(name, lambda before, after, zero: before))
    plant(f"{name} clears the state at its end.", clauses, diagnosis=f"{name} clears the state")(
        around(name, lambda before, after, zero: zero)
    )
    plant(
        f"{name} starts from a cleared state.",
        STARTS[name],
        diagnosis=f"{name} starts from a cleared state",
    )(starting_cold(name))
    plant(f"After {name} only h is kept.", clauses, diagnosis=f"after {name} only h is kept")(
        around(name, lambda before, after, zero: parts(after, zero, True))
    )
    plant(
        f"{name} moves h and leaves c where it was.",
        clauses,
        diagnosis=f"{name} changes h but not c",
    )(around(name, lambda before, after, zero: parts(after, before, True)))


plant(
    "A direct call leaves the state where it was.",
    "LIFE-01 STATE-01",
    diagnosis="from one direct call to the next, no state is carried",
)(around("call", lambda before, after, zero: before))


@plant(
    "Every batch inside predict starts from a cleared state.",
    "LIFE-02 STATE-05 STATE-14 STATE-22",
    address="keras on jax",
    diagnosis="inside predict, no state is carried",
)
class PredictIsCold(NumpyModel):
    inside = False

    def predict(self, x, batch_size):
        self.inside = True
        outputs = super().predict(x, batch_size)
        self.inside = False
        return outputs

    def run(self, x, mask, starting):
        if self.inside and self.spec.stateful:
            starting = [(0 * h, 0 * c) for h, c in starting]
        return super().run(x, mask, starting)


@plant(
    "Every batch inside evaluate starts from a cleared state.",
    "LIFE-04 LIFE-09",
    diagnosis="evaluate carries the state of its last batch only",
)
class EvaluateIsCold(NumpyModel):
    def evaluate(self, x, y, batch_size, **weights):
        self.cold = True
        figures = super().evaluate(x, y, batch_size, **weights)
        self.cold = False
        return figures

    def test_step(self, x, y):
        if getattr(self, "cold", False):
            self.reset_states()
        return super().test_step(x, y)


@plant(
    "Every batch that is measured starts from a cleared state.",
    "STATE-24 LIFE-04 LIFE-09",
    diagnosis="test_on_batch starts from a cleared state",
)
class MeasuresFromZero(NumpyModel):
    def test_step(self, x, y):
        self.reset_states()
        return super().test_step(x, y)


@plant(
    "predict carries the state of its first batch only.",
    "LIFE-02 STATE-06",
    diagnosis="predict carries the state of its first batch only",
)
class PredictKeepsItsFirstState(NumpyModel):
    def predict(self, x, batch_size):
        if not self.spec.stateful or len(x) <= batch_size:
            return super().predict(x, batch_size)
        before = list(self.states)
        super().predict(x[:batch_size], batch_size)
        first, self.states = list(self.states), before
        outputs = super().predict(x, batch_size)
        self.states = first
        return outputs


# What should not touch the state, or the weights --------------------------------------------------


@plant("set_weights clears the state.", "LIFE-25", diagnosis="set_weights clears the state")
class SettingWeightsResets(NumpyModel):
    def set_weights(self, weights):
        super().set_weights(weights)
        self.reset_states()


@plant("get_weights clears the state.", "LIFE-26", diagnosis="get_weights clears the state")
class ReadingWeightsResets(NumpyModel):
    def get_weights(self):
        self.reset_states()
        return super().get_weights()


@plant("predict trains.", "LIFE-10", diagnosis="predict changes the weights")
class PredictTrains(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        self.parameters *= 0.999
        return outputs


@plant(
    "A direct call changes the weights a little.", "LIFE-10", diagnosis="call changes the weights"
)
class CallTrains(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        result = super().call(x, mask, initial_state)
        self.parameters *= 1.0001
        return result


# Training -----------------------------------------------------------------------------------------


@plant(
    "predict has a state of its own.",
    "LIFE-02 STATE-08 LIFE-11",
    address="a second function with variables of its own",
    diagnosis="predict does not change the state",
)
class PredictHasItsOwn(NumpyModel):
    own = None

    def predict(self, x, batch_size):
        before = list(self.states)
        self.reset_states()
        self.states = self.own or self.states
        outputs = super().predict(x, batch_size)
        self.own, self.states = self.states, before
        return outputs
