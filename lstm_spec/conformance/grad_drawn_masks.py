"""The gradient through dropout: that of the mask that was drawn, and updates by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.drawn_masks import (
    CLEAR,
    OF_BOTH,
    STEPS,
    UNITS,
    Dropping,
    Of,
    Reading,
    assert_independent,
    away_from_zero,
    dropping,
    pairs_of,
)
from lstm_spec.contract import Array, Capability, Gradients, Implementation, Model
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

RATE = 0.5

TRIES = 40
"""Draws of weights and of a row, of which the one is taken whose masks can be told apart best."""

UPDATES = 8

SOURCE = "calculus; Gal & Ghahramani 2016; Keras LSTM(dropout, recurrent_dropout)"

NEEDS = (Capability.DROPOUT, Capability.GRADIENTS)

Shown = Callable[[Gradients], Array]
"""The part of the gradients that shows the mask: (1, n, units), n numbers for each unit."""


@dataclass
class Situation:
    """One row, its targets, a layer that drops, and what each possible mask would show."""

    given: Dropping
    x: Array
    y: Array
    reading: Reading
    plain: Model

    def expected(self, kept: Array) -> Gradients:
        """The gradients with the mask that was read, (units, 4), by the oracle."""
        factors = kept / (1 - self.given.rate)
        self.plain.set_weights(self.given.scaled(factors))
        found = self.plain.gradients(self.x, self.y)
        return found._replace(weights=self.given.through(factors, found.weights))


def clear_situation(trial: Trial, oracle: Implementation, of: Of, shows: Shown) -> Situation:
    """Of several draws, the one in which two masks are never taken for each other."""
    found: list[tuple[float, Situation]] = []
    for _ in range(TRIES):
        given = dropping(trial, of, RATE)
        x, y = away_from_zero(trial, 1, STEPS, UNITS), 4 * away_from_zero(trial, 1, STEPS, UNITS)
        plain = oracle.build(given.plain)

        def shown(weights: list[Array], plain: Model = plain, x: Array = x, y: Array = y) -> Array:
            plain.set_weights(weights)
            return shows(plain.gradients(x, y))

        reading = Reading(trial, given, shown)
        found.append((reading.closest, Situation(given, x, y, reading, plain)))
        if reading.closest > CLEAR:
            break
    return max(found, key=lambda one: one[0])[1]


def of_x(gradients: Gradients) -> Array:
    """The gradient of x: four steps for each unit."""
    return gradients.x


def of_bias(gradients: Gradients) -> Array:
    """That of the bias: four gates for each unit."""
    return gradients.weights[2].reshape(1, 4, UNITS)


def gradients_are_those_of_the_mask(
    subject: Implementation, oracle: Implementation, trial: Trial, of: Of, shows: Shown
) -> None:
    """The mask is read off one part of the gradients; all of them must then be those of it."""
    case = clear_situation(trial, oracle, of, shows)
    ours, words = trial.model(subject, case.given.spec, case.given.weights), case.given.words
    for number in (1, 2):
        got = ours.gradients(case.x, case.y)
        kept = case.reading.masks(shows(got), f"gradients {number}")[0]
        expected = case.expected(kept)
        trial.assert_close(got.loss, expected.loss, f"loss {number} with {words}", LOSS)
        trial.assert_weights_close(
            case.given.spec, got.weights, expected.weights, f"gradient {number}, {words}", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient {number} of x with {words}", GRADIENT)


@clause(
    "GRAD-200",
    "With dropout, the gradients of the weights and of x are those of the mask that was drawn: "
    "what was dropped receives none.",
    source=SOURCE,
    needs=NEEDS,
)
def the_gradient_goes_through_the_mask_of_x(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The mask is read off the gradient of x, and that of the kernel has to agree with it."""
    gradients_are_those_of_the_mask(subject, oracle, trial, "x", of_x)


@clause(
    "GRAD-201",
    "With recurrent dropout, the gradients are those of the mask of h that was drawn.",
    source=SOURCE,
    needs=NEEDS,
)
def the_gradient_goes_through_the_mask_of_h(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """What was dropped passes nothing back to the step before, and nothing to its row of the
    recurrent kernel.
    """
    gradients_are_those_of_the_mask(subject, oracle, trial, "h", of_bias)


def updated(ours: Model, case: Situation, update: Callable[[], Any]) -> tuple[list[Array], Any]:
    """The gradients that one update of SGD at a rate of one has taken, and what it returned."""
    ours.set_weights(case.given.weights)
    told = update()
    pairs = zip(case.given.weights, ours.get_weights(), strict=True)
    return [np.asarray(before, np.float64) - after for before, after in pairs], told


@clause(
    "TRAIN-200",
    "Updates with dropout or recurrent dropout move the weights by the gradient of the mask that "
    "was drawn, with a mask of its own for each update.",
    source=SOURCE,
    needs=(Capability.DROPOUT, Capability.TRAIN),
)
def updates_follow_the_mask(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The mask is read off the update of the bias, and the loss and the updates of the kernels have
    to agree with it. The weights are set anew before each update, so that their blocks stay
    diagonal. Where there is a fit, it makes one more.
    """
    for of in OF_BOTH:
        case = clear_situation(trial, oracle, of, of_bias)
        ours, words = trial.model(subject, case.given.spec, case.given.weights), case.given.words
        masks = []
        for number in range(1, UPDATES + 1):
            moved, told = updated(ours, case, lambda: ours.train_on_batch(case.x, case.y))  # noqa: B023
            masks.append(compared(trial, case, moved, told["loss"], f"update {number}, {words}"))
        pair = pairs_of(np.array(masks)[..., 0], 0)
        assert_independent(trial, *pair, RATE, f"two updates with {words}")
        if Capability.FIT in subject.capabilities:
            moved, told = updated(
                ours,
                case,
                lambda: ours.fit(case.x, case.y, batch_size=1, epochs=1, shuffle=False),  # noqa: B023
            )
            compared(trial, case, moved, told["loss"][0], f"update of fit, {words}")


def compared(trial: Trial, case: Situation, moved: list[Array], loss: float, what: str) -> Array:
    """The mask that an update had; raises ``Deviation`` where the update is not that of a mask."""
    kept: Array = case.reading.masks(moved[2].reshape(1, 4, UNITS), f"bias after {what}")[0]
    expected = case.expected(kept)
    trial.assert_close(loss, expected.loss, f"loss of {what}", LOSS)
    trial.assert_weights_close(
        case.given.spec, moved, expected.weights, f"step of {what}", LOCKSTEP
    )
    return kept
