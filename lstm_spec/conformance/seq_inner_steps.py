"""A layer that reads a sequence at every step: TimeDistributed around an LSTM.

Hierarchical models are made of it: one LSTM reads the words of each sentence, another one the
sentences. The expectation is that of the layer alone over the steps of all rows, each a row of its
own, which is what the wrapper is there for.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.over_rows import any_order, over_rows
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AnyLayer,
    Bidirectional,
    Masking,
    ModelSpec,
    TimeDistributed,
)
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS, INNER = 3, 2, 2, 4, 5
MANY = 307
KERAS = "Keras documentation of TimeDistributed: the layer is applied to every temporal slice"
ANY = "Keras 2, TimeDistributed.compute_mask: any over the steps of a slice"
LAYERS = (Capability.FORWARD, Capability.LAYERS)

INSIDE = LSTM(UNITS)
READER = TimeDistributed(INSIDE)
HIERARCHY = (READER, LSTM(2))
"""Each of the steps is read by the first LSTM, and what it has read at its end by the second."""


def described(*layers: AnyLayer, **more: Any) -> ModelSpec:
    """A model whose input is (batch, time, inner steps, features)."""
    return ModelSpec(layers, FEATURES, inner_steps=INNER, **more)


def as_rows(array: Array) -> Array:
    """Every step of every row as a row of its own."""
    return array.reshape(-1, *array.shape[2:])


@clause(
    "SEQ-540",
    "TimeDistributed around an LSTM reads the sequence at each step of each row from zero, as if "
    "every step were a row of its own, whether the number of steps is fixed or free.",
    source=KERAS,
    needs=LAYERS,
)
def each_step_is_read_from_zero(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Batch and time differ in length, and no two inner sequences are alike.

    So a state that goes on to the next step, or rows and steps that are mixed up, are seen. Then
    the same with 307 inner steps, of which the first is remembered to the end.
    """
    alone = ModelSpec((INSIDE,), FEATURES)
    weights, x = trial.weights(alone), trial.array(ROWS, STEPS, INNER, FEATURES)
    expected = trial.model(oracle, alone, weights).call(as_rows(x)).outputs
    for steps in (STEPS, None):
        spec = described(READER, time_steps=steps)
        got = trial.model(subject, spec, weights).call(x).outputs
        right = expected.reshape(ROWS, STEPS, UNITS)
        trial.assert_close(got, right, f"outputs, steps {steps or 'free'}")
    kernel, recurrent, bias = weights
    remembering = [kernel, 0.02 * recurrent, 0 * bias]
    remembering[2][UNITS : 2 * UNITS] = 6.0  # of c, the forget gates keep 0.9975 at each step
    long, x = replace(described(READER), inner_steps=MANY), trial.array(1, 2, MANY, FEATURES)
    x *= 0.05
    right = trial.model(oracle, alone, remembering).call(as_rows(x)).outputs[None]
    got = trial.model(subject, long, remembering).call(x).outputs
    trial.assert_close(got, right, f"outputs of {MANY} inner steps")


