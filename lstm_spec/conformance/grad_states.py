"""Gradients for the state that a pass starts from: a decoder's, and one that is learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.checking.finite_differences import derivative, signs
from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, States
from lstm_spec.model import LSTM, Bidirectional, Dense, Masking, ModelSpec
from lstm_spec.tolerances import (
    EXACT,
    FINITE_DIFFERENCE,
    FINITE_DIFFERENCE_STEP,
    GRADIENT,
    LOCKSTEP,
    LOSS,
)

UNITS, FEATURES, ROWS, STEPS = 3, 2, 3, 4
NEEDS = (Capability.GRADIENTS, Capability.STATE_GRADIENTS, Capability.INITIAL_STATE)
SOURCE = "Sutskever et al. 2014: the decoder starts from the encoder's last state; calculus"


def moved(states: States, by: float, directions: list[tuple[Array, Array]]) -> States:
    """The states, each of them moved along its own direction."""
    return [(h + by * up, c + by * on) for (h, c), (up, on) in zip(states, directions, strict=True)]


def along(slopes: Any, directions: list[tuple[Array, Array]]) -> float:
    """The derivative along directions from the gradient of each h and c."""
    pairs = zip(slopes or [], directions, strict=True)
    return float(sum((dh * up).sum() + (dc * on).sum() for (dh, dc), (up, on) in pairs))


@clause(
    "GRAD-307",
    "The loss has a gradient for h and for c of the given state of every layer and direction, row "
    "by row.",
    source=SOURCE,
    needs=(*NEEDS, Capability.LAYERS, Capability.BIDIRECTIONAL),
)
def a_given_state_has_a_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One layer, a stack, and both directions; of the last step and of all."""
    every = LSTM(UNITS, return_sequences=True)
    for layers in ((LSTM(UNITS),), (every, LSTM(2), Dense(2)), (Bidirectional(every),)):
        spec = ModelSpec(layers, FEATURES)
        ours, theirs = trial.twins(subject, oracle, spec)
        (x, y), start = random_batch(trial, spec, ROWS, STEPS), trial.states(spec, ROWS)
        got, right = ours.gradients(x, y, start), theirs.gradients(x, y, start)
        what = ", ".join(layer.in_words for layer in layers)
        trial.assert_close(got.loss, right.loss, f"loss of {what}", LOSS)
        told = f"{what}: gradient of the given state"
        trial.assert_states_close(got.states, right.states, told, GRADIENT)


