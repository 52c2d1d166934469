"""Training, its epochs and its validation: what they do to the state."""

from __future__ import annotations

from reference.mutants.planting import planter
from reference.numpy import NumpyModel

plant = planter("lifecycle")


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
    diagnosis="fit restores the state from before it at every epoch",
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
    diagnosis="validation inside fit does not use the training state",
)(validating(nothing, put_back))
plant(
    "Validation inside fit runs from a cleared state and puts the training state back.",
    "LIFE-20 LIFE-21 LIFE-23",
    diagnosis="validation inside fit does not use the training state",
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


# Training -----------------------------------------------------------------------------------------


@plant(
    "fit is silently stateless.",
    "LIFE-08 LIFE-11 LIFE-13 LIFE-15",
    address="Keras 3 on jax, 3.0.5 to 3.15.1",
    diagnosis="fit does not change the state",
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


@plant(
    "No training batch moves the state, in fit or outside it.",
    "LIFE-06 LIFE-15",
    diagnosis="train_on_batch does not change the state",
)
class TrainingMovesNothing(NumpyModel):
    def train_step(self, x, y):
        before = list(self.states)
        metrics = super().train_step(x, y)
        self.states = before
        return metrics


@plant(
    "fit has a state of its own.",
    "LIFE-08 LIFE-11 LIFE-29",
    diagnosis="fit does not change the state",
)
class FitHasItsOwn(NumpyModel):
    own = None

    def fit(self, x, y, **how):
        before = list(self.states)
        if self.own is None:
            self.reset_states()
        else:
            self.states = self.own
        history = super().fit(x, y, **how)
        self.own, self.states = self.states, before
        return history


@plant(
    "The state is lost after every third training batch.",
    "LIFE-15 LIFE-14",
    diagnosis="in train_on_batch, the state is lost after every 3 batches",
)
class LostInTraining(NumpyModel):
    steps = 0

    def train_step(self, x, y):
        metrics = super().train_step(x, y)
        self.steps += 1
        if self.steps % 3 == 0:
            self.reset_states()
        return metrics