@clause(
    "SEQ-541",
    "An LSTM inside TimeDistributed that returns its sequence hands one on at every step, which a "
    "second TimeDistributed reads, in one direction or in both.",
    source=KERAS,
    needs=(*LAYERS, Capability.BIDIRECTIONAL),
)
def inner_sequences_are_handed_on(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle has the stack of the inner layers alone."""
    lower, upper = LSTM(UNITS, return_sequences=True), Bidirectional(LSTM(2))
    alone = ModelSpec((lower, upper), FEATURES)
    weights, x = trial.weights(alone), trial.array(ROWS, STEPS, INNER, FEATURES)
    spec = described(TimeDistributed(lower), TimeDistributed(upper))
    got = trial.model(subject, spec, weights).call(x).outputs
    expected = trial.model(oracle, alone, weights).call(as_rows(x)).outputs
    trial.assert_close(got, expected.reshape(ROWS, STEPS, 4), "outputs")


@clause(
    "STATE-540",
    "What is inside TimeDistributed carries no state: in a stateful model the LSTM behind it goes "
    "on from batch to batch, and only its h and c are shown and can be given.",
    source=KERAS + "; contract, states",
    needs=(*LAYERS, Capability.STATEFUL, Capability.FINAL_STATE),
)
def only_the_layer_behind_carries(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two batches, then the first again after a reset."""
    spec = described(READER, LSTM(2, stateful=True), batch_size=ROWS)
    ours, theirs = trial.twins(subject, oracle, spec)
    batches = [trial.array(ROWS, STEPS, INNER, FEATURES) for _ in range(2)]
    for number, x in enumerate((*batches, batches[0]), 1):
        if number == 3:
            ours.reset_states()
            theirs.reset_states()
        got, right = ours.call(x), theirs.call(x)
        trial.assert_close(got.outputs, right.outputs, f"outputs of call {number}")
        trial.assert_states_close(got.states, right.states, f"states after call {number}")


@clause(
    "MASK-540",
    "A mask (batch, time, inner steps) says which inner steps of each step of each row the layer "
    "inside TimeDistributed skips, whether it is given or comes from Masking.",
    source=KERAS + "; the mask of a slice is that of its step",
    needs=(*LAYERS, Capability.MASK),
)
def inner_steps_are_skipped(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The oracle has the layer alone. In one step everything is masked: its output is zero."""
    alone = ModelSpec((INSIDE,), FEATURES)
    weights, x = trial.weights(alone), trial.array(ROWS, STEPS, INNER, FEATURES)
    valid = trial.rng.random(x.shape[:-1]) < 0.6
    valid[0, 1] = False
    x[~valid] = 0
    expected = trial.model(oracle, alone, weights).call(as_rows(x), mask=as_rows(valid)).outputs
    expected = expected.reshape(ROWS, STEPS, UNITS)
    given = trial.model(subject, described(READER), weights).call(x, mask=valid).outputs
    trial.assert_close(given, expected, "outputs with a mask that is given")
    masking = trial.model(subject, described(Masking(), READER), weights)
    trial.assert_close(masking.call(x).outputs, expected, "outputs behind Masking")


@clause(
    "MASK-541",
    "Behind an LSTM inside TimeDistributed a step counts if any of its inner steps does: the next "
    "layer skips those in which everything is masked.",
    source=ANY,
    needs=(*LAYERS, Capability.MASK),
)
def a_step_without_valid_inner_steps_is_skipped(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle has the LSTM that reads the summaries, with the mask that is expected."""
    spec = described(Masking(), *HIERARCHY)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, INNER, FEATURES)
    x[0, 1:3], x[1, 0, 2:], x[1, 2, :3] = 0, 0, 0
    counts = (x != 0).any(axis=(2, 3))
    inside = trial.model(oracle, described(Masking(), READER), weights[:3])
    behind = trial.model(oracle, ModelSpec((LSTM(2),), UNITS), weights[3:])
    expected = behind.call(inside.call(x).outputs, mask=counts).outputs
    got = trial.model(subject, spec, weights).call(x).outputs
    trial.assert_close(got, expected, "outputs")


@clause(
    "GRAD-540",
    "Through TimeDistributed, x and the weights of the LSTM inside have the gradients of that "
    "layer over all steps of all rows.",
    source=KERAS,
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def the_layer_inside_has_the_gradients_of_all_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Alone, compared with a plain LSTM whose rows are the steps; and with an LSTM behind it."""
    spec, alone = described(READER), ModelSpec((INSIDE,), FEATURES)
    weights, (x, y) = trial.weights(spec), random_batch(trial, spec, ROWS, STEPS)
    got = trial.model(subject, spec, weights).gradients(x, y)
    right = trial.model(oracle, alone, weights).gradients(as_rows(x), as_rows(y))
    trial.assert_close(got.loss, right.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(as_rows(got.x), right.x, "gradient of x", GRADIENT)
    spec = described(*HIERARCHY)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    ours, theirs = trial.twins(subject, oracle, spec)
    got, right = ours.gradients(x, y), theirs.gradients(x, y)
    what = "gradient beneath another LSTM"
    trial.assert_weights_close(spec, got.weights, right.weights, what, GRADIENT)
    trial.assert_close(got.x, right.x, "gradient of x beneath another LSTM", GRADIENT)


@clause(
    "TRAIN-540",
    "A hierarchical model learns in both of its LSTMs, and a frozen one inside TimeDistributed "
    "does not learn.",
    source=KERAS,
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def both_levels_learn(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Three updates in lockstep, with the reader trained and frozen."""
    for trained in (True, False):
        reader = TimeDistributed(LSTM(UNITS, trainable=trained))
        spec = described(reader, LSTM(2), optimizer=SGD(0.25))
        run = random_run(trial, spec, 3, ROWS, STEPS)
        in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "LIFE-550",
    "A hierarchical model that was trained, saved and loaded gives the same outputs and learns the "
    "same from the next batch.",
    source="Keras documentation of get_config; contract, save",
    needs=(Capability.TRAIN, Capability.SAVE, Capability.LAYERS),
)
def a_hierarchy_survives_a_file(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With Adam, whose memory is saved as well."""
    spec = described(*HIERARCHY, optimizer=Adam(0.01, epsilon=1e-2))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, ROWS, STEPS)
    for model in (ours, theirs):
        model.train_on_batch(x, y)
    with tempfile.TemporaryDirectory() as folder:
        ours.save(Path(folder) / "model")
        engine: Any = subject
        ours = engine.load(Path(folder) / "model")
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs", LOCKSTEP)
    for model in (ours, theirs):
        model.train_on_batch(x, y)
    what = "after the next update, value"
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "LIFE-551",
    "A clone of a hierarchical model with the weights of its original gives its outputs.",
    source="contract, clone",
    needs=(Capability.FORWARD, Capability.CLONE, Capability.LAYERS),
)
def a_hierarchy_can_be_cloned(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Which weights a clone has is left open, so it is given them."""
    spec = described(*HIERARCHY)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, twin = trial.array(ROWS, STEPS, INNER, FEATURES), ours.clone()
    twin.set_weights(ours.get_weights())
    trial.assert_close(twin.call(x).outputs, theirs.call(x).outputs, "outputs of the clone")


@clause(
    "CELL-540",
    "In training, an LSTM with dropout inside TimeDistributed draws masks of its own for every "
    "step of every row, and outside training none.",
    source=KERAS + " and calls it anew; Srivastava et al. 2014",
    needs=(Capability.FORWARD, Capability.DROPOUT, Capability.LAYERS),
)
def each_step_draws_its_own_masks(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same sequence at every step of every row: only masks can make outputs differ.

    Of sixteen masks of 24 entries, two are equal by chance in less than one of a hundred thousand
    trials; it would be taken for a mistake.
    """
    rows, steps, features = 4, 4, 24
    spec = ModelSpec(
        (TimeDistributed(LSTM(8, dropout=0.5)),), features, time_steps=steps, inner_steps=2
    )
    x = np.broadcast_to(trial.array(2, features), (rows, steps, 2, features)).copy()
    ours, theirs = trial.twins(subject, oracle, spec)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs outside training")
    drawn = as_rows(ours.call_in_training(x).outputs)
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs after training")
    for first in range(len(drawn)):
        for second in range(first):
            what = f"outputs in training of row {second // steps}, step {second % steps} and row "
            what += f"{first // steps}, step {first % steps}"
            trial.assert_differ(drawn[first], drawn[second], what, by=1e-6)


@clause(
    "SEQ-542",
    "An input with another number of inner steps than the model was built for, or without them, is "
    "rejected.",
    source="contract, inputs",
    needs=LAYERS,
)
def other_inner_steps_are_rejected(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Afterwards the model computes what it did before."""
    spec = described(*HIERARCHY)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(ROWS, STEPS, INNER, FEATURES)
    for words, other in (("one inner step less", x[:, :, 1:]), ("no inner steps", x[:, :, 0])):
        trial.assert_refused(ours, partial(ours.call, other), f"call with {words}")
    trial.assert_close(ours.call(x).outputs, theirs.call(x).outputs, "outputs after the errors")


@clause(
    "LIFE-552",
    "Whatever the layer behind an LSTM inside TimeDistributed is, a hierarchical model gives the "
    "results of the oracle in every operation, in any order of the operations.",
    source=KERAS + "; contract: every method; pairwise testing",
    needs=LAYERS,
)
def any_hierarchy_and_any_order_agree(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Read in each direction, carrying or not, with each optimiser, in both number types."""
    over_rows(subject, oracle, trial, "inner steps", any_order, first=4)
