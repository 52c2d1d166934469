"""An engine that rounds after every operation is well within the tolerance of narrow types."""

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import select
from lstm_spec.conformance.support.narrow import (
    FEATURES,
    ROWS,
    UNITS,
    nearest,
    small_weights,
    spec_of,
    tolerance,
)
from lstm_spec.conformance.support.special_paths import NARROWER
from lstm_spec.model import NARROW
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import implementation
from reference.numpy.rounding import Rounding
from reference.scalar import implementation as scalar

SEEDS, STEPS, FACTOR = 8, 100, 10


def rounding_everywhere(precision, weights, x):
    """Outputs (rows, time, units) of an LSTM that has no number outside its type."""

    def r(values):
        return nearest(precision, values)

    def sigmoid(z):
        return r(1 / (1 + np.exp(-z)))

    kernel, recurrent, bias = map(r, weights)
    h = c = np.zeros((len(x), UNITS))
    outputs = []
    for step in r(x).swapaxes(0, 1):
        i, f, g, o = np.split(r(r(r(step @ kernel) + r(h @ recurrent)) + bias), 4, axis=1)
        c = r(r(sigmoid(f) * c) + r(sigmoid(i) * r(np.tanh(g))))
        h = r(sigmoid(o) * r(np.tanh(c)))
        outputs.append(h)
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize("precision", NARROW)
def test_an_engine_that_rounds_everywhere_is_within_a_tenth(precision):
    for seed in range(SEEDS):
        trial, spec = Trial("rounding", seed), spec_of(precision)
        weights = small_weights(trial, spec)
        x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
        expected = trial.model(implementation, spec, weights).call(x).outputs
        off = np.abs(rounding_everywhere(precision, weights, x) - expected).max()
        assert off <= tolerance(precision) / FACTOR * 1.01


@pytest.mark.parametrize("precision", NARROW)
def test_both_oracles_round_alike_and_agree(precision):
    numbers = Trial("numbers").array(2000, dtype="float64", scale=2.0) ** 5
    numbers[:3] = 0, 1e-7, -3e-8
    rounded = Rounding(precision).number(numbers)
    np.testing.assert_array_equal(rounded, nearest(precision, numbers))
    if "b" not in precision:
        half = numbers.astype(np.float16).astype(np.float64)
        np.testing.assert_array_equal(rounded, half)
    trial, spec = Trial("agree"), spec_of(precision)
    weights, x, y = (
        trial.weights(spec),
        trial.array(ROWS, 5, FEATURES),
        trial.array(ROWS, 5, UNITS),
    )
    one, other = (trial.model(engine, spec, weights) for engine in (implementation, scalar))
    ours, theirs = one.gradients(x, y), other.gradients(x, y)
    assert ours.loss == pytest.approx(theirs.loss, abs=1e-12)
    for a, b in zip([*ours.weights, ours.x], [*theirs.weights, theirs.x], strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(one.call(x).outputs, other.call(x).outputs)


class OnANarrowerPath:
    """The NumPy engine; on one path its numbers come out rounded to multiples of a step."""

    paths = (*implementation.paths, NARROWER)

    def __init__(self, step):
        self.step = step

    def __getattr__(self, name):
        return getattr(implementation, name)

    def on(self, path):
        if path != NARROWER:
            return implementation.on(path)
        rounded = OnANarrowerPath(self.step)
        rounded.build = lambda spec: RoundedModel(implementation.build(spec), self.step)
        return rounded


class RoundedModel:
    def __init__(self, inner, step):
        self.inner, self.step = inner, step

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def call(self, *given, **named):
        outputs, states = self.inner.call(*given, **named)
        return np.rint(outputs / self.step) * self.step, states


@pytest.mark.parametrize(("step", "verdict"), [(2.0**-8, Verdict.PASS), (0.25, Verdict.FAIL)])
def test_a_path_that_computes_in_a_narrower_type_is_held_to_its_roundings(step, verdict):
    (clause,) = select(["LIFE-200"])
    judgement = judge(clause, OnANarrowerPath(step), scalar)
    assert judgement.verdict is verdict
    assert (NARROWER in judgement.diagnosis) == (verdict is Verdict.FAIL)
