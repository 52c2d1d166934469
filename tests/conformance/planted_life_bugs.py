"""Mistakes in what running, training and validating do to the state."""

from __future__ import annotations

import numpy as np
from planting_state_bugs import aside, plant, zeros

from reference.numpy import NumpyModel

# Running ------------------------------------------------------------------------------------------


@plant("a call leaves the state where it was", "LIFE-01", "STATE-01")
class CallMovesNothing(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        return aside(self, lambda: super(CallMovesNothing, self).call(x, mask, initial_state))


@plant("predict leaves the state where it was", "LIFE-02", "STATE-06", "STATE-08")
class PredictMovesNothing(NumpyModel):
    def predict(self, x, batch_size):
        return aside(self, lambda: super(PredictMovesNothing, self).predict(x, batch_size))


@plant("the state is cleared after predict", "LIFE-02", "STATE-06", "STATE-08")
class PredictClears(NumpyModel):
    def predict(self, x, batch_size):
        outputs = super().predict(x, batch_size)
        self.reset_states()
        return outputs


@plant("every batch of predict starts from zero", "LIFE-02", "STATE-05", "STATE-14", "STATE-22")
class PredictForgets(NumpyModel):
    def predict(self, x, batch_size):
        outputs = []
        for rows in self.batches(len(x), batch_size):
            self.reset_states()
            outputs.append(super().predict(x[rows], batch_size))
        return np.concatenate(outputs)


@plant("predict has a state of its own", "LIFE-02", "STATE-08", "LIFE-11")
class PredictHasItsOwn(NumpyModel):
    own = None

    def predict(self, x, batch_size):
        before, self.states = self.states, self.own or zeros(self.states)
        outputs = super().predict(x, batch_size)
        self.own, self.states = self.states, before
        return outputs


@plant("predict_on_batch leaves the state where it was", "LIFE-03", "STATE-07", "STATE-08")
class PredictOnBatchMovesNothing(NumpyModel):
    def predict_on_batch(self, x):
        return aside(self, lambda: super(PredictOnBatchMovesNothing, self).predict_on_batch(x))


@plant("predict_on_batch starts from zero", "LIFE-03", "STATE-07")
class PredictOnBatchForgets(NumpyModel):
    def predict_on_batch(self, x):
        self.reset_states()
        return super().predict_on_batch(x)


@plant("evaluate leaves the state where it was", "LIFE-04", "LIFE-09")
class EvaluateMovesNothing(NumpyModel):
    def evaluate(self, x, y, batch_size):
        return aside(self, lambda: super(EvaluateMovesNothing, self).evaluate(x, y, batch_size))


@plant("the state is cleared after evaluate", "LIFE-04", "LIFE-09")
class EvaluateClears(NumpyModel):
    def evaluate(self, x, y, batch_size):
        metrics = super().evaluate(x, y, batch_size)
        self.reset_states()
        return metrics


@plant("test_on_batch leaves the state where it was", "LIFE-05")
class TestOnBatchMovesNothing(NumpyModel):
    def test_on_batch(self, x, y):
        return aside(self, lambda: super(TestOnBatchMovesNothing, self).test_on_batch(x, y))


@plant("evaluate trains", "LIFE-10", "LIFE-19")
class EvaluateTrains(NumpyModel):
    def evaluate(self, x, y, batch_size):
        return self.over_batches(self.train_step, x, y, batch_size)


@plant("train_on_batch leaves the state where it was", "LIFE-06", "LIFE-15")
class TrainingMovesNothing(NumpyModel):
    def train_step(self, x, y):
        return aside(self, lambda: super(TrainingMovesNothing, self).train_step(x, y))


@plant("train_on_batch clears the state", "LIFE-06", "LIFE-15")
class TrainingClears(NumpyModel):
    def train_on_batch(self, x, y):
        metrics = super().train_on_batch(x, y)
        self.reset_states()
        return metrics


@plant("asking for gradients leaves the state where it was", "LIFE-07")
class GradientsMoveNothing(NumpyModel):
    def gradients(self, x, y, initial_state=None):
        return aside(self, lambda: super(GradientsMoveNothing, self).gradients(x, y, initial_state))


# Training -----------------------------------------------------------------------------------------


class OtherFit(NumpyModel):
    """One epoch at a time, with room for a mistake before and after each."""

    def fit(self, x, y, *, epochs, **how):
        history = {}
        for epoch in range(epochs):
            self.before(epoch)
            for name, figures in super().fit(x, y, epochs=1, **how).items():
                history.setdefault(name, []).extend(figures)
            self.after(epoch)
        return history

    def before(self, epoch):
        pass

    def after(self, epoch):
        pass


@plant("fit starts from zero", "LIFE-08", "LIFE-12", "LIFE-14")
class FitStartsAtZero(OtherFit):
    def before(self, epoch):
        if not epoch:
            self.reset_states()


@plant("the state is lost at the end of an epoch", "LIFE-13", "LIFE-08", "LIFE-11")
class LostAtTheEndOfAnEpoch(OtherFit):
    def after(self, epoch):
        self.reset_states()


@plant("the state is lost between epochs", "LIFE-13", "LIFE-23")
class LostBetweenEpochs(OtherFit):
    def before(self, epoch):
        if epoch:
            self.reset_states()


@plant("fit has a state of its own", "LIFE-08", "LIFE-11", "LIFE-29")
class FitHasItsOwn(OtherFit):
    own = None

    def before(self, epoch):
        self.elsewhere, self.states = self.states, self.own or zeros(self.states)

    def after(self, epoch):
        self.own, self.states = self.states, self.elsewhere


@plant("fit is silently stateless", "LIFE-08", "LIFE-11", "LIFE-13", "LIFE-15")
class FitIsStateless(OtherFit):
    fitting = False

    def before(self, epoch):
        self.fitting = True
        self.elsewhere = list(self.states)

    def after(self, epoch):
        self.fitting = False
        self.states = self.elsewhere

    def starting_states(self, rows, initial_state=None):
        starting = super().starting_states(rows, initial_state)
        return zeros(starting) if self.fitting else starting


@plant("the state is brought up to date with the new weights", "LIFE-16", "LIFE-06")
class StateIsRecomputed(NumpyModel):
    def train_step(self, x, y):
        starting = self.starting_states(len(x))
        metrics = super().train_step(x, y)
        self.run(x, None, starting)
        return metrics


@plant("a training step runs its batch twice", "LIFE-16", "LIFE-06")
class BatchRunsTwice(NumpyModel):
    def train_step(self, x, y):
        metrics = super().train_step(x, y)
        self.run(x, None, self.starting_states(len(x)))
        return metrics


@plant("the state of now and then a training batch is lost", "LIFE-15", "LIFE-14")
class LostInTraining(NumpyModel):
    steps = 0

    def train_step(self, x, y):
        metrics = super().train_step(x, y)
        self.steps += 1
        if self.steps % 3 == 0:
            self.reset_states()
        return metrics


# Validation ---------------------------------------------------------------------------------------


@plant("validation has a state of its own", "LIFE-20", "LIFE-21", "LIFE-23")
class ValidationHasItsOwn(NumpyModel):
    def validate(self, x, y, batch_size):
        def from_zero():
            self.reset_states()
            return super(ValidationHasItsOwn, self).validate(x, y, batch_size)

        return aside(self, from_zero)


@plant("the state is put back after validation", "LIFE-20", "LIFE-23")
class ValidationIsUndone(NumpyModel):
    def validate(self, x, y, batch_size):
        return aside(self, lambda: super(ValidationIsUndone, self).validate(x, y, batch_size))


@plant("the state is cleared before validation", "LIFE-20", "LIFE-21", "LIFE-23")
class ClearedBeforeValidation(NumpyModel):
    def validate(self, x, y, batch_size):
        self.reset_states()
        return super().validate(x, y, batch_size)


@plant("the state is cleared after validation", "LIFE-20", "LIFE-23")
class ClearedAfterValidation(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = super().validate(x, y, batch_size)
        self.reset_states()
        return figures


@plant("validation trains", "LIFE-22", "LIFE-23", "LIFE-24")
class ValidationTrains(NumpyModel):
    def validate(self, x, y, batch_size):
        figures = self.over_batches(self.train_step, x, y, batch_size)
        return {f"val_{name}": figure for name, figure in figures.items()}
