"""What a plain trace does not show: single outputs, directions, other activations, large numbers.

Each experiment calls the subject in one special way, and compares the result with what the mistakes
that only show there would give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation
from lstm_spec.diagnosis.conventions import FAMILIES, FEATURES, ROWS, STEPS, UNITS
from lstm_spec.diagnosis.equations import FUNCTIONS, State, overflowing_tanh, rational_tanh, run
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.diagnosis.wrong_equations import clipped
from lstm_spec.model import LSTM, Activation, ModelSpec

LAYER = LSTM(UNITS, return_sequences=True)


def first_that_matches(
    got: Array, told: Mapping[str, Array], families: tuple[str, ...] = FAMILIES
) -> list[Finding]:
    """The mistake that gives these numbers; none if they are right or if no mistake gives them."""
    mistake = nearest(told, lambda expected: matches(got, expected))
    return [Finding(mistake, families)] if mistake else []


def _zero(rows: int = ROWS) -> tuple[Array, Array]:
    return np.zeros((rows, UNITS)), np.zeros((rows, UNITS))


def single_output(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer without return_sequences."""
    spec = ModelSpec((LSTM(UNITS),), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    y = run(weights, x, _zero()).outputs
    got = trial.model(subject, spec, weights).call(x).outputs
    return first_that_matches(
        got,
        {
            "": y[:, -1],
            "the single output is the first step's": y[:, 0],
            "the single output is that of the last step but one": y[:, -2],
            "the single output is the mean over time": y.mean(axis=1),
            "the single output is the largest over time": y.max(axis=1),
            "the single output is the sum over time": y.sum(axis=1),
        },
    )


def backwards(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer that reads from the end."""
    spec = ModelSpec((replace(LAYER, go_backwards=True),), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    y = run(weights, x[:, ::-1], _zero()).outputs
    forwards = run(weights, x, _zero()).outputs
    got = trial.model(subject, spec, weights).call(x).outputs
    return first_that_matches(
        got,
        {
            "": y,
            "go_backwards is ignored": forwards,
            "the outputs of a backward layer are put back into time order": y[:, ::-1],
            "a backward layer reads forwards and reverses its outputs": forwards[:, ::-1],
        },
    )


def backwards_from_a_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """The state from which a backward layer starts."""
    spec = ModelSpec((replace(LAYER, go_backwards=True),), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    (state,) = trial.states(spec, ROWS)
    got = trial.model(subject, spec, weights).call(x, initial_state=[state]).outputs
    turned = state[0][::-1], state[1][::-1]
    return first_that_matches(
        got,
        {
            "": run(weights, x[:, ::-1], state).outputs,
            "a backward layer gives its initial state to the rows in reversed order": run(
                weights, x[:, ::-1], turned
            ).outputs,
            "a backward layer ignores its initial state": run(weights, x[:, ::-1], _zero()).outputs,
        },
    )


def without_bias(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A layer with use_bias=False."""
    spec = ModelSpec((replace(LAYER, use_bias=False),), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    got = trial.model(subject, spec, weights).call(x).outputs
    none = np.zeros(4 * UNITS)
    one = np.repeat([0.0, 1.0, 0.0, 0.0], UNITS)
    return first_that_matches(
        got,
        {
            "": run([*weights, none], x, _zero()).outputs,
            "one is added to the forget gate of a layer without a bias": run(
                [*weights, one], x, _zero()
            ).outputs,
        },
    )


def hard_sigmoids(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Either hard sigmoid, by its own name."""
    names: tuple[Activation, ...] = ("hard_sigmoid_keras2", "hard_sigmoid_keras3")
    findings = []
    for name in names:
        spec = ModelSpec((replace(LAYER, recurrent_activation=name),), FEATURES)
        weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES, scale=2.0)
        got = trial.model(subject, spec, weights).call(x).outputs
        told = {"": run(weights, x, _zero(), sigma=FUNCTIONS[name]).outputs}
        for other in (*names, "sigmoid"):
            if other != name:
                sigma = FUNCTIONS[other]
                told[f"{name} is computed as {other}"] = run(
                    weights, x, _zero(), sigma=sigma
                ).outputs
        findings += first_that_matches(got, told)
    sentence = " and ".join(one.sentence for one in findings)
    return [Finding(sentence, FAMILIES)] if findings else []


def large_inputs(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Inputs of several hundred, where the activations saturate."""
    spec = ModelSpec((LAYER,), FEATURES)
    weights = trial.weights(spec)
    x = 800.0 * np.sign(trial.array(ROWS, STEPS, FEATURES))
    got = trial.model(subject, spec, weights).call(x).outputs
    told = {"": run(weights, x, _zero()).outputs}
    for words, function in (
        ("tanh overflows for large numbers", overflowing_tanh),
        ("tanh is approximated by a fraction", rational_tanh),
    ):
        told[words] = run(weights, x, _zero(), candidate=function, leaving=function).outputs
    if np.isnan(got).any():
        wrong = np.isnan(told["tanh overflows for large numbers"])
        same = np.array_equal(np.isnan(got), wrong)
        return [Finding("tanh overflows for large numbers", FAMILIES)] if same else []
    return first_that_matches(got, told)


def large_states(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A cell state of a hundred and more, which an open forget gate keeps."""
    spec = ModelSpec((LAYER,), FEATURES)
    weights = [0.1 * one for one in trial.weights(spec)]
    weights[2][UNITS : 2 * UNITS] = 8.0
    x = trial.array(ROWS, STEPS, FEATURES)
    (h, c), given = trial.states(spec, ROWS)[0], np.sign(trial.array(ROWS, UNITS))
    state = h, 100.0 * given + c
    model = trial.model(subject, spec, weights)
    outputs, final = model.call(x, initial_state=[state])
    right = run(weights, x, state)
    if final is None or matches(final[0][1] / 100, right.state[1] / 100):
        return []
    for limit in sorted({round(float(np.abs(final[0][1]).max()), 6), 1.0, 10.0, 50.0}):
        hypothesis = clipped(limit)(weights, x, state)
        if matches(final[0][1] / 100, hypothesis.state[1] / 100) and matches(
            outputs, hypothesis.outputs
        ):
            return [Finding(f"the cell state is clipped at {limit:g}", FAMILIES)]
    return []


def _cleared_every(k: int) -> Callable[[State, int], State]:
    """A state that lasts for k steps."""
    return lambda state, step: (0 * state[0], 0 * state[1]) if step % k == 0 else state


def lengths(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A short call, then a longer one, then one of many steps."""
    spec = ModelSpec((LAYER,), FEATURES)
    weights = trial.weights(spec)
    model = trial.model(subject, spec, weights)
    short, long = trial.array(ROWS, 2, FEATURES), trial.array(ROWS, 26, FEATURES)
    model.call(short)
    got = model.call(long).outputs
    right = run(weights, long, _zero())
    if matches(got, right.outputs) or not matches(got[:, 0], right.outputs[:, 0]):
        return []  # right, or wrong for another reason than the number of steps
    told = {}
    for filler, rest in (
        ("zero", np.zeros((ROWS, 24, UNITS))),
        ("the last output", np.repeat(right.outputs[:, 1:2], 24, axis=1)),
    ):
        told[
            f"the number of steps is remembered from the first call: later steps give {filler}"
        ] = np.concatenate([right.outputs[:, :2], rest], axis=1)
    for k in range(2, 25):
        told[f"the state is cleared after every {k} steps"] = run(
            weights, long, _zero(), between=_cleared_every(k)
        ).outputs
    return first_that_matches(got, told)


def stateless(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Two calls without a given state: each starts from zero."""
    spec = ModelSpec((LAYER,), FEATURES)
    weights = trial.weights(spec)
    model = trial.model(subject, spec, weights)
    first, second = trial.array(2, ROWS, STEPS, FEATURES)
    got = np.stack([model.call(first).outputs, model.call(second).outputs])
    zero = _zero()
    one = zero[0] + 1, zero[1] + 1
    before = run(weights, first, zero)
    cold = run(weights, second, zero).outputs
    return first_that_matches(
        got,
        {
            "": np.stack([before.outputs, cold]),
            "a stateless model carries its state from call to call": np.stack(
                [before.outputs, run(weights, second, before.state).outputs]
            ),
            "without a given state, the state starts at one": np.stack(
                [run(weights, first, one).outputs, run(weights, second, one).outputs]
            ),
        },
    )


def stateless_predict(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Two batches in one predict call of a stateless model."""
    spec = ModelSpec((LAYER,), FEATURES)
    weights = trial.weights(spec)
    model = trial.model(subject, spec, weights)
    first, second = trial.array(2, ROWS, STEPS, FEATURES)
    got = model.predict(np.concatenate([first, second]), ROWS)
    before = run(weights, first, _zero())
    cold, warm = (run(weights, second, state).outputs for state in (_zero(), before.state))
    return first_that_matches(
        got,
        {
            "": np.concatenate([before.outputs, cold]),
            "a stateless model carries its state from batch to batch of a predict": np.concatenate(
                [before.outputs, warm]
            ),
        },
    )
