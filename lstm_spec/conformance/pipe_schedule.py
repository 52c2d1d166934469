"""PIPE: the documented schedules: how many updates there are, on which data, and from which state.

Here the subject trains through ``fit``, as the documents do, and the oracle makes the same updates
one by one. The history must contain the mean of the losses, and both must end with the same
weights.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.initial_weights import initial_weights
from lstm_spec.model import SGD
from lstm_spec.pipelines import Pipeline, find
from lstm_spec.pipelines.lockstep import WEIGHTS, narrow, within_reach
from lstm_spec.tolerances import FORWARD, LOSS

STATELESS = (Capability.FIT, Capability.LAYERS)
STATEFUL = (*STATELESS, Capability.STATEFUL)
TUTORIALS = "tutorial-2017, tutorial-2018"


def twins(
    subject: Implementation, oracle: Implementation, trial: Trial, pipeline: Pipeline
) -> tuple[Model, Model]:
    """Both models of the pipeline with the same initial weights."""
    spec = pipeline.spec
    return trial.twins(subject, oracle, spec, initial_weights(spec, trial.seed))


def one_by_one(model: Model, x: Array, y: Array, batch_size: int) -> float:
    """Train on consecutive batches, and return the mean of their losses, each measured before its
    update.
    """
    starts = range(0, len(x), batch_size)
    losses = [
        model.train_on_batch(x[start : start + batch_size], y[start : start + batch_size])["loss"]
        for start in starts
    ]
    return float(np.mean(losses))


def same_training(
    trial: Trial, pipeline: Pipeline, models: tuple[Model, Model], losses: tuple[float, float]
) -> None:
    """Check that both report the same loss and have the same weights."""
    model, theirs = models
    got, expected = losses
    trial.assert_close(np.array(got), np.array(expected), "mean loss of the epoch", LOSS)
    ours, right = model.get_weights(), theirs.get_weights()
    trial.assert_weights_close(pipeline.spec, ours, right, "after the epoch, weights", WEIGHTS)


@clause(
    "PIPE-51",
    "An epoch of alphabet-stateful is 25 updates in alphabetical order, each from the state that "
    "the previous letter left; after the reset, the next epoch starts from zero.",
    source=TUTORIALS,
    needs=STATEFUL,
)
def an_epoch_is_the_alphabet_in_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are two rounds of fit and reset. A fit that shuffles, that resets the state after every
    batch, that forgets Adam's moments between calls, or a reset that leaves some state, ends with
    other weights.
    """
    pipeline = within_reach(find("alphabet-stateful"), subject, oracle)
    model, theirs = twins(subject, oracle, trial, pipeline)
    data = pipeline.data(pipeline.rng(trial.seed))
    for _ in range(2):
        history = model.fit(data.x, data.y, batch_size=1, epochs=1, shuffle=False)
        expected = one_by_one(theirs, data.x, data.y, 1)
        model.reset_states()
        theirs.reset_states()
        same_training(trial, pipeline, (model, theirs), (history["loss"][0], expected))


