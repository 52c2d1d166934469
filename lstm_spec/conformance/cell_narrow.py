"""CELL and those who use it: models in float16 and bfloat16, and with Keras' mixed policies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_saving import reloaded
from lstm_spec.conformance.support.narrow import (
    FEATURES,
    ROWS,
    SOURCE,
    STEPS,
    UNITS,
    each_precision,
    nearest,
    small_weights,
    spec_of,
    tolerance,
)
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, NARROW, SGD, Precision
from lstm_spec.tolerances import EXACT

LONG = 1000


def holds(trial: Trial, precision: Precision, values: Array, what: str) -> None:
    """Every number is one of the narrow type."""
    trial.assert_close(values, nearest(precision, values), f"{what} as {precision} has it", EXACT)


@clause(
    "CELL-510",
    "A model in float16 or bfloat16 keeps its weights in that type, after an update as before; "
    "with a mixed policy it keeps them in float32.",
    source=SOURCE,
)
def weights_are_kept_as_the_precision_says(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Numbers that the narrow type does not have: each is rounded to the nearest, or not at all.
    One is so small that float16 has a single digit left for it.
    """
    for precision, spec, ours in each_precision(subject):
        given = small_weights(trial, spec)
        given[0][0, 0] = 1.375 * 2.0**-24
        ours.set_weights(given)
        mixed = NARROW[precision].mixed
        wanted = [one if mixed else nearest(precision, one) for one in given]
        trial.assert_weights_close(spec, ours.get_weights(), wanted, f"{precision}, value", EXACT)
        if Capability.TRAIN in subject.capabilities and not mixed:
            ours.train_on_batch(np.ones((1, STEPS, FEATURES)), np.ones((1, STEPS, UNITS)))
            for name, value in zip(spec.weight_names, ours.get_weights(), strict=True):
                holds(trial, precision, value, f"the {name} after an update")


