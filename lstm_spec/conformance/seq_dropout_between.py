"""Dropout between two layers: a mask for each number of each step, read off the outputs.

The kernel of the second layer is diagonal, its recurrent kernel is zero and its forget gate is
shut. A number that comes out then depends on one number that went in, at the same step: it is one
of two, that of a number that was dropped and that of one that was divided by the share that is
kept. The oracle gives both, without dropout, with a kernel that is multiplied by 0 or by
1 / (1 - rate).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_paths import on_every_path
from lstm_spec.conformance.support.drawn_masks import (
    CLEAR,
    assert_independent,
    assert_share,
    away_from_zero,
    diagonal,
    pairs_of,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, Dropout, ModelSpec
from lstm_spec.tolerances import FORWARD, GRADIENT, LOCKSTEP, LOSS

UNITS, ROWS, STEPS, RATE = 8, 8, 4, 0.5
LAYER = LSTM(UNITS, return_sequences=True)
SPEC = ModelSpec((LAYER, Dropout(RATE), LAYER), UNITS, optimizer=SGD(1.0))
PLAIN = ModelSpec((LAYER, LAYER), UNITS, optimizer=SGD(1.0))
SHUT = -30.0
SOURCE = "Srivastava et al. 2014; torch.nn.LSTM(num_layers, dropout); Keras Dropout"
NEEDS = (Capability.FORWARD, Capability.LAYERS, Capability.DROPOUT)
OF_SECOND = 3
"""The place of the kernel that reads what may be dropped."""


class Situation(NamedTuple):
    """Weights, inputs, and what comes out where nothing and where everything is kept."""

    weights: list[Array]
    x: Array
    kept: Array
    dropped: Array

    def masks(self, trial: Trial, outputs: Array, what: str) -> Array:
        """1 where a number was kept, 0 where it was dropped, NaN where that is not clear."""
        trial.assert_that(
            outputs.shape == self.kept.shape,
            f"{what}: expected shape {self.kept.shape}, got {outputs.shape}",
        )
        as_kept, as_dropped = abs(outputs - self.kept), abs(outputs - self.dropped)
        nearest = np.minimum(as_kept, as_dropped)
        if not nearest.max() <= FORWARD:
            place = tuple(int(one) for one in np.unravel_index(nearest.argmax(), nearest.shape))
            raise Deviation(
                f"{what}: in row, step and unit {place}, a number is neither that of an input that "
                f"was dropped nor of one times {1 / (1 - RATE):g}, but {nearest.max():.3g} away"
            )
        masks: Array = np.where(as_kept < as_dropped, 1.0, 0.0)
        masks[abs(self.kept - self.dropped) <= CLEAR] = np.nan
        return masks


def scaled(weights: list[Array], factors: Array | float) -> list[Array]:
    """The weights with the rows of the second kernel multiplied."""
    changed = list(weights)
    changed[OF_SECOND] = (weights[OF_SECOND] * factors).astype(np.float32)
    return changed


def situation(trial: Trial, oracle: Implementation) -> Situation:
    """Numbers of order one everywhere, so that what is dropped is missed."""
    weights = trial.weights(PLAIN)
    weights[OF_SECOND], weights[OF_SECOND + 1] = diagonal(trial), 0 * weights[OF_SECOND + 1]
    weights[OF_SECOND + 2][UNITS : 2 * UNITS] = SHUT
    x, reader = away_from_zero(trial, ROWS, STEPS, UNITS), oracle.build(PLAIN)
    both = []
    for factor in (1 / (1 - RATE), 0.0):
        reader.set_weights(scaled(weights, factor))
        both.append(reader.call(x).outputs)
    return Situation(weights, x, *both)


@clause(
    "SEQ-350",
    "In training, dropout between two layers multiplies every number that goes from one to the "
    "other by 0 or by 1 / (1 - rate), as many by 0 as the rate says, and no number that goes into "
    "the first layer or comes out of the last.",
    source=SOURCE,
    needs=NEEDS,
)
def numbers_between_layers_are_dropped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A conforming engine is called wrong by the count once in ten million."""
    case = situation(trial, oracle)
    ours = trial.model(subject, SPEC, case.weights)
    outputs = ours.call_in_training(case.x).outputs
    masks = case.masks(trial, outputs, "outputs in training")
    assert_share(trial, masks, 1 - RATE, f"numbers kept with dropout {RATE:g} between layers")