@clause(
    "GRAD-308",
    "The gradient for the given state is the derivative of the loss that the implementation itself "
    "gives for states near by.",
    source="calculus",
    needs=(*NEEDS, Capability.LAYERS),
)
def the_gradient_of_a_state_is_a_derivative(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A stack; h and c of both layers, each along a random direction of its own."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), LSTM(2)), FEATURES)
    ours = trial.model(subject, spec, trial.weights(spec))
    (x, y), start = random_batch(trial, spec, ROWS, STEPS), trial.states(spec, ROWS)
    slopes = ours.gradients(x, y, start).states
    for place in range(2):
        for part, name in enumerate("hc"):
            zeros = [(0 * h, 0 * c) for h, c in start]
            pair = list(zeros[place])
            pair[part] = signs(trial, start[place][part])
            zeros[place] = (pair[0], pair[1])

            def loss(by: float, towards: Any = zeros) -> float:
                return ours.gradients(x, y, moved(start, by, towards)).loss

            what = f"derivative along {name} of layer {place}"
            expected = derivative(loss)
            trial.assert_close(along(slopes, zeros), expected, what, FINITE_DIFFERENCE)


@clause(
    "GRAD-309",
    "Through masked first steps the gradient for the given state passes unchanged, and a row that "
    "is masked completely has none.",
    source="contract, a masked step leaves h and c as they were",
    needs=(*NEEDS, Capability.LAYERS, Capability.MASK),
)
def the_gradient_of_a_state_passes_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Row 0 has masked first steps: its gradient is that of the row without them. The output of
    row 1, which is masked completely, does not depend on the state: it is zero.
    """
    spec = ModelSpec((Masking(), LSTM(UNITS)), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    (x, y), start = random_batch(trial, spec, ROWS, STEPS), trial.states(spec, ROWS)
    x[0, :2], x[1] = 0, 0
    got = ours.gradients(x, y, start).states
    whole = theirs.gradients(x, y, start).states
    trial.assert_states_close(got, whole, "gradient of the given state", GRADIENT)
    first = [(h[:1], c[:1]) for h, c in start]
    alone = theirs.gradients(x[:1, 2:], y[:1], first).states
    for ours_part, theirs_part in zip((got or [])[0], (alone or [])[0], strict=True):
        trial.assert_close(ours_part[:1], theirs_part / ROWS, "row 0, without its masked steps")
        trial.assert_close(ours_part[1], np.zeros(UNITS), "row 1, all of it masked", EXACT)


@clause(
    "GRAD-310",
    "Where a decoder starts from the final state of an encoder, the change of its loss is its "
    "gradient for that state times the change of the state.",
    source=SOURCE,
    needs=(*NEEDS, Capability.FINAL_STATE),
)
def an_encoder_is_reached_through_its_final_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The encoder's weights are moved along a direction. Two models, as the documentation of Keras
    builds them from one.
    """
    spec = ModelSpec((LSTM(UNITS),), FEATURES)
    first, weights = trial.weights(spec), trial.weights(spec)
    encoder, decoder = (trial.model(subject, spec, one) for one in (first, weights))
    read, (x, y) = trial.array(ROWS, STEPS, FEATURES), random_batch(trial, spec, ROWS, STEPS)
    direction = [signs(trial, one) / 4 for one in first]

    def ended(by: float) -> States:
        encoder.set_weights([w + by * d for w, d in zip(first, direction, strict=True)])
        states = encoder.call(read).states
        assert states is not None
        return states

    slopes = decoder.gradients(x, y, ended(0)).states
    whole = derivative(lambda by: decoder.gradients(x, y, ended(by)).loss)
    step = FINITE_DIFFERENCE_STEP
    near = [ended(by * step)[0] for by in (1, -1, 2, -2)]
    of_h, of_c = (
        (8.0 * (up - down) - (further - below)) / (12 * step)
        for up, down, further, below in zip(*near, strict=True)
    )
    change = [(of_h, of_c)]
    trial.assert_close(along(slopes, change), whole, "change of the loss", FINITE_DIFFERENCE)


@clause(
    "GRAD-311",
    "An initial state that is learned by descent, with the gradients of all rows added up, is "
    "learned as by the oracle, and the loss falls.",
    source="Hinton's lectures on RNNs, 2013: learn the initial state like a weight",
    needs=NEEDS,
)
def an_initial_state_is_learned(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each descends by its own gradients, five times; the weights stay."""
    spec = ModelSpec((LSTM(UNITS),), FEATURES)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    learned, losses = [], []
    for model in trial.twins(subject, oracle, spec):
        h, c = np.zeros((1, UNITS)), np.zeros((1, UNITS))
        told = []
        for _ in range(5):
            start = [tuple(np.repeat(one, ROWS, 0).astype(np.float32) for one in (h, c))]
            got = model.gradients(x, y, start)  # type: ignore[arg-type]
            trial.assert_that(bool(got.states), "expected a gradient for the given state, got none")
            told.append(got.loss)
            of_h, of_c = (got.states or [])[0]
            h, c = h - 0.5 * of_h.sum(0), c - 0.5 * of_c.sum(0)
        learned.append((h, c))
        losses.append(told)
    trial.assert_states_close([learned[0]], [learned[1]], "learned state", LOCKSTEP)
    trial.assert_close(np.array(losses[0]), np.array(losses[1]), "losses", LOCKSTEP)
    trial.assert_that(losses[0][-1] < losses[0][0], "the loss did not fall")
