"""Penalties in the loss and in its gradients, and gradients beside layers that are frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation, Unsupported
from lstm_spec.model import (
    L1L2,
    LSTM,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    OrthogonalRegularizer,
)
from lstm_spec.tolerances import EXACT, GRADIENT, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 3, 4
SOURCE = "Keras documentation of regularizers and of Layer.add_loss"
ARRAYS = ("kernel", "recurrent", "bias")
RULE = L1L2(0.0625, 0.1875)
X_AXES = ("row", "step", "feature")


def agree(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    spec: ModelSpec,
    weights: Sequence[Array] | None = None,
) -> None:
    """Loss and gradients of one batch, of which some steps are zero, are those of the oracle."""
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    x[0, 1], x[1, :2] = 0, 0
    got, right = ours.gradients(x, y), theirs.gradients(x, y)
    what = ", ".join(layer.in_words for layer in spec.layers)
    trial.assert_close(got.loss, right.loss, f"loss of {what}", LOSS)
    trial.assert_weights_close(spec, got.weights, right.weights, f"{what}: gradient", GRADIENT)
    trial.assert_close(got.x, right.x, f"{what}: gradient of x", GRADIENT, X_AXES)


def penalty(weight: Array) -> float:
    """What the rule of this file adds for one array."""
    wide = weight.astype(np.float64)
    return float(RULE.l1 * np.abs(wide).sum() + RULE.l2 * np.square(wide).sum())


def slope(weight: Array) -> Array:
    """The derivative of that."""
    found: Array = RULE.l1 * np.sign(weight) + 2 * RULE.l2 * weight.astype(np.float64)
    return found


@clause(
    "GRAD-300",
    "A penalty on the kernel, the recurrent kernel or the bias adds l1 times the sum of its "
    "absolute values and l2 times the sum of its squares to the loss, and the slope of that to "
    "the gradient of this array alone.",
    source=SOURCE,
    needs=(Capability.GRADIENTS,),
)
def a_penalty_is_in_the_loss_and_in_its_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss without it is the oracle's, and the penalty is arithmetic: weight decay that halves
    l2, or that is in the gradient alone, is another convention.
    """
    plain = ModelSpec((LSTM(UNITS),), FEATURES)
    weights, (x, y) = trial.weights(plain), random_batch(trial, plain, ROWS, STEPS)
    without = trial.model(oracle, plain, weights).gradients(x, y)
    for place, array in enumerate(ARRAYS):
        rules: Any = {f"{array}_regularizer": RULE}
        spec = ModelSpec((LSTM(UNITS, **rules),), FEATURES)
        got = trial.model(subject, spec, weights).gradients(x, y)
        expected = without.loss + penalty(weights[place])
        trial.assert_close(got.loss, expected, f"loss with a penalty on the {array}", LOSS)
        wanted = [np.asarray(one, np.float64) for one in without.weights]
        wanted[place] = wanted[place] + slope(weights[place])
        what = f"penalty on the {array}: gradient"
        trial.assert_weights_close(spec, got.weights, wanted, what, GRADIENT)


