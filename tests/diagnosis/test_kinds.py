"""Mistakes of a kind are named by their kind: from where on, where alone, in which layout.

Each engine here is right but for one line in a pure function, or but for one method of a model.
"""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.contract import Capability, Gradients
from lstm_spec.diagnosis import diagnose, experiments, repeating
from lstm_spec.diagnosis.equations import run
from lstm_spec.diagnosis.repeating import Contradiction, repeated
from lstm_spec.diagnosis.search import NOT_REPEATABLE
from lstm_spec.lifting import lift
from reference.numpy import NumpyImplementation, NumpyModel
from reference.numpy import implementation as oracle


def engine(change):
    """A lifted engine; ``change(weights, x, state)`` gives other arguments to the equations."""

    def computed(x, weights, state):
        made = run(*change([np.asarray(one, np.float64) for one in weights], x, state))
        return made.outputs, made.state

    return lift(computed, name="changed")


def told(subject):
    return [one.sentence for one in diagnose(subject, oracle)]


def after(count, axis):
    """The entries of x beyond so many along an axis become zero."""

    def change(weights, x, state):
        x = np.array(x, np.float64)
        np.moveaxis(x, axis, 0)[count:] = 0
        return weights, x, state

    return change


def transposed_where_square(weights, x, state):
    kernel, recurrent, bias = weights
    square = kernel.shape[0] == kernel.shape[1]
    return [kernel.T if square else kernel, recurrent, bias], x, state


def turned_where_as_many_rows_as_units(weights, x, state):
    rows, units = state[0].shape
    return weights, x[::-1] if rows == units else x, state


def read_raw(weights, x, state):
    flat = np.asarray(x).ravel(order="K").reshape(np.shape(x))
    return weights, flat, state


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (after(256, 1), "the outputs are right up to step 256"),
        (after(32, 0), "the outputs are right up to row 32"),
        (after(128, 2), "the outputs are right for up to 128 features"),
        (transposed_where_square, "the result is wrong only where the kernel is square"),
        (turned_where_as_many_rows_as_units, "the result is wrong only where rows equal units"),
        (read_raw, "the result is wrong only for arrays x in Fortran order"),
    ],
)
def test_a_limit_an_axis_and_a_layout_are_named(change, sentence):
    (said,) = told(engine(change))
    assert said.startswith(sentence), said


class FileWithoutABias(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        if len(model.weights) > 6:
            model.weights[5][...] = 0
        return model


class FileWithoutADirection(NumpyImplementation):
    def load(self, path):
        model = super().load(path)
        layers = [
            replace(one, go_backwards=False) if getattr(one, "go_backwards", False) else one
            for one in model.spec.layers
        ]
        twin = self.build(replace(model.spec, layers=tuple(layers)))
        twin.set_weights(model.get_weights())
        return twin


class BiasOfTheLastRow(NumpyModel):
    """The gradient of the forget gate's bias is that of the last row."""

    def gradients(self, x, y, initial_state=None):
        given = super().gradients(x, y, initial_state)
        last = [(h[-1:], c[-1:]) for h, c in initial_state] if initial_state else None
        if self.carrying[0]:
            return given
        alone = super().gradients(x[-1:], y[-1:], last)
        units = self.spec.layers[0].units
        weights = [np.array(one) for one in given.weights]
        weights[2][units : 2 * units] = alone.weights[2][units : 2 * units]
        return Gradients(given.loss, weights, given.x)


class MeanOfTheBatches(NumpyModel):
    """Figures of a smaller last batch count as much as those of the others."""

    def evaluate(self, x, y, batch_size):
        figures = [
            self.test_on_batch(x[rows], y[rows]) for rows in self.batches(len(x), batch_size)
        ]
        return {name: float(np.mean([one[name] for one in figures])) for name in figures[0]}


class CarriesInFloat32(NumpyModel):
    def carry(self, final):
        super().carry([tuple(a.astype(np.float32).astype(a.dtype) for a in one) for one in final])


@pytest.mark.parametrize(
    ("subject", "sentences"),
    [
        (FileWithoutABias(name="file"), ["the saved file lacks the LSTM 2 bias"]),
        (FileWithoutADirection(name="file"), ["the saved file lacks go_backwards"]),
        (
            NumpyImplementation(name="gradient", model_class=BiasOfTheLastRow),
            ["the gradient of the bias of the forget gate is that of the last row, "
             "not the sum over rows"],
        ),
        (
            NumpyImplementation(name="figures", model_class=MeanOfTheBatches),
            [f"the {name} of evaluate is the plain mean of the batches' figures"
             for name in ("loss", "accuracy")],
        ),
        (
            NumpyImplementation(name="float32", model_class=CarriesInFloat32),
            ["a float64 model computes in float32 in a carried state"],
        ),
    ],
    ids=lambda one: one.name if isinstance(one, NumpyImplementation) else "",
)  # fmt: skip
def test_files_gradients_figures_and_digits_are_named(subject, sentences):
    assert told(subject) == sentences


class Race(NumpyModel):
    """One call in three loses the state that it started from."""

    dice = np.random.default_rng(5)

    def starting_states(self, rows, initial_state=None):
        states = super().starting_states(rows, initial_state)
        if self.dice.random() < 1 / 3:
            return [tuple(0 * a for a in one) for one in states]
        return states


def test_of_a_race_nothing_is_said_but_that_it_is_not_repeatable():
    subject = NumpyImplementation(name="race", model_class=Race)
    for seed in range(5):
        (found,) = diagnose(subject, oracle, seed)
        assert found.sentence.startswith(NOT_REPEATABLE)


def test_an_experiment_that_comes_out_otherwise_counts_for_nothing():
    class Counts:
        name, version, capabilities = "counts", "0", frozenset({Capability.FORWARD})
        calls = 0

        def build(self, model):
            return self

        def figure(self):
            self.calls += 1
            return float(self.calls)

    def finds(subject, _, trial):
        return ["a finding"] if subject.build(None).figure() else []

    with pytest.raises(Contradiction):
        repeated("counts", finds, Counts(), oracle, 0)

    Counts.figure = lambda self: 1.0
    assert repeated("counts", finds, Counts(), oracle, 0) == ["a finding"]


@pytest.mark.parametrize(("seconds", "times"), [(60.0, repeating.MOST), (0.0, repeating.FEWEST)])
def test_an_experiment_of_a_slow_subject_is_done_three_times(seconds, times, monkeypatch):
    """It finds the same each time, and has one answer to show for it."""
    monkeypatch.setattr(repeating, "SECONDS", seconds)
    done = []

    def finds(subject, _, trial):
        done.append(subject.version)
        return ["a finding"]

    assert repeated("counts", finds, oracle, oracle, 0) == ["a finding"]
    assert len(done) == times


def test_what_explains_an_experiment_comes_before_it():
    seen = set()
    for one in experiments():
        assert set(one.explained_by) <= seen, one.name
        seen.add(one.name)
    assert len(seen) == len(experiments())
