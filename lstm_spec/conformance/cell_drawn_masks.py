"""Dropout in training: the masks that are drawn, read off the outputs of calls in training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.drawn_masks import (
    GATES,
    OF_BOTH,
    ROWS,
    STEPS,
    UNITS,
    Dropping,
    Of,
    assert_independent,
    assert_share,
    away_from_zero,
    by_gate,
    dropping,
    of_outputs,
    pairs_of,
    without_dropout,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, Bidirectional, ModelSpec

NEEDS = (Capability.FORWARD, Capability.DROPOUT)

GAL = "Gal & Ghahramani 2016, section 4; Keras LSTM(dropout, recurrent_dropout), call(training)"

RATES = (0.5, 0.25)

CALLS = 4


def masks_of_calls(
    model: Model, oracle: Implementation, trial: Trial, given: Dropping, calls: int
) -> Iterator[Array]:
    """The masks of so many calls in training, each (rows, units, 4)."""
    x = away_from_zero(trial, ROWS, STEPS, UNITS)
    reading = of_outputs(trial, oracle, given, x)
    for _ in range(calls):
        yield reading.masks(model.call_in_training(x).outputs, "outputs in training")


def masks_can_be_read(
    subject: Implementation, oracle: Implementation, trial: Trial, of: Of
) -> None:
    """The outputs of calls in training are those of masks of 0 and 1 / (1 - rate)."""
    for rate in RATES:
        given = dropping(trial, of, rate)
        model = trial.model(subject, given.spec, given.weights)
        for masks in masks_of_calls(model, oracle, trial, given, 2):
            assert_share(trial, masks[..., 0], 1 - rate, f"entries kept with {given.words}")


def masks_are_drawn_anew(
    subject: Implementation, oracle: Implementation, trial: Trial, of: Of
) -> None:
    """Entries, rows and calls have masks that agree as often as chance has it."""
    given = dropping(trial, of, 0.5)
    model = trial.model(subject, given.spec, given.weights)
    masks = np.array(list(masks_of_calls(model, oracle, trial, given, CALLS)))[..., 0]
    for axis, what in enumerate(("two calls", "two rows", "two entries of a row")):
        told = f"{what} with {given.words}"
        assert_independent(trial, *pairs_of(masks, axis), given.rate, told)


@clause(
    "CELL-200",
    "In training, dropout multiplies the inputs of a row by 0 or by 1 / (1 - rate), by the same at "
    "every step, and as many of them by 0 as the rate says.",
    source=GAL,
    needs=NEEDS,
)
def inputs_are_multiplied_by_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The mask is read off the outputs: every kernel is diagonal, so that each unit shows one entry
    for each gate. A conforming engine is called wrong by such a count once in ten million.
    """
    masks_can_be_read(subject, oracle, trial, "x")


