"""Arguments of a cell on every path: how its weights start, and which masks it draws."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_paths import OFFERED, on_every_path
from lstm_spec.contract import Capability, Implementation, build
from lstm_spec.model import LSTM, ModelSpec

FEATURES, ROWS, STEPS = 3, 8, 3


@clause(
    "LIFE-324",
    "On each path that an implementation names, the weights of a new layer start as its "
    "initializers say, and the forget gate's bias at one or not.",
    source=OFFERED + "; Keras LSTMCell(kernel_initializer, ...)",
    needs=(Capability.FORWARD, Capability.TRAIN),
)
def weights_start_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Constants, so that the numbers are known: another one for each array."""
    start = LSTM(
        2, kernel_initializer="halves", recurrent_initializer="ones", bias_initializer="halves"
    )
    other = LSTM(2, kernel_initializer="zeros", recurrent_initializer="halves", forget_bias=False)
    forget = [0.5, 0.5, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5]

    def prove(where: str, one: Implementation) -> None:
        for layer, values, bias in ((start, (0.5, 1.0), forget), (other, (0.0, 0.5), [0.0] * 8)):
            spec = ModelSpec((layer,), FEATURES, time_steps=STEPS)
            kernel, recurrent, biases = build(one, spec).get_weights()
            told = f"of a new layer {where}"
            trial.assert_equal(kernel, np.full((FEATURES, 8), values[0]), f"kernel {told}")
            trial.assert_equal(recurrent, np.full((2, 8), values[1]), f"recurrent kernel {told}")
            trial.assert_equal(biases, np.array(bias), f"bias {told}")

    on_every_path(subject, prove)


@clause(
    "LIFE-325",
    "On each path that an implementation names, a stack draws masks of dropout in training, the "
    "same ones for the same seed and others for another seed.",
    source=OFFERED + "; Keras LSTMCell(seed), StackedRNNCells.call(training)",
    needs=(Capability.DROPOUT, Capability.LAYERS),
)
def seeds_and_training_reach_a_stack_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Masks of 32 entries of h in the upper layer: two are the same by chance once in 2^32."""
    lower = LSTM(3, return_sequences=True)

    def spec(seed: int) -> ModelSpec:
        upper = LSTM(4, return_sequences=True, recurrent_dropout=0.5, seed=seed)
        return ModelSpec((lower, upper), FEATURES, time_steps=STEPS)

    weights, x = trial.weights(spec(1), scale=1.0), trial.array(ROWS, STEPS, FEATURES)

    def prove(where: str, one: Implementation) -> None:
        first, same, other = (trial.model(one, spec(seed), weights) for seed in (1, 1, 2))
        outputs = first.call_in_training(x).outputs
        again, others = same.call_in_training(x).outputs, other.call_in_training(x).outputs
        trial.assert_close(again, outputs, f"outputs in training, same seed, {where}")
        trial.assert_differ(others, outputs, f"outputs in training, another seed, {where}")
        trial.assert_differ(first.call(x).outputs, outputs, f"in training and not, {where}")

    on_every_path(subject, prove)


@clause(
    "LIFE-522",
    "On each path that an implementation names, cells have the activations that they are given.",
    source=OFFERED + "; Keras LSTMCell(activation, recurrent_activation)",
    needs=(Capability.FORWARD, Capability.LAYERS),
)
def activations_reach_the_cells_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A stack of two, no two of whose four activations are the same, and none the usual one."""
    lower = LSTM(3, "softsign", "hard_sigmoid_keras3", return_sequences=True)
    spec = ModelSpec((lower, LSTM(2, "elu", "softplus")), FEATURES, time_steps=STEPS)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    expected = trial.model(oracle, spec, weights).call(x).outputs

    def prove(where: str, one: Implementation) -> None:
        got = trial.model(one, spec, weights).call(x).outputs
        trial.assert_close(got, expected, f"outputs with other activations {where}")

    on_every_path(subject, prove)
