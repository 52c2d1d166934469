"""Operations, epochs and validation that move, keep or clear the state where they should not."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("lifecycle")

RUNS = {
    "predict": "LIFE-02 STATE-08",
    "predict_on_batch": "LIFE-03 STATE-07",
    "evaluate": "LIFE-04 LIFE-09",
    "test_on_batch": "LIFE-05",
    "train_on_batch": "LIFE-06",
    "fit": "LIFE-08",
    "gradients": "LIFE-07",
}
"""Operations that move the state, and the clauses that say so."""


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


for name, clauses in RUNS.items():
    plant(
        f"{name} leaves the state where it was.",
        clauses,
        diagnosis=f"{name} leaves the state where it was",
        address="keras on jax: stateful is stateless in fit, predict, evaluate",
    )(around(name, lambda before, after, zero: before))
    plant(f"{name} clears the state at its end.", clauses, diagnosis=f"{name} clears the state")(
        around(name, lambda before, after, zero: zero)
    )
    plant(
        f"{name} starts from a cleared state.",
        clauses,
        diagnosis=f"{name} starts from a cleared state",
    )(starting_cold(name))
    plant(f"After {name} only h is kept.", clauses, diagnosis=f"after {name} only h is kept")(
        around(name, lambda before, after, zero: parts(after, zero, True))
    )
    plant(
        f"{name} moves h and leaves c where it was.",
        clauses,
        diagnosis=f"{name} moves h and leaves c",
    )(around(name, lambda before, after, zero: parts(after, before, True)))


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
    def evaluate(self, x, y, batch_size):
        self.cold = True
        figures = super().evaluate(x, y, batch_size)
        self.cold = False
        return figures

    def test_step(self, x, y):
        if getattr(self, "cold", False):
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


# Epochs -------------------------------------------------------------------------------------------


class Epochs(NumpyModel):
    """Calls ``before_epoch`` and ``after_epoch`` around every epoch of fit."""

    def fit(self, x, y, *, epochs, **how):
        history = {}
        for _ in range(epochs):
            self.before_epoch()
            figures = super().fit(x, y, epochs=1, **how)
            self.after_epoch()
            for name, series in figures.items():
                history.setdefault(name, []).extend(series)
        return history

    def before_epoch(self):
        pass

    def after_epoch(self):
        pass


@plant(
    "fit clears the state at the start of every epoch.",
    "TRAIN-55",
    address="keras#2849, #4756",
    diagnosis="fit starts from a cleared state",
)
class ColdEpochs(Epochs):
    def before_epoch(self):
        self.reset_states()


@plant(
    "fit clears the state at the end of every epoch.",
    "LIFE-13 LIFE-08 LIFE-11",
    address="keras#2849, #10231",
    diagnosis="fit clears the state",
)
class ClearedAfterEpochs(Epochs):
    def after_epoch(self):
        self.reset_states()


@plant(
    "fit clears the state between its epochs.",
    "LIFE-13 LIFE-23",
    address="keras#4756",
    diagnosis="fit clears the state at the start of every epoch",
)
class ClearedBetweenEpochs(NumpyModel):
    def fit(self, x, y, *, epochs, **how):
        history = super().fit(x, y, epochs=1, **how)
        for _ in range(1, epochs):
            self.reset_states()
            for name, series in super().fit(x, y, epochs=1, **how).items():
                history[name] += series
        return history


@plant(
    "fit goes back to the state before it at every epoch.",
    "LIFE-13",
    diagnosis="fit goes back to the state before it at every epoch",
)
class EpochsStartAlike(NumpyModel):
    def fit(self, x, y, *, epochs, **how):
        before, history = list(self.states), {}
        for _ in range(epochs):
            self.states = list(before)
            for name, series in super().fit(x, y, epochs=1, **how).items():
                history.setdefault(name, []).extend(series)
        return history


# Validation ---------------------------------------------------------------------------------------


def validating(before, after) -> type[NumpyModel]:
    """A model in which something happens to the states before and after validation."""

    class Validating(NumpyModel):
        def validate(self, x, y, batch_size):
            kept = list(self.states)
            before(self, kept)
            figures = super().validate(x, y, batch_size)
            after(self, kept)
            return figures

    return Validating


def nothing(model, kept):
    """Leave the states alone."""


def reset(model, kept):
    """Clear the states."""
    model.reset_states()


def put_back(model, kept):
    """As before validation."""
    model.states = kept


plant(
    "Validation inside fit leaves the training state where it was.",
    "LIFE-20 LIFE-23",
    address="what the documents of some frameworks promise; keras#1853 says otherwise",
    diagnosis="validation inside fit does not run through the training state",
)(validating(nothing, put_back))
plant(
    "Validation inside fit runs from a cleared state and puts the training state back.",
    "LIFE-20 LIFE-21 LIFE-23",
    diagnosis="validation inside fit does not run through the training state",
)(validating(reset, put_back))
plant(
    "Validation inside fit clears the state before it.",
    "LIFE-20 LIFE-21 LIFE-23 PIPE-52",
    address="keras#4185",
    diagnosis="validation inside fit clears the state before it",
)(validating(reset, nothing))
plant(
    "Validation inside fit leaves a cleared state.",
    "LIFE-20 LIFE-23",
    diagnosis="validation inside fit leaves a cleared state",
)(validating(nothing, reset))


# Weights ------------------------------------------------------------------------------------------


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
    diagnosis="predict leaves the state where it was",
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


@plant(
    "fit is silently stateless.",
    "LIFE-08 LIFE-11 LIFE-13 LIFE-15",
    address="Keras 3 on jax, 3.0.5 to 3.15.1",
    diagnosis="fit leaves the state where it was",
)
class FitIsStateless(NumpyModel):
    fitting = False

    def fit(self, x, y, **how):
        before, self.fitting = list(self.states), True
        history = super().fit(x, y, **how)
        self.states, self.fitting = before, False
        return history

    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        return [(0 * h, 0 * c) for h, c in starting] if self.fitting else starting


@plant("The state that an update leaves is computed anew with the new weights.", "LIFE-16 LIFE-06")
class StateIsRecomputed(NumpyModel):
    def train_step(self, x, y):
        starting = self.starting_states(len(x))
        metrics = super().train_step(x, y)
        self.run(x, None, starting)
        return metrics


@plant(
    "A training step runs its batch twice through the state.",
    "LIFE-16 LIFE-06",
    diagnosis="train_on_batch runs its batch twice",
)
class BatchRunsTwice(NumpyModel):
    def train_step(self, x, y):
        metrics = super().train_step(x, y)
        self.run(x, None, self.starting_states(len(x)))
        return metrics
