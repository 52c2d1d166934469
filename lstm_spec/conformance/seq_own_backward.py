"""Bidirectional layers whose backward layer is not the mirror of the forward one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import L1L2, LSTM, SGD, Bidirectional, Dense, ModelSpec, NonNeg
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 2, 4
SOURCE = "Keras documentation of Bidirectional: backward_layer"
NEEDS = (Capability.FORWARD, Capability.BIDIRECTIONAL)
FORWARD = LSTM(UNITS, return_sequences=True)
OTHERWISE = LSTM(UNITS, "sigmoid", use_bias=False, return_sequences=True)


@clause(
    "SEQ-300",
    "With a backward layer of its own, a bidirectional layer runs that one backwards, with its own "
    "activation and its own weights, and merges what it gives, turned back, with the forward half.",
    source=SOURCE,
    needs=(*NEEDS, Capability.FINAL_STATE),
)
def a_backward_layer_of_its_own_is_run(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each half is an LSTM of the oracle by itself: side by side, and added up."""
    x = trial.array(ROWS, STEPS, FEATURES)
    spec = ModelSpec((Bidirectional(FORWARD, "concat", OTHERWISE),), FEATURES)
    weights = trial.weights(spec)
    halves = [
        trial.model(oracle, ModelSpec((layer,), FEATURES), own).call(x)
        for layer, own in (
            (FORWARD, weights[:3]),
            (replace(OTHERWISE, go_backwards=True), weights[3:]),
        )
    ]
    ahead, back = halves[0].outputs, halves[1].outputs[:, ::-1]
    got = trial.model(subject, spec, weights).call(x)
    expected = np.concatenate([ahead, back], axis=-1)
    trial.assert_close(got.outputs, expected, "both halves side by side")
    states = [pair for half in halves for pair in half.states or []]
    trial.assert_states_close(got.states, states)
    added = ModelSpec((Bidirectional(FORWARD, "sum", OTHERWISE),), FEATURES)
    outputs = trial.model(subject, added, weights).call(x).outputs
    trial.assert_close(outputs, ahead + back, "the sum of both halves")


@clause(
    "SEQ-301",
    "The two halves of a bidirectional layer may have different numbers of units: side by side "
    "they are as wide as both together, and each has states of its own width.",
    source=SOURCE,
    needs=(*NEEDS, Capability.FINAL_STATE),
)
def halves_may_be_of_different_widths(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The backward half is the narrower one, then the wider one."""
    x = trial.array(ROWS, STEPS, FEATURES)
    for units in (2, 4):
        layer = Bidirectional(LSTM(UNITS), backward_layer=LSTM(units))
        ours, theirs = trial.twins(subject, oracle, ModelSpec((layer,), FEATURES))
        got, right = ours.call(x), theirs.call(x)
        trial.assert_close(got.outputs, right.outputs, f"outputs of {UNITS} and {units} units")
        trial.assert_states_close(got.states, right.states)


@clause(
    "SEQ-302",
    "A layer behind halves of different widths reads all that they give.",
    source=SOURCE,
    needs=(*NEEDS, Capability.LAYERS),
)
def the_next_layer_reads_halves_of_different_widths(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Its kernel has a row for each number of both halves."""
    layer = Bidirectional(LSTM(UNITS), backward_layer=LSTM(2))
    spec = ModelSpec((layer, Dense(2)), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs of the next layer")


@clause(
    "STATE-300",
    "A stateful bidirectional layer with a backward layer of its own carries the states of both.",
    source=SOURCE + "; contract, stateful",
    needs=(*NEEDS, Capability.STATEFUL),
)
def both_halves_carry(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Two calls, a reset, and the first call again."""
    ahead, back = LSTM(UNITS, stateful=True), LSTM(UNITS, "sigmoid", stateful=True)
    spec = ModelSpec((Bidirectional(ahead, backward_layer=back),), FEATURES, batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, FEATURES)
    for what in ("first call", "second call", "call after a reset"):
        if "reset" in what:
            ours.reset_states()
            theirs.reset_states()
        trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, what)


@clause(
    "GRAD-305",
    "Both halves of a bidirectional layer with a backward layer of its own have their gradients, "
    "each with its own activation and its own penalties.",
    source=SOURCE,
    needs=(Capability.GRADIENTS, Capability.BIDIRECTIONAL),
)
def each_half_has_its_own_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Of equal width, multiplied, so that each half has a part in the other's gradient."""
    back = replace(OTHERWISE, kernel_regularizer=L1L2(0.125), activity_regularizer=L1L2(l2=0.25))
    spec = ModelSpec((Bidirectional(FORWARD, "mul", back),), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    got, right = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, right.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, right.x, "gradient of x", GRADIENT, ("row", "step", "feature"))


@clause(
    "TRAIN-435",
    "Of a bidirectional layer with a backward layer of its own, each half is trained by its own "
    "rules: one can be frozen while the other learns.",
    source=SOURCE + "; Keras documentation of trainable",
    needs=(Capability.TRAIN, Capability.BIDIRECTIONAL),
)
def each_half_is_trained_by_its_own_rules(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three updates in lockstep: the forward half is frozen, the backward one has to obey a
    constraint.
    """
    ahead = LSTM(UNITS, trainable=False)
    back = LSTM(UNITS, "sigmoid", kernel_constraint=NonNeg())
    layer = Bidirectional(ahead, backward_layer=back)
    spec = ModelSpec((layer,), FEATURES, optimizer=SGD(0.125))
    run = random_run(trial, spec, 3, ROWS, STEPS)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)