@clause(
    "PIPE-52",
    "The stateful moving average is validated inside every fit from the state that the training "
    "rows left, and is reset only after that.",
    source="moving-average-example",
    needs=STATEFUL,
)
def validation_continues_the_series(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The test part follows the training part in time, so this order is right and is not a leak.
    There are two rounds, and the second starts from zero although validation ran in between.
    """
    pipeline = within_reach(find("moving-average:input_len=25"), subject, oracle)
    model, theirs = twins(subject, oracle, trial, pipeline)
    data = pipeline.data(pipeline.rng(trial.seed))
    assert data.test is not None
    x_test, y_test = data.test
    for _ in range(2):
        history = model.fit(
            data.x, data.y, batch_size=1, epochs=1, shuffle=False, validation_data=data.test
        )
        expected = one_by_one(theirs, data.x, data.y, 1)
        figures = [
            theirs.test_on_batch(x_test[row : row + 1], y_test[row : row + 1])["loss"]
            for row in range(len(x_test))
        ]
        model.reset_states()
        theirs.reset_states()
        same_training(trial, pipeline, (model, theirs), (history["loss"][0], expected))
        got = np.array(history["val_loss"][0])
        trial.assert_close(got, np.array(np.mean(figures)), "validation loss", LOSS)


@clause(
    "PIPE-53",
    "Validation inside the fit of the stateless moving average does not change any weight.",
    source="moving-average-example",
    needs=STATELESS,
)
def validation_does_not_train(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three epochs in one fit, as in the example; the oracle is never validated."""
    name = "moving-average:twin=stateless,input_len=15"
    pipeline = within_reach(find(name), subject, oracle)
    model, theirs = twins(subject, oracle, trial, pipeline)
    data = pipeline.data(pipeline.rng(trial.seed))
    history = model.fit(
        data.x, data.y, batch_size=1, epochs=3, shuffle=False, validation_data=data.test
    )
    for epoch in range(3):
        expected = one_by_one(theirs, data.x, data.y, 1)
        got = history["loss"][epoch]
        trial.assert_close(np.array(got), np.array(expected), f"loss of epoch {epoch + 1}", LOSS)
    ours, right = model.get_weights(), theirs.get_weights()
    trial.assert_weights_close(pipeline.spec, ours, right, "after three epochs, weights", WEIGHTS)


@clause(
    "PIPE-54",
    "An epoch of echo-whole-sequence is four updates of five windows from a new sequence, in order "
    "and with carried state; then the state is reset.",
    source="echo-notebook",
    needs=STATEFUL,
)
def a_new_sequence_for_every_epoch(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three sequences, so that a fit that keeps the first data, or carries state to the
    next sequence, is noticed.
    """
    pipeline = narrow(find("echo-whole-sequence"))
    model, theirs = twins(subject, oracle, trial, pipeline)
    rng = pipeline.rng(trial.seed)
    for _ in range(3):
        data = pipeline.data(rng)
        history = model.fit(data.x, data.y, batch_size=5, epochs=1, shuffle=False)
        expected = one_by_one(theirs, data.x, data.y, 5)
        model.reset_states()
        theirs.reset_states()
        same_training(trial, pipeline, (model, theirs), (history["loss"][0], expected))


@clause(
    "PIPE-55",
    "An epoch of alphabet-whole-batch is a single update in which the order of the rows does not "
    "matter, so turning shuffling off changes nothing.",
    source=TUTORIALS,
    needs=STATELESS,
    refutes="The training patterns must stay in order, so that the network can use the sequence"
    " within the batch.",
)
def the_order_inside_the_batch_does_not_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Four epochs on the alphabet and four on the reversed alphabet must give the same weights as
    four updates of the oracle. If context passed from row to row, the two could not agree.
    """
    pipeline = within_reach(find("alphabet-whole-batch"), subject, oracle)
    data = pipeline.data(pipeline.rng(trial.seed))
    weights = initial_weights(pipeline.spec, trial.seed)
    theirs = trial.model(oracle, pipeline.spec, weights)
    for _ in range(4):
        theirs.train_on_batch(data.x, data.y)
    for order in (slice(None), slice(None, None, -1)):
        model = trial.model(subject, pipeline.spec, weights)
        model.fit(data.x[order], data.y[order], batch_size=25, epochs=4, shuffle=False)
        what = "weights after four epochs " + ("in order" if order.step is None else "backwards")
        trial.assert_weights_close(
            pipeline.spec, model.get_weights(), theirs.get_weights(), what, WEIGHTS
        )


@clause(
    "PIPE-56",
    "A shuffled epoch shows every row exactly once, in an order that changes from epoch to epoch.",
    source=TUTORIALS + "; Keras' documentation of fit",
    needs=STATELESS,
)
def every_row_once_in_changing_order(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The weights tell which order was used: with plain gradient descent on A, M and Y, each of the
    six orders leads to other weights, and the subject must end at one of them. By chance, all of
    eight epochs have the same order once in 280,000 runs.
    """
    pipeline = within_reach(find("alphabet-one-char"), subject, oracle)
    spec = replace(pipeline.spec, optimizer=SGD(0.5))
    data = pipeline.data(pipeline.rng(trial.seed))
    x, y = data.x[[0, 12, 24]], data.y[[0, 12, 24]]
    model, theirs = trial.twins(subject, oracle, spec, initial_weights(spec, trial.seed))
    seen = set()
    for epoch in range(8):
        before = model.get_weights()
        model.fit(x, y, batch_size=1, epochs=1, shuffle=True)
        ended = np.concatenate([weight.ravel() for weight in model.get_weights()])
        distances = {}
        for order in permutations(range(3)):
            theirs.set_weights(before)
            one_by_one(theirs, x[list(order)], y[list(order)], 1)
            right = np.concatenate([weight.ravel() for weight in theirs.get_weights()])
            distances[order] = float(np.abs(ended - right).max())
        nearest = min(distances, key=lambda order: distances[order])
        trial.assert_that(
            distances[nearest] <= WEIGHTS,
            f"epoch {epoch + 1} did not show each of three rows once: after no order of them are"
            f" the weights those of the subject (nearest {nearest}: {distances[nearest]:.2g})",
        )
        seen.add(nearest)
    trial.assert_that(len(seen) > 1, f"eight shuffled epochs all had the order {seen}")


@clause(
    "PIPE-57",
    "An epoch of the encoder-decoder is a single update on all 21 windows of a new sequence, after "
    "which both layers are reset.",
    source="echo-notebook",
    needs=STATEFUL,
)
def one_update_for_each_sequence(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three sequences in a narrow network. If a reset reaches only the encoder, or only
    the decoder, the second loss differs.
    """
    pipeline = narrow(find("echo-encoder-decoder"))
    model, theirs = twins(subject, oracle, trial, pipeline)
    rng = pipeline.rng(trial.seed)
    for _ in range(3):
        data = pipeline.data(rng)
        history = model.fit(data.x, data.y, batch_size=21, epochs=1, shuffle=False)
        expected = one_by_one(theirs, data.x, data.y, 21)
        model.reset_states()
        theirs.reset_states()
        same_training(trial, pipeline, (model, theirs), (history["loss"][0], expected))


@clause(
    "PIPE-58",
    "One fit of six epochs and three fits of two epochs are the same training: the optimiser keeps "
    "its memory between fits.",
    source=TUTORIALS + " (300 fits of one epoch)",
    needs=STATELESS,
)
def fits_add_up(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The feature window is trained without shuffling in batches of six rows, so that the last
    batch of each epoch has five.
    """
    pipeline = within_reach(find("alphabet-feature-window"), subject, oracle)
    data = pipeline.data(pipeline.rng(trial.seed))
    weights = initial_weights(pipeline.spec, trial.seed)
    theirs = trial.model(oracle, pipeline.spec, weights)
    for _ in range(6):
        one_by_one(theirs, data.x, data.y, 6)
    for fits, epochs in ((1, 6), (3, 2)):
        model = trial.model(subject, pipeline.spec, weights)
        for _ in range(fits):
            model.fit(data.x, data.y, batch_size=6, epochs=epochs, shuffle=False)
        what = f"weights after {fits} x {epochs} epochs"
        trial.assert_weights_close(
            pipeline.spec, model.get_weights(), theirs.get_weights(), what, WEIGHTS
        )


@clause(
    "PIPE-59",
    "Evaluating the stateful network letter by letter changes its state but none of its weights, "
    "and after a reset the next evaluation gives the same figures.",
    source=TUTORIALS,
    needs=(Capability.EVALUATE, Capability.LAYERS, Capability.STATEFUL),
)
def evaluation_runs_through_the_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are three evaluations: from zero, from the state that the first left, and from zero
    again. The documents reset after evaluating; the second figure shows what they would get
    otherwise.
    """
    pipeline = within_reach(find("alphabet-stateful"), subject, oracle)
    model, theirs = trial.twins(subject, oracle, pipeline.spec)
    data = pipeline.data(pipeline.rng(trial.seed))
    before = model.get_weights()
    losses = []
    for reset in (False, False, True):
        if reset:
            model.reset_states()
            theirs.reset_states()
        figures = model.evaluate(data.x, data.y, 1)
        expected = theirs.evaluate(data.x, data.y, 1)
        losses.append(figures["loss"])
        trial.assert_close(np.array(losses[-1]), np.array(expected["loss"]), "loss", LOSS)
    trial.assert_close(np.array(losses[2]), np.array(losses[0]), "loss after a reset", FORWARD)
    trial.assert_differ(np.array([losses[1]]), np.array([losses[0]]), "loss without a reset", 1e-5)
    trial.assert_weights_close(
        pipeline.spec, model.get_weights(), before, "evaluated, weights", 0.0
    )
