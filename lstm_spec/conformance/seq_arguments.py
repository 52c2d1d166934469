"""SEQ: inputs and initial states of other shapes are rejected by every method that runs a model."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.methods import (
    CALLING,
    CALLING_FROM_A_STATE,
    FEATURES,
    ROWS,
    STARTING,
    STEPS,
    UNITS,
    one_layer,
)
from lstm_spec.conformance.support.refusals import broadcast, one_off, rejects
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

CONTRACT = "contract: what is rejected"


@clause(
    "SEQ-100",
    "An input is (batch, time, features) with the features of the description: any other number of "
    "features or axes is rejected, and the model then continues from where it was.",
    source=CONTRACT,
)
def an_input_of_another_shape_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A missing feature is the dangerous case for an engine that pads, and an additional one for an
    engine that reads as many as it needs. The model accepts any number of rows, so that nothing
    else is wrong with a row without a batch.
    """
    rejects(subject, oracle, trial, one_layer(subject, carrying=False), [*CALLING], ["x"])


@clause(
    "SEQ-101",
    "predict and predict_on_batch reject an input of another number of features or axes, as a call "
    "does.",
    source=CONTRACT,
    needs=(Capability.PREDICT,),
)
def predict_refuses_an_input_of_another_shape(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may check in one of its methods and not in the others."""
    spec = one_layer(subject, carrying=False)
    rejects(subject, oracle, trial, spec, ["predict", "predict_on_batch"], ["x"])


@clause(
    "SEQ-102",
    "An input without rows or without steps is rejected.",
    source=CONTRACT,
    strength=Strength.SHOULD,
)
def an_empty_input_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There is no last step to return, and no row whose state could be carried."""
    spec = one_layer(subject, carrying=False)
    model = trial.model(subject, spec, trial.weights(spec))
    for rows, steps in ((0, STEPS), (ROWS, 0), (0, 0)):
        x = trial.array(rows, steps, FEATURES)
        trial.assert_refused(model, partial(model.call, x), f"x of {rows} rows and {steps} steps")


@clause(
    "SEQ-103",
    "An initial state is h and c of shape (batch, units) each: one row or unit more or less is "
    "rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def an_initial_state_of_another_shape_is_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Only h or only c has the wrong shape, so that an engine that looks at one of them accepts."""
    spec = one_layer(subject)
    rejects(subject, oracle, trial, spec, [*CALLING_FROM_A_STATE], STARTING, [one_off])


@clause(
    "SEQ-104",
    "An initial state is not broadcast: h or c of one row, of one unit or with another number of "
    "axes is rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def an_initial_state_is_not_broadcast(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The arithmetic of most libraries repeats an axis of length one silently."""
    spec = one_layer(subject)
    rejects(subject, oracle, trial, spec, [*CALLING_FROM_A_STATE], STARTING, [broadcast])


@clause(
    "SEQ-105",
    "Both directions of a bidirectional layer need their initial state: one pair too few or too "
    "many is rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.BIDIRECTIONAL),
)
def initial_states_for_other_directions_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that reads pairs until it has enough ignores the rest, or starts from zero."""
    spec = ModelSpec((Bidirectional(LSTM(UNITS, return_sequences=True)),), FEATURES)
    model = trial.model(subject, spec, trial.weights(spec))
    x, states = trial.array(ROWS, STEPS, FEATURES), list(trial.states(spec, ROWS))
    for given in (states[:1], [*states, states[0]], [*states, *states]):
        attempt = partial(model.call, x, initial_state=given)
        trial.assert_refused(model, attempt, f"{len(given)} pairs (h, c) for 2 directions")


@clause(
    "SEQ-106",
    "Every layer of a stack needs its initial state: one pair too few or too many is rejected.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE, Capability.LAYERS),
)
def initial_states_for_other_layers_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """All layers have the same width, so that no shape tells a pair that belongs to another one."""
    spec = ModelSpec(tuple(LSTM(UNITS, return_sequences=True) for _ in range(3)), FEATURES)
    model = trial.model(subject, spec, trial.weights(spec))
    x, states = trial.array(ROWS, STEPS, FEATURES), list(trial.states(spec, ROWS))
    for given in (states[:1], states[:2], [*states, states[0]]):
        attempt = partial(model.call, x, initial_state=given)
        trial.assert_refused(model, attempt, f"{len(given)} pairs (h, c) for 3 layers")


@clause(
    "SEQ-170",
    "A model that is described with a number of time steps rejects an input of one step more or "
    "fewer; without one it takes any number.",
    source=CONTRACT,
    strength=Strength.SHOULD,
)
def other_steps_than_those_described_are_refused(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A network whose windows have a fixed length has been given a window that was cut wrongly."""
    described = replace(one_layer(subject, carrying=False), time_steps=STEPS)
    ours, theirs = trial.twins(subject, oracle, described)
    for steps in (1, STEPS - 1, STEPS + 1):
        attempt = partial(ours.call, trial.array(ROWS, steps, FEATURES))
        trial.assert_refused(ours, attempt, f"a call of {steps} steps instead of {STEPS}")
        if Capability.PREDICT in subject.capabilities:
            predict = partial(ours.predict, trial.array(ROWS, steps, FEATURES), ROWS)
            trial.assert_refused(ours, predict, f"predict of {steps} steps instead of {STEPS}")
    x = trial.array(ROWS, STEPS, FEATURES)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs of the right steps")
    ours, theirs = trial.twins(subject, oracle, replace(described, time_steps=None))
    for steps in (1, STEPS + 1):
        x = trial.array(ROWS, steps, FEATURES)
        what = f"outputs of {steps} steps where any number is right"
        trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, what)
