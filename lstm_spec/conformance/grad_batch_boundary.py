"""Where the gradient must stop: a carried state is a constant, and nothing crosses a batch
boundary.
"""

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
    "The gradients of a stateful batch are those of a stateless layer that is given the carried "
    "state: for the gradient, a carried state is a constant.",
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
    """The subject is compared with itself and with the oracle. If the gradient continued into the
    first batch, it would add a contribution to the gradients of the weights that a constant state
    cannot add.
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
    "Gradients depend on earlier batches only through the carried state: a model that was given "
    "the same state has the same gradients.",
    source=BORDER,
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.STATE_ACCESS),
)
def only_the_state_is_remembered(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One model runs the first batch; the other is only given the state that the first
    batch left.
    """
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
        STATEFUL, got.weights, again.weights, "state carried or state set, gradient", GRADIENT
    )
    trial.assert_weights_close(STATEFUL, got.weights, right.weights, "gradient", GRADIENT)


@clause(
    "GRAD-42",
    "Two batches of one step are not the same as one batch of two steps: the state is the same, "
    "but the gradient is not.",
    source=BORDER + "; keras#6168",
    needs=(Capability.GRADIENTS, Capability.STATEFUL),
)
def splitting_a_row_stops_the_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The losses agree, because the state was carried. The gradients of kernel and bias differ,
    because they stop at the batch boundary. The gradient of the recurrent kernel is the same,
    because at the first step it is multiplied by an h of zero.
    """
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    x, y = trial.array(2, 2, 3), trial.array(2, 2, 4, scale=2.0)
    whole = ours.gradients(x, y)
    ours.reset_states()
    halves = [ours.gradients(x[:, t : t + 1], y[:, t : t + 1]) for t in range(2)]
    rights = [theirs.gradients(x[:, t : t + 1], y[:, t : t + 1]) for t in range(2)]
    mean = (halves[0].loss + halves[1].loss) / 2
    trial.assert_close(whole.loss, mean, "loss of the whole row compared with its halves", LOSS)
    for number, (half, right) in enumerate(zip(halves, rights, strict=True), 1):
        what = f"batch {number} of one step: gradient"
        trial.assert_weights_close(STATEFUL, half.weights, right.weights, what, GRADIENT)
    for index, name in ((0, "kernel"), (2, "bias")):
        summed = (halves[0].weights[index] + halves[1].weights[index]) / 2
        trial.assert_differ(
            summed, whole.weights[index], f"gradient of the {name}, split and not split"
        )


@clause(
    "GRAD-43",
    "Asking a stateful model for gradients carries its state forward, as training does.",
    source="contract, Model.gradients",
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.FORWARD),
)
def gradients_carry_the_state_forward(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check looks at the outputs of the next call, which must continue from the state that the
    gradients left.
    """
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    first, y, second = trial.array(2, 3, 3), trial.array(2, 3, 4), trial.array(2, 5, 3)
    cold = ours.call(second).outputs
    ours.reset_states()
    ours.gradients(first, y)
    theirs.gradients(first, y)
    warm = ours.call(second).outputs
    trial.assert_close(warm, theirs.call(second).outputs, "outputs after gradients", FORWARD)
    trial.assert_differ(warm, cold, "outputs after gradients and from a zero state")


@clause(
    "GRAD-44",
    "After a reset, the gradients are those of the first batch again.",
    source=BORDER,
    needs=(Capability.GRADIENTS, Capability.STATEFUL),
)
def after_a_reset_gradients_start_again(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Without the reset they must differ; otherwise the model is not really stateful."""
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
        warm.weights[1],
        again.weights[1],
        "gradient of the recurrent kernel, from a carried state and from zero",
    )


@clause(
    "GRAD-45",
    "An initial state that is given to a stateful model overrides its carried state in gradients, "
    "too.",
    source="keras#10965; contract, initial_state",
    needs=(Capability.GRADIENTS, Capability.STATEFUL, Capability.INITIAL_STATE),
)
def a_given_state_overrides_the_carried_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model has already run a batch before it is given another state. If the given state is
    added to the carried one, or ignored, the gradients differ.
    """
    ours, theirs = trial.twins(subject, oracle, STATEFUL)
    x, y, given = trial.array(2, 5, 3), trial.array(2, 5, 4, scale=2.0), trial.states(STATEFUL, 2)
    ours.gradients(x, y)
    theirs.gradients(x, y)
    got = ours.gradients(x, y, initial_state=given)
    right = theirs.gradients(x, y, initial_state=given)
    trial.assert_weights_close(STATEFUL, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(got.loss, right.loss, "loss", LOSS)