@clause(
    "SEQ-351",
    "The mask of dropout between two layers is drawn one by one, and anew for every step, row and "
    "call.",
    source=SOURCE,
    needs=NEEDS,
)
def masks_between_layers_are_drawn_anew(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """That is not so for the mask of the inputs inside a cell, which a row has at all its steps."""
    case = situation(trial, oracle)
    ours = trial.model(subject, SPEC, case.weights)
    calls = [ours.call_in_training(case.x).outputs for _ in range(4)]
    masks = np.array([case.masks(trial, one, "outputs in training") for one in calls])
    for axis, what in enumerate(("two calls", "two rows", "two steps", "two units")):
        told = f"{what} with dropout between layers"
        assert_independent(trial, *pairs_of(masks, axis), RATE, told)


@clause(
    "SEQ-352",
    "Outside training, before and after an update, dropout between two layers does nothing.",
    source=SOURCE + "; pytorch#180744",
    needs=(*NEEDS, Capability.TRAIN),
)
def dropout_between_layers_ends_with_the_training(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A flag that stays set after the update is seen in the call that follows it."""
    ours = trial.model(subject, SPEC, trial.weights(SPEC))
    x, y = trial.array(2, STEPS, UNITS), trial.array(2, STEPS, UNITS)
    for when in ("before", "after"):
        expected = trial.model(oracle, PLAIN, ours.get_weights()).call(x).outputs
        trial.assert_close(ours.call(x).outputs, expected, f"outputs {when} an update")
        ours.train_on_batch(x, y)


def kept_by(slopes: list[Array]) -> Array:
    """Which numbers were kept, seen in the gradient of the second kernel: a row of zeros is not."""
    kept: Array = (np.abs(slopes[OF_SECOND]).max(axis=1) > 0).astype(float)
    return kept


class Expected(NamedTuple):
    """Loss and slopes of a mask, by the oracle without dropout."""

    loss: float
    weights: list[Array]
    x: Array


def expected_of(
    oracle: Implementation, weights: list[Array], x: Array, y: Array, kept: Array
) -> Expected:
    """What one row of one step has with that mask."""
    factors = (kept / (1 - RATE))[:, None]
    reader: Model = oracle.build(PLAIN)
    reader.set_weights(scaled(weights, factors))
    found = reader.gradients(x, y)
    slopes = list(found.weights)
    slopes[OF_SECOND] = slopes[OF_SECOND] * factors
    return Expected(found.loss, slopes, found.x)


@clause(
    "GRAD-373",
    "The gradients of layers with dropout between them are those of the mask that was drawn: what "
    "was dropped receives none.",
    source=SOURCE + "; calculus",
    needs=(Capability.LAYERS, Capability.DROPOUT, Capability.GRADIENTS),
)
def gradients_go_through_the_mask_between_layers(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row of one step has one mask. It is read off the gradient of the second kernel, and all
    other gradients have to be those of it.
    """
    weights = trial.weights(PLAIN)
    x, y = away_from_zero(trial, 1, 1, UNITS), 4 * away_from_zero(trial, 1, 1, UNITS)
    ours, masks = trial.model(subject, SPEC, weights), []
    for number in range(1, 5):
        got = ours.gradients(x, y)
        masks.append(kept_by(got.weights))
        expected = expected_of(oracle, weights, x, y, masks[-1])
        trial.assert_close(got.loss, expected.loss, f"loss {number}", LOSS)
        trial.assert_weights_close(
            PLAIN, got.weights, expected.weights, f"gradient {number}", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient {number} of x", GRADIENT)
    assert_share(trial, np.array(masks), 1 - RATE, "numbers kept between layers")


@clause(
    "TRAIN-471",
    "Updates of layers with dropout between them follow the mask that was drawn, with another one "
    "for each update.",
    source=SOURCE,
    needs=(Capability.LAYERS, Capability.DROPOUT, Capability.TRAIN),
)
def updates_follow_the_mask_between_layers(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights are set anew before each update; its step is that of a rate of one."""
    weights = trial.weights(PLAIN)
    x, y = away_from_zero(trial, 1, 1, UNITS), 4 * away_from_zero(trial, 1, 1, UNITS)
    ours, masks = trial.model(subject, SPEC, weights), []
    for number in range(1, 9):
        ours.set_weights(weights)
        told = ours.train_on_batch(x, y)
        pairs = zip(weights, ours.get_weights(), strict=True)
        moved = [np.asarray(before, np.float64) - after for before, after in pairs]
        masks.append(kept_by(moved))
        expected = expected_of(oracle, weights, x, y, masks[-1])
        trial.assert_close(told["loss"], expected.loss, f"loss of update {number}", LOSS)
        trial.assert_weights_close(
            PLAIN, moved, expected.weights, f"step of update {number}", LOCKSTEP
        )
    assert_independent(trial, *pairs_of(np.array(masks), 0), RATE, "two updates")


@clause(
    "LIFE-342",
    "On each path that an implementation names, dropout between two layers multiplies by masks in "
    "training.",
    source="contract: paths; torch.nn.LSTM(num_layers, dropout)",
    needs=NEEDS,
)
def numbers_between_layers_are_dropped_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A module of several layers drops between them by itself."""
    case = situation(trial, oracle)

    def prove(where: str, one: Implementation) -> None:
        outputs = trial.model(one, SPEC, case.weights).call_in_training(case.x).outputs
        masks = case.masks(trial, outputs, f"outputs in training {where}")
        assert_share(trial, masks, 1 - RATE, f"numbers kept {where}")

    on_every_path(subject, prove)