@clause(
    "CELL-511",
    "A model in float16, bfloat16 or a mixed policy gives outputs that are numbers of the narrow "
    "type, within a few roundings of those that its rounded weights and inputs stand for, after "
    "1000 steps as after four.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
)
def outputs_are_narrow_and_near(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle computes in float64 with the rounded numbers; how far an engine may be off is
    derived in ``support.narrow``, and does not grow with the steps. The long sequence is for
    bfloat16, the coarsest, and is predicted where an engine can: it may be faster there.
    """
    for precision, spec, ours in each_precision(subject):
        weights = small_weights(trial, spec)
        ours.set_weights(weights)
        theirs = trial.model(oracle, spec, weights)
        for steps in (STEPS, LONG) if precision == "bfloat16" else (STEPS,):
            x = np.clip(trial.array(ROWS, steps, FEATURES, scale=0.5), -1, 1)
            long = steps == LONG and Capability.PREDICT in subject.capabilities
            got = ours.predict_on_batch(x) if long else ours.call(x).outputs
            expected = theirs.call(x).outputs
            told = f"{precision}: outputs of {steps} steps"
            holds(trial, precision, got, told)
            trial.assert_close(got, expected, told, tolerance(precision))


@clause(
    "CELL-512",
    "A new layer of any precision has a recurrent kernel with orthogonal rows, as far as its type "
    "can hold them, and the other usual weights.",
    source=SOURCE + "; Keras documentation of recurrent_initializer",
    needs=(Capability.FORWARD, Capability.TRAIN),
)
def a_new_layer_has_the_usual_weights(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A factorisation in the type itself adds up 32 products for each number of a row."""
    for precision, _, ours in each_precision(subject, layers=(LSTM(8),)):
        new = [np.asarray(one, np.float64) for one in ours.get_weights()]
        trial.assert_that(len(new) == 3, f"{precision}: a new layer has {len(new)} weights of 3")
        kernel, recurrent, bias = new
        within = 32 * NARROW[precision].roundoff
        told = f"{precision}: the new recurrent kernel times its transpose"
        trial.assert_close(recurrent @ recurrent.T, np.eye(8), told, within)
        trial.assert_differ(kernel, 0 * kernel, f"{precision}: the new kernel and zeros")
        trial.assert_equal(bias[8:16], np.ones(8), f"{precision}: the bias of the forget gate")


@clause(
    "STATE-500",
    "A stateful model in float16, bfloat16 or a mixed policy carries its state from call to call "
    "within a few roundings.",
    source=SOURCE + "; keras#14047",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def a_narrow_state_is_carried(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three calls; whether a state is kept in the narrow type or in float32 is left open."""
    for precision, spec, ours in each_precision(subject, stateful=True, batch_size=ROWS):
        weights = small_weights(trial, spec)
        ours.set_weights(weights)
        theirs = trial.model(oracle, spec, weights)
        for call in (1, 2, 3):
            x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
            got, expected = ours.call(x).outputs, theirs.call(x).outputs
            trial.assert_close(got, expected, f"{precision}: call {call}", tolerance(precision))


@clause(
    "GRAD-522",
    "Gradients of a model in float16, bfloat16 or a mixed policy are within a few roundings.",
    source=SOURCE,
    needs=(Capability.GRADIENTS,),
)
def gradients_are_near(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Targets are numbers of the narrow type, so that nothing depends on who rounds them.

    Weights that were rounded before give the same bits: a pass sees them in the narrow type.
    """
    for precision, spec, ours in each_precision(subject):
        weights = small_weights(trial, spec)
        ours.set_weights(weights)
        x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
        y = nearest(precision, trial.array(ROWS, STEPS, UNITS)).astype(np.float32)
        got = ours.gradients(x, y)
        expected = trial.model(oracle, spec, weights).gradients(x, y)
        told, within = f"{precision}: gradient", tolerance(precision)
        trial.assert_weights_close(spec, got.weights, expected.weights, told, within)
        trial.assert_close(got.x, expected.x, f"{told} of x", within)
        ours.set_weights([nearest(precision, one).astype(np.float32) for one in weights])
        again = ours.gradients(x, y)
        trial.assert_weights_close(spec, again.weights, got.weights, f"{told}, again", EXACT)


@clause(
    "TRAIN-550",
    "With a mixed policy, updates that are smaller than the spacing of the narrow type add up in "
    "the weights.",
    source=SOURCE,
    needs=(Capability.TRAIN, Capability.GRADIENTS),
)
def small_updates_add_up(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Ten updates of about 2^-16 for weights of about 2^-2: each would be lost in a narrow type.

    What all of them move is compared, within an eighth of the largest movement: that of one update
    in eight lost.
    """
    mixed = [one for one in NARROW if NARROW[one].mixed]
    for precision, spec, ours in each_precision(subject, mixed, optimizer=SGD(2.0**-11)):
        weights = small_weights(trial, spec)
        ours.set_weights(weights)
        theirs = trial.model(oracle, spec, weights)
        x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
        y = trial.array(ROWS, STEPS, UNITS)
        for _ in range(10):
            ours.train_on_batch(x, y)
            theirs.train_on_batch(x, y)
        told = f"{precision}: what ten updates move"
        for name, new, right, old in zip(
            spec.weight_names, ours.get_weights(), theirs.get_weights(), weights, strict=True
        ):
            moved, wanted = np.subtract(new, old, dtype=np.float64), right - old
            scale = float(np.abs(wanted).max())
            trial.assert_close(moved / scale, wanted / scale, f"{told} in the {name}", 1 / 8)


@clause(
    "TRAIN-551",
    "With the mixed policy of float16, gradients too small for float16 move the weights: the loss "
    "is scaled up before it is differentiated, and the gradients down after it.",
    source=SOURCE + "; Keras LossScaleOptimizer, which compile puts around the optimiser",
    needs=(Capability.TRAIN,),
)
def small_gradients_are_not_lost(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Inputs of about 2^-20 make gradients of the kernel of about 2^-26, below the half of the
    smallest number of float16, 2^-24. The learning rate makes the updates large again.
    """
    spec = replace(spec_of("mixed_float16"), optimizer=SGD(2.0**10))
    weights = small_weights(trial, spec)
    ours, theirs = trial.twins(subject, oracle, spec, weights)
    x = np.where(trial.array(ROWS, STEPS, FEATURES) > 0, 2.0**-20, 2.0**-19).astype(np.float32)
    y = trial.array(ROWS, STEPS, UNITS, scale=0.25)
    ours.train_on_batch(x, y)
    theirs.train_on_batch(x, y)
    moved, wanted = (
        np.subtract(one.get_weights()[0], weights[0], dtype=np.float64) for one in (ours, theirs)
    )
    scale = float(np.abs(wanted).max())
    trial.assert_close(moved / scale, wanted / scale, "what an update moves in the kernel", 1 / 8)


@clause(
    "LIFE-525",
    "A model that is loaded from a file has the precision of the model that was saved.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.SAVE),
)
def a_file_keeps_the_precision(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Its weights are the same numbers, and its outputs are those of before, which a wider type
    would give with other digits.
    """
    for precision, spec, ours in each_precision(subject):
        ours.set_weights(small_weights(trial, spec))
        x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
        expected, loaded = ours.call(x).outputs, reloaded(subject, ours)
        kept = ours.get_weights()
        told = f"{precision}, after a file"
        trial.assert_weights_close(spec, loaded.get_weights(), kept, f"{told}: value", EXACT)
        got = loaded.call(x).outputs
        holds(trial, precision, got, f"{told}: outputs")
        trial.assert_close(got, expected, f"{told}: outputs", tolerance(precision))
