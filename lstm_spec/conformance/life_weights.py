"""Weights and states are separate: reading or setting one does not change the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.state_after import (
    CONFIRMS,
    SOURCE,
    goes_on_from,
    keeps_the_state,
    samples,
    trainable_twins,
    used_twins,
    weights_are_unmoved,
)
from lstm_spec.conformance.support.state_specs import (
    FEATURES,
    ROWS,
    STEPS,
    trainable_lstm,
    zeros_like,
)
from lstm_spec.contract import Capability, Implementation, Model
from lstm_spec.subjects.guard import unguarded

RUN = (Capability.FORWARD, Capability.STATEFUL)


@clause(
    "LIFE-25",
    "Setting the weights does not change the state.",
    source="contract: set_weights; keras#2322",
    needs=RUN,
)
def set_weights_keeps_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are new and the state is the old one. To replace both, the caller has to reset as
    well.
    """
    ours, theirs = used_twins(subject, oracle, trial)
    before, weights = theirs.get_states(), trial.weights(trainable_lstm())
    for model in (ours, theirs):
        model.set_weights(weights)
    mistakes = {"is cleared by": zeros_like(before)}
    goes_on_from(subject, trial, ours, theirs, before, "set_weights", mistakes)


@clause(
    "LIFE-26",
    "Reading the weights does not change the state.",
    source="contract: get_weights",
    needs=RUN,
)
def get_weights_keeps_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Reading must not change even those parts of the model that it does not return."""
    keeps_the_state(subject, oracle, trial, "get_weights", lambda model: model.get_weights())


@clause(
    "LIFE-27",
    "Weights are passed as copies: changing the arrays later does not change the model.",
    source="contract: get_weights, set_weights",
    needs=(Capability.FORWARD,),
)
def weights_are_copies(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The check works without the suite's own wrapper, which makes copies for other reasons.
    Read-only arrays are safe as well.
    """
    spec = trainable_lstm(stateful=False)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, _ = samples(trial, 1)
    expected = theirs.call(x).outputs
    lent = [weight.astype(spec.dtype) for weight in theirs.get_weights()]
    unguarded(ours).set_weights(lent)
    read = unguarded(ours).get_weights()
    for arrays, what in ((lent, "that were set"), (read, "that were read")):
        for array in map(np.asarray, arrays):
            if array.flags.writeable:
                array[...] = 9.0
        trial.assert_close(
            ours.call(x).outputs, expected, f"call, after arrays {what} were changed"
        )


@clause(
    "LIFE-28",
    "The weights do not include the states, even after the model has run.",
    source="keras#4379; keras#7024",
    needs=RUN,
)
def states_are_not_among_the_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are the kernel, the recurrent kernel and the bias, in these shapes: three arrays
    and no more.
    """
    ours, _ = used_twins(subject, oracle, trial)
    shapes = [weight.shape for weight in ours.get_weights()]
    expected = list(trainable_lstm().weight_shapes)
    trial.assert_that(
        shapes == expected, f"shapes of the weights: expected {expected}, got {shapes}"
    )


@clause(
    "LIFE-29",
    "A reset clears the state, whichever operation has left it.",
    source=SOURCE,
    needs=(*RUN, Capability.PREDICT, Capability.EVALUATE, Capability.FIT),
    confirms=CONFIRMS,
)
def a_reset_clears_after_every_operation(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A subject with one state for calls and another one for fit would keep one of them."""
    ours, theirs = trainable_twins(subject, oracle, trial)
    x, y = samples(trial)
    operations: dict[str, Callable[[Model], object]] = {
        "predict": lambda model: model.predict(x, ROWS),
        "evaluate": lambda model: model.evaluate(x, y, ROWS),
        "fit": lambda model: model.fit(x, y, batch_size=ROWS, epochs=1, shuffle=False),
    }
    for what, operation in operations.items():
        for model in (ours, theirs):
            operation(model)
        left = theirs.get_states()
        ours.reset_states()
        mistakes = {"is kept despite": left}
        what = f"a reset after {what}"
        goes_on_from(subject, trial, ours, theirs, zeros_like(left), what, mistakes)
        got = ours.call(x[:ROWS]).outputs
        expected = theirs.call(x[:ROWS]).outputs
        trial.assert_close(got, expected, f"the second call after {what}", tolerances.GRADIENT)


@clause(
    "LIFE-30",
    "Two models with the same description share neither states nor weights.",
    source="keras#6939; contract: build",
    needs=(*RUN, Capability.TRAIN),
)
def two_models_share_nothing(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """One model is run, trained and reset while the other is in the middle of a row."""
    ours, theirs = used_twins(subject, oracle, trial)
    before, weights = theirs.get_states(), ours.get_weights()
    other = trial.model(subject, trainable_lstm(), trial.weights(trainable_lstm()))
    x, y = samples(trial, 1)
    other.call(x)
    weights_are_unmoved(trial, ours, weights, "another model was built and run")
    other.train_on_batch(x, y)
    weights_are_unmoved(trial, ours, weights, "another model was trained")
    other.call(trial.array(ROWS, STEPS, FEATURES))
    goes_on_from(subject, trial, ours, theirs, before, "another model ran", {})
    left = theirs.get_states()
    other.reset_states()
    mistakes = {"is cleared by": zeros_like(left)}
    goes_on_from(subject, trial, ours, theirs, left, "a reset of another model", mistakes)
