"""STATE: every method of a stateful model, with batches of another size than it was built for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import (
    METHODS,
    ROWS,
    Lengths,
    offered,
    one_layer,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.tolerances import LOCKSTEP

SOURCE = "contract: what is rejected; the batch size is part of a stateful model"
ONE_BATCH = (
    "call with a mask",
    "call from a state",
    "predict_on_batch",
    "test_on_batch",
    "gradients",
    "gradients from a state",
    "train_on_batch",
)


def rejects_batches_of(
    subject: Implementation, oracle: Implementation, trial: Trial, sizes: Iterable[int]
) -> None:
    """All arguments of each method of ``ONE_BATCH`` have so many rows, and fit each other."""
    ours, theirs = trial.twins(subject, oracle, one_layer(subject))
    following = METHODS["call"].draw(trial)
    for model in (ours, theirs):
        model.call(following["x"])
    for method in offered(subject, *ONE_BATCH):
        for rows in sizes:
            given = method.draw(trial, Lengths(rows=rows))
            what = f"{method.name} with a batch of {rows} rows in place of {ROWS}"
            trial.assert_refused(ours, partial(method.run, ours, given), what)
    got, expected = (model.call(following["x"]).outputs for model in (ours, theirs))
    trial.assert_close(got, expected, "the call after the errors", LOCKSTEP)


def rejects_the_batch_size(
    subject: Implementation, oracle: Implementation, trial: Trial, sizes: Iterable[int]
) -> None:
    """Evaluate and fit of two batches, cut into batches of another size that divides the rows."""
    spec = one_layer(subject)
    ours = trial.model(subject, spec, trial.weights(spec))
    ours.call(METHODS["call"].draw(trial)["x"])
    for method in offered(subject, "evaluate", "fit"):
        given = method.draw(trial)
        for size in sizes:
            attempt = partial(_in_batches, ours, method.name, given["x"], given["y"], size)
            what = f"{method.name} of {2 * ROWS} rows with a batch size of {size} for {ROWS}"
            trial.assert_refused(ours, attempt, what)


def _in_batches(model: Model, name: str, x: Array, y: Array, size: int) -> None:
    if name == "evaluate":
        model.evaluate(x, y, size)
    else:
        model.fit(x, y, batch_size=size, epochs=1, shuffle=False)


@clause(
    "STATE-106",
    "Every method of a stateful model rejects a batch of more or fewer rows than the model was "
    "built for, even if all of its arguments agree.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def no_method_takes_other_batches(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may check in one method and not in the others: with a mask, from a given state,
    where it measures, and where it differentiates.
    """
    rejects_batches_of(subject, oracle, trial, (ROWS - 1, ROWS + 1, 2 * ROWS))


@clause(
    "STATE-107",
    "evaluate and fit of a stateful model reject another batch size than the model was built for.",
    source=SOURCE,
    needs=(Capability.STATEFUL, Capability.EVALUATE),
)
def no_other_batch_size(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Both sizes divide the six rows, so that nothing else is wrong."""
    rejects_the_batch_size(subject, oracle, trial, (2, 6))


@clause(
    "STATE-108",
    "No method of a stateful model broadcasts a batch of one row to the states of all rows.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def no_method_broadcasts_a_row(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A single row is the dangerous case: arithmetic repeats it, and the model seems to work. Also
    a batch size of one, in evaluate and fit.
    """
    rejects_batches_of(subject, oracle, trial, [1])
    rejects_the_batch_size(subject, oracle, trial, [1])