@clause(
    "CELL-201",
    "The entries of a mask of the inputs are drawn one by one, and anew for every row and every "
    "call.",
    source=GAL,
    needs=NEEDS,
)
def masks_of_the_inputs_are_drawn_anew(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two masks agree in half of their entries at a rate of one half: a mask that is kept, or is
    the same for all rows or features, agrees in all of them.
    """
    masks_are_drawn_anew(subject, oracle, trial, "x")


@clause(
    "CELL-202",
    "In training, recurrent dropout multiplies the h before a step by 0 or by 1 / (1 - rate), by "
    "the same at every step of a row, and leaves the cell state alone.",
    source=GAL + "; keras#19395",
    needs=NEEDS,
)
def h_is_multiplied_by_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As for the inputs: what recurrent dropout does to c, or to the outputs, is seen as well."""
    masks_can_be_read(subject, oracle, trial, "h")


@clause(
    "CELL-203",
    "The entries of a mask of h are drawn one by one, and anew for every row and every call.",
    source=GAL,
    needs=NEEDS,
)
def masks_of_h_are_drawn_anew(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """As for the masks of the inputs."""
    masks_are_drawn_anew(subject, oracle, trial, "h")


@clause(
    "CELL-204",
    "The four gates of a cell see the same mask, or each has its own, as the implementation "
    "declares.",
    source="contract: dropout_masks; Gal & Ghahramani 2016, equations 5 and 7: tied and untied",
    needs=NEEDS,
)
def gates_share_a_mask_as_declared(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Where each has its own, two gates agree as often as chance has it."""
    for of in OF_BOTH:
        given = dropping(trial, of, 0.5)
        model = trial.model(subject, given.spec, given.weights)
        masks = np.array(list(masks_of_calls(model, oracle, trial, given, 2)))
        for gate in range(1, 4):
            pair, told = (masks[..., 0], masks[..., gate]), f"input and {GATES[gate]} gate"
            if by_gate(subject, given):
                assert_independent(trial, *pair, given.rate, f"the {told} with {given.words}")
            else:
                known = ~np.isnan(pair[0])
                alike = bool((pair[0] == pair[1])[known].all())
                trial.assert_that(alike, f"{told} have different masks with {given.words}")


@clause(
    "CELL-205",
    "Two layers with the same seed draw the same masks, call by call, and one with another seed "
    "draws others.",
    source="Keras LSTM(seed)",
    strength=Strength.SHOULD,
    needs=NEEDS,
)
def a_seed_says_which_masks_come(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """With 128 entries at a rate of one half, two masks are the same by chance once in 2^128."""
    layer = LSTM(UNITS, return_sequences=True, dropout=0.5, seed=1)
    specs = [ModelSpec((layer,), UNITS)] * 2
    specs.append(ModelSpec((LSTM(UNITS, return_sequences=True, dropout=0.5, seed=2),), UNITS))
    weights, x = trial.weights(specs[0]), trial.array(ROWS, STEPS, UNITS)
    first, same, other = (trial.model(subject, spec, weights) for spec in specs)
    for call in range(1, 3):
        outputs, again, others = (one.call_in_training(x).outputs for one in (first, same, other))
        trial.assert_close(again, outputs, f"call {call} in training with the same seed")
        trial.assert_differ(others, outputs, f"call {call} in training with another seed")


@clause(
    "CELL-206",
    "With rates of zero, a call in training gives the outputs and final states of the plain layer.",
    source="Keras LSTM.call(training)",
    needs=NEEDS,
)
def a_rate_of_zero_drops_nothing(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two layers: the flag reaches both of them."""
    stack = (LSTM(4, return_sequences=True), LSTM(3, return_sequences=True))
    spec = ModelSpec(stack if Capability.LAYERS in subject.capabilities else stack[:1], 3)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(2, STEPS, 3)
    got, expected = ours.call_in_training(x), theirs.call(x)
    trial.assert_close(got.outputs, expected.outputs, "outputs of a call in training")
    if Capability.FINAL_STATE in subject.capabilities:
        trial.assert_states_close(got.states, expected.states, "final states of it")


@clause(
    "CELL-207",
    "After calls and updates in training, calls and predictions outside it give the outputs of the "
    "layer without dropout.",
    source="Keras LSTM.call(training); pytorch#180744",
    needs=(*NEEDS, Capability.PREDICT, Capability.TRAIN),
)
def dropout_ends_with_the_training(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A mask that was kept in the layer, or a flag that stays set, is seen after the update."""
    layer = LSTM(4, return_sequences=True, dropout=0.5, recurrent_dropout=0.25)
    spec = ModelSpec((layer,), 3)
    ours = trial.model(subject, spec, trial.weights(spec))
    x, y = trial.array(2, STEPS, 3), trial.array(2, STEPS, 4)
    for doing in (lambda: ours.call_in_training(x), lambda: ours.train_on_batch(x, y)):
        doing()
        plain = trial.model(oracle, without_dropout(spec), ours.get_weights()).call(x).outputs
        trial.assert_close(ours.call(x).outputs, plain, "outputs of a call after training")
        trial.assert_close(ours.predict(x, 2), plain, "predictions after training")


@clause(
    "SEQ-200",
    "The two directions of a bidirectional layer have masks of their own.",
    source="Keras Bidirectional, LSTM(dropout)",
    needs=(*NEEDS, Capability.BIDIRECTIONAL),
)
def each_direction_has_its_own_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each half of the outputs shows the mask of its direction; the second is read backwards."""
    given, other = dropping(trial, "x", 0.5), dropping(trial, "x", 0.5)
    layer = given.spec.layers[0]
    assert isinstance(layer, LSTM)
    spec = ModelSpec((Bidirectional(layer),), UNITS)
    ours = trial.model(subject, spec, [*given.weights, *other.weights])
    x = away_from_zero(trial, ROWS, STEPS, UNITS)
    outputs = ours.call_in_training(x).outputs
    ahead = of_outputs(trial, oracle, given, x).masks(outputs[..., :UNITS], "forward outputs")
    turned = of_outputs(trial, oracle, other, x[:, ::-1])
    back = turned.masks(outputs[:, ::-1, UNITS:], "backward outputs")
    assert_independent(trial, ahead[..., 0], back[..., 0], 0.5, "both directions")
