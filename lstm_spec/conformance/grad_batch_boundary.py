"""Where the gradient must stop: a carried state is a constant, nothing crosses a batch border."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.tolerances import FORWARD, GRADIENT, LOSS

BORDER = "keras#3669, #8945, #7212; comments of the stateful LSTM tutorial (2017)"
X_AXES = ("row", "step", "feature")
STATELESS = ModelSpec((LSTM(4, return_sequences=True),), features=3)
STATEFUL = ModelSpec((LSTM(4, return_sequences=True, stateful=True),), features=3, batch_size=2)


@clause(
    "GRAD-40",
    "The gradients of a stateful batch are those of a stateless layer that is given the carried"
    " state: to the gradient a carried state is a constant.",
    source=BORDER,
    needs=(
        Capability.GRADIENTS,
        Capability.STATEFUL,
        Capability.INITIAL_STATE,
        Capability.FINAL_STATE,
    ),
    confirms="The gradient of a batch does not reach back into the batch before it.",
)
def a_carried_state_is_a_constant(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Held to itself and to the oracle. A gradient that went on into the first batch would add to
    the weights' gradients what a constant state cannot add.
    """
    weights = trial.weights(STATELESS)
    stateful, theirs = trial.twins(subject, oracle, STATEFUL, weights)
    stateless = trial.model(subject, STATELESS, weights)
    first, second = trial.array(2, 3, 3), trial.array(2, 5, 3)
    y_first, y = trial.array(2, 3, 4), trial.array(2, 5, 4, scale=2.0)
    carried = stateless.call(first).states
    stateful.gradients(first, y_first)
    theirs.gradients(first, y_first)
    got, right = stateful.gradients(second, y), theirs.gradients(second, y)
    given = stateless.gradients(second, y, initial_state=carried)
    trial.assert_weights_close(
        STATELESS, got.weights, given.weights, "carried or given, gradient", GRADIENT
    )
    trial.assert_close(got.x, given.x, "carried or given, gradient of x", GRADIENT, X_AXES)
    trial.assert_weights_close(STATELESS, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(got.loss, right.loss, "loss of the second batch", LOSS)


@clause(
    "GRAD-41",
    "Gradients depend on the past through the carried state alone: a model that was handed the"
    " same state has the same gradients.",
    source=BORDER,
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def only_the_state_is_remembered(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One model lives through the first batch, the other is only given what it left behind."""
    weights = trial.weights(STATEFUL)
    lived, theirs = trial.twins(subject, oracle, STATEFUL, weights)
    handed = trial.model(subject, STATEFUL, weights)
    first, second = trial.array(2, 3, 3), trial.array(2, 5, 3)
    y_first, y = trial.array(2, 3, 4), trial.array(2, 5, 4, scale=2.0)
    lived.gradients(first, y_first)
    theirs.gradients(first, y_first)
    handed.set_states(lived.get_states())
    got, again, right = (one.gradients(second, y) for one in (lived, handed, theirs))
    trial.assert_weights_close(
        STATEFUL, got.weights, again.weights, "lived or handed, gradient", GRADIENT
    )
    trial.assert_weights_close(STATEFUL, got.weights, right.weights, "gradient", GRADIENT)


@clause(
    "GRAD-42",
    "Two batches of one step are not one batch of two steps: the state is the same, the gradient"
    " is not.",
    source=BORDER + "; keras#6168",
    needs=(Capability.GRADIENTS, Capability.STATEFUL),
)
def cutting_a_row_cuts_the_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """What was carried must agree, what was cut must not.

    The losses of the two cuts agree: the state was carried. The gradients of kernel and bias
    differ: they stopped at the border. That of the recurrent kernel is the same: at the first step
    it is multiplied by an h of zero.
    """
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    x, y = trial.array(2, 2, 3), trial.array(2, 2, 4, scale=2.0)
    whole = ours.gradients(x, y)
    ours.reset_states()
    halves = [ours.gradients(x[:, t : t + 1], y[:, t : t + 1]) for t in range(2)]
    rights = [theirs.gradients(x[:, t : t + 1], y[:, t : t + 1]) for t in range(2)]
    mean = (halves[0].loss + halves[1].loss) / 2
    trial.assert_close(whole.loss, mean, "loss of the whole against its halves", LOSS)
    for number, (half, right) in enumerate(zip(halves, rights, strict=True), 1):
        what = f"batch {number} of one step: gradient"
        trial.assert_weights_close(STATEFUL, half.weights, right.weights, what, GRADIENT)
    for index, name in ((0, "kernel"), (2, "bias")):
        summed = (halves[0].weights[index] + halves[1].weights[index]) / 2
        trial.assert_differ(summed, whole.weights[index], f"gradient of the {name}, cut and uncut")


@clause(
    "GRAD-43",
    "Asking a stateful model for gradients carries its state on, as training does.",
    source="contract, Model.gradients",
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.FORWARD),
)
def gradients_carry_the_state_on(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Seen from outside: the outputs of the next call go on from where the gradients ended."""
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    first, y, second = trial.array(2, 3, 3), trial.array(2, 3, 4), trial.array(2, 5, 3)
    cold = ours.call(second).outputs
    ours.reset_states()
    ours.gradients(first, y)
    theirs.gradients(first, y)
    warm = ours.call(second).outputs
    trial.assert_close(warm, theirs.call(second).outputs, "outputs after gradients", FORWARD)
    trial.assert_differ(warm, cold, "outputs after gradients and from a cold start")


@clause(
    "GRAD-44",
    "After a reset the gradients are those of the first batch again.",
    source=BORDER,
    needs=(Capability.GRADIENTS, Capability.STATEFUL),
)
def after_a_reset_gradients_start_again(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Without the reset they differ, or the model is stateful in name only."""
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    x, y = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0)
    first, warm = ours.gradients(x, y), ours.gradients(x, y)
    ours.reset_states()
    again, right = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_weights_close(
        STATEFUL, again.weights, right.weights, "after a reset, gradient", GRADIENT
    )
    trial.assert_weights_close(
        STATEFUL, first.weights, right.weights, "at first, gradient", GRADIENT
    )
    trial.assert_differ(
        warm.weights[1], again.weights[1], "gradient of the recurrent kernel, warm and cold"
    )


@clause(
    "GRAD-45",
    "An initial state that is given to a stateful model overrides its carried state in gradients"
    " too.",
    source="keras#10965; contract, initial_state",
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.INITIAL_STATE),
)
def a_given_state_overrides_the_carried_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is warm before it is given another state; added or ignored, the two differ."""
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    x, y, given = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0), trial.states(STATEFUL, 2)
    ours.gradients(x, y)
    theirs.gradients(x, y)
    got = ours.gradients(x, y, initial_state=given)
    right = theirs.gradients(x, y, initial_state=given)
    trial.assert_weights_close(STATEFUL, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(got.loss, right.loss, "loss", LOSS)
