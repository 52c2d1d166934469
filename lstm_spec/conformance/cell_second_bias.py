"""Two biases in one cell: one beside the inputs, one beside h."""

from __future__ import annotations

from dataclasses import replace

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOCKSTEP

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
LAYER = LSTM(UNITS, return_sequences=True)
ONE = ModelSpec((LAYER,), FEATURES, optimizer=SGD(0.1))
TWO = ModelSpec((replace(LAYER, recurrent_bias=True),), FEATURES, optimizer=SGD(0.1))
SOURCE = "torch.nn.LSTM(bias): bias_ih and bias_hh; ONNX LSTM, input B: Wb and Rb"


def added(weights: list[Array]) -> list[Array]:
    """The three arrays of a layer with one bias, which is the sum of the two."""
    return [*weights[:2], weights[2] + weights[3]]


@clause(
    "CELL-350",
    "A layer with a recurrent bias adds both biases in every step, so that it gives the outputs of "
    "a layer whose one bias is their sum.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def both_biases_are_added(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The first step shows it as well: a recurrent bias is added though h is zero there."""
    weights, x = trial.weights(TWO), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, TWO, weights).call(x).outputs
    expected = trial.model(oracle, ONE, added(weights)).call(x).outputs
    trial.assert_close(got, expected, "outputs with two biases")


@clause(
    "CELL-351",
    "The recurrent bias is an array of its own, the one after the bias: both come back as they "
    "were set.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.CELL_OPTIONS),
)
def both_biases_are_kept_apart(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that keeps their sum alone cannot give them back."""
    weights = trial.weights(TWO)
    got = trial.model(subject, TWO, weights).get_weights()
    trial.assert_that(len(got) == 4, f"weights: expected four arrays, got {len(got)}")
    for place, name in ((2, "bias"), (3, "recurrent bias")):
        trial.assert_equal(got[place], weights[place], f"{name} that was set")


@clause(
    "GRAD-370",
    "Both biases receive the gradient that the one bias of a layer with their sum would receive.",
    source=SOURCE + "; calculus",
    needs=(Capability.GRADIENTS, Capability.CELL_OPTIONS),
)
def both_biases_have_one_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """They enter a step in the same place."""
    weights, x = trial.weights(TWO), trial.array(BATCH, STEPS, FEATURES)
    y = trial.array(BATCH, STEPS, UNITS, scale=2.0)
    got = trial.model(subject, TWO, weights).gradients(x, y)
    expected = trial.model(oracle, ONE, added(weights)).gradients(x, y)
    whole = [*expected.weights, expected.weights[2]]
    trial.assert_weights_close(TWO, got.weights, whole, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)


@clause(
    "TRAIN-470",
    "With two biases, an update of plain gradient descent moves their sum twice as far as it would "
    "move the one bias of a layer with their sum.",
    source=SOURCE + "; calculus",
    needs=(Capability.TRAIN, Capability.CELL_OPTIONS),
)
def two_biases_learn_twice_as_fast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """That is why a PyTorch model does not train as a Keras model with the same weights does."""
    weights, x = trial.weights(TWO), trial.array(BATCH, STEPS, FEATURES)
    y = trial.array(BATCH, STEPS, UNITS, scale=2.0)
    ours, single = trial.model(subject, TWO, weights), trial.model(oracle, ONE, added(weights))
    ours.train_on_batch(x, y)
    single.train_on_batch(x, y)
    now, one = ours.get_weights(), single.get_weights()
    before = added(weights)[2]
    moved, once = now[2] + now[3] - before, one[2] - before
    trial.assert_close(moved, 2 * once, "step of the sum of both biases", LOCKSTEP)
    for place, name in ((0, "kernel"), (1, "recurrent kernel")):
        trial.assert_close(now[place], one[place], f"{name} after the update", LOCKSTEP)