@clause(
    "GRAD-301",
    "A penalty on the activity of a layer is that of all its outputs in a batch, divided by the "
    "number of rows, and its gradient reaches every weight and x.",
    source="Keras documentation of activity_regularizer; the division by rows: keras Layer",
    needs=(Capability.GRADIENTS,),
)
def a_penalty_on_the_activity_is_divided_by_the_rows(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of every step, and of the last one; three rows, four steps and three units, so that neither
    a mean over all numbers nor a sum without any division gives the same.
    """
    for every_step in (True, False):
        layer = LSTM(UNITS, return_sequences=every_step, activity_regularizer=RULE)
        agree(subject, oracle, trial, ModelSpec((layer,), FEATURES))


@clause(
    "GRAD-302",
    "In a stack and in both directions of a bidirectional layer, each layer has the penalties that "
    "it was given, on its own weights and its own outputs.",
    source=SOURCE,
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.BIDIRECTIONAL),
)
def each_layer_has_its_own_penalties(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two directions merged to their sum have two penalties, not one on the sum."""
    lower = LSTM(
        UNITS, return_sequences=True, kernel_regularizer=L1L2(0.125), bias_regularizer=RULE
    )
    upper = LSTM(2, recurrent_regularizer=L1L2(l2=0.25), activity_regularizer=L1L2(0.5, 0.25))
    for layers in ((lower, upper, Dense(2)), (Bidirectional(upper, merge_mode="sum"), Dense(2))):
        agree(subject, oracle, trial, ModelSpec(layers, FEATURES))


@clause(
    "GRAD-303",
    "Behind a mask, a penalty on the activity counts what comes out at every step, the outputs "
    "that are held at masked steps included.",
    source=SOURCE + "; it has no argument for a mask",
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK),
    strength=Strength.SHOULD,
)
def a_penalty_on_the_activity_counts_held_outputs(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A row that is padded is punished more than the same row without padding."""
    layer = LSTM(UNITS, return_sequences=True, activity_regularizer=RULE)
    agree(subject, oracle, trial, ModelSpec((Masking(), layer, Dense(2)), FEATURES))


@clause(
    "GRAD-304",
    "The weights of a frozen layer have no gradient and no penalty; the gradients of all other "
    "weights, and that of x, are as if it were not frozen.",
    source="Keras documentation of trainable: transfer learning and fine-tuning",
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def a_frozen_layer_lets_the_gradient_through(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three layers, each of them frozen once. The penalty on the weights of a frozen layer would
    be a constant.
    """
    lower = LSTM(UNITS, return_sequences=True, kernel_regularizer=RULE)
    layers: tuple[LSTM | Dense, ...] = (lower, LSTM(2), Dense(2))
    spec = ModelSpec(layers, FEATURES)
    weights, (x, y) = trial.weights(spec), random_batch(trial, spec, ROWS, STEPS)
    whole = trial.model(oracle, spec, weights).gradients(x, y)
    built = 0
    for place, count in enumerate((3, 3, 2)):
        frozen = tuple(replace(one, trainable=k != place) for k, one in enumerate(layers))
        held = ModelSpec(frozen, FEATURES)
        try:
            got = trial.model(subject, held, weights).gradients(x, y)
        except Unsupported:
            if place == 2 and not built:
                raise
            continue
        built += 1
        own = range(3 * place, 3 * place + count)
        wanted = [np.zeros_like(one) if k in own else one for k, one in enumerate(whole.weights)]
        what = f"layer {place} of 3 is frozen: "
        loss = whole.loss - (penalty(weights[0]) if place == 0 else 0)
        trial.assert_close(got.loss, loss, f"{what}loss", LOSS)
        trial.assert_weights_close(held, got.weights, wanted, f"{what}gradient", GRADIENT)
        for k in own:
            trial.assert_close(got.weights[k], wanted[k], f"{what}its own gradient", EXACT)
        trial.assert_close(got.x, whole.x, f"{what}gradient of x", GRADIENT, X_AXES)


@clause(
    "GRAD-520",
    "A penalty on what the rows of a kernel have in common, or its columns, adds the mean of the "
    "absolute products of all pairs of them, each divided by its length, times a factor to the "
    "loss, and its slope to the gradient of this array alone.",
    source="Keras documentation of OrthogonalRegularizer",
    needs=(Capability.GRADIENTS,),
)
def a_penalty_on_what_rows_have_in_common(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Rows of the kernel and columns of the recurrent kernel, then the other way round; then with a
    row and a column of zeros, which have no direction and nothing in common with any other.
    """
    for modes in (("rows", "columns"), ("columns", "rows")):
        kernel, recurrent = (OrthogonalRegularizer(2.0, mode) for mode in modes)
        layer = LSTM(UNITS, kernel_regularizer=kernel, recurrent_regularizer=recurrent)
        spec = ModelSpec((layer,), FEATURES)
        agree(subject, oracle, trial, spec)
        weights = trial.weights(spec)
        for one in weights[:2]:
            one[1], one[:, 2] = 0, 0
        agree(subject, oracle, trial, spec, weights)
