"""How fit uses its batches, and what its history reports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_spec.checking.lockstep import Run, random_batch, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.train_lockstep import ADAM
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, SGD, Dense, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

SPEC = ModelSpec((LSTM(4),), features=3, optimizer=SGD(0.5))
FIT = "contract, fit; Keras documentation, Model.fit"


def cut(x: Array, y: Array, batch_size: int) -> Iterator[tuple[Array, Array]]:
    """Consecutive batches; the last one may be smaller."""
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]


@clause(
    "TRAIN-50",
    "Without shuffling, fit is the same as train_on_batch on consecutive batches of rows, in their "
    "order.",
    source=FIT + "; comments of the stateful LSTM tutorial (2017)",
    needs=(Capability.FIT,),
    confirms="The weights are updated after every batch.",
)
def fit_is_a_sequence_of_updates(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One epoch trains on 6 rows in batches of 2. Rows that are interleaved, permuted or trained as
    one batch give other weights.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = random_batch(trial, SPEC, 6, 4)
    ours.fit(x, y, batch_size=2, epochs=1, shuffle=False)
    for batch in cut(x, y, 2):
        theirs.train_on_batch(*batch)
    what = "after one epoch, value"
    trial.assert_weights_close(SPEC, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-51",
    "A smaller last batch of a stateless model is trained on like any other batch.",
    source=FIT,
    needs=(Capability.FIT,),
)
def the_last_batch_is_trained(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """There are 5 rows in batches of 3. If the last batch is dropped, padded or filled up with
    earlier rows, the weights differ.
    """
    ours, theirs = trial.twins(subject, oracle, SPEC)
    x, y = random_batch(trial, SPEC, 5, 4)
    y[3:] *= 2
    ours.fit(x, y, batch_size=3, epochs=1, shuffle=False)
    for batch in cut(x, y, 3):
        theirs.train_on_batch(*batch)
    what = "after one epoch, value"
    trial.assert_weights_close(SPEC, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-52",
    "The history has one value for every epoch: the mean over its rows, with each batch measured "
    "before its update.",
    source=FIT,
    needs=(Capability.FIT, Capability.LAYERS),
)
def the_history(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are 5 rows in batches of 2 and three epochs, with accuracy. The means are computed by
    hand from the values of the oracle.
    """
    layers = (LSTM(4), Dense(6, "softmax"))
    spec = ModelSpec(layers, features=3, loss="categorical_crossentropy", optimizer=SGD(1.0))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 5, 4)
    history = ours.fit(x, y, batch_size=2, epochs=3, shuffle=False)
    trial.assert_that(
        set(history) == {"loss", "accuracy"},
        f"expected the metrics loss and accuracy, got {', '.join(sorted(history))}",
    )
    expected: dict[str, list[float]] = {"loss": [], "accuracy": []}
    for _ in range(3):
        figures = [(len(one[0]), theirs.train_on_batch(*one)) for one in cut(x, y, 2)]
        for name, series in expected.items():
            series.append(sum(rows * figure[name] for rows, figure in figures) / 5)
    for name, series in expected.items():
        trial.assert_that(
            len(history[name]) == 3,
            f"history of {name}: expected 3 epochs, got {len(history[name])}",
        )
        got = np.array(history[name])
        trial.assert_close(got, np.array(series), f"{name} by epoch", LOCKSTEP, ("epoch",))


@clause(
    "TRAIN-53",
    "One fit of n epochs is the same training as n fits of one epoch.",
    source=FIT,
    needs=(Capability.FIT,),
)
def epochs_add_up(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The same model is trained twice, with its weights restored in between (SGD has no memory)."""
    weights = trial.weights(SPEC)
    ours, theirs = trial.twins(subject, oracle, SPEC, weights)
    x, y = random_batch(trial, SPEC, 5, 4)
    together = ours.fit(x, y, batch_size=2, epochs=3, shuffle=False)["loss"]
    end = ours.get_weights()
    ours.set_weights(weights)
    apart = [ours.fit(x, y, batch_size=2, epochs=1, shuffle=False)["loss"][0] for _ in range(3)]
    for _ in range(3):
        for batch in cut(x, y, 2):
            theirs.train_on_batch(*batch)
    trial.assert_weights_close(
        SPEC, end, theirs.get_weights(), "after three epochs, value", LOCKSTEP
    )
    what = "after three fits of one epoch, value"
    trial.assert_weights_close(SPEC, ours.get_weights(), end, what, LOCKSTEP)
    trial.assert_close(
        np.array(apart), np.array(together), "losses of the fits", LOCKSTEP, ("epoch",)
    )


@clause(
    "TRAIN-54",
    "Within one fit, Adam counts updates and not epochs.",
    source="Kingma & Ba 2015; " + FIT,
    needs=(Capability.FIT,),
)
def adam_counts_updates(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are two epochs of three batches, and the sixth step must use the
    corrections of t = 6.
    """
    spec = ModelSpec((LSTM(4),), features=3, optimizer=ADAM)
    run = steep_run(trial, oracle, spec, 3, rows=2, steps=5)
    ours, theirs = trial.twins(subject, oracle, spec, run.weights)
    x, y = (np.concatenate(part) for part in zip(*run.batches, strict=True))
    ours.fit(x, y, batch_size=2, epochs=2, shuffle=False)
    for batch in run.batches * 2:
        theirs.train_on_batch(*batch)
    what = "after two epochs, value"
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)


@clause(
    "TRAIN-55",
    "In fit, a stateful model carries its state from batch to batch and from epoch to epoch while "
    "it is trained.",
    source="moving average example; keras#2849, #4756",
    needs=(Capability.FIT, Capability.STATEFUL),
)
def a_stateful_fit_carries(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """There are two epochs, then a reset and one more epoch. The oracle is given the same batches
    one by one.
    """
    spec = ModelSpec(
        (LSTM(4, return_sequences=True, stateful=True),),
        features=3,
        batch_size=2,
        optimizer=SGD(0.5),
    )
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, 6, 3)
    run = Run(spec, [], list(cut(x, y, 2)))
    losses = ours.fit(x, y, batch_size=2, epochs=2, shuffle=False)["loss"]
    ours.reset_states()
    losses += ours.fit(x, y, batch_size=2, epochs=1, shuffle=False)["loss"]
    expected = []
    for epoch in range(3):
        if epoch == 2:
            theirs.reset_states()
        figures = [theirs.train_on_batch(*batch)["loss"] for batch in run.batches]
        expected.append(float(np.mean(figures)))
    trial.assert_close(np.array(losses), np.array(expected), "loss by epoch", LOCKSTEP, ("epoch",))
    what = "after three epochs, value"
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), what, LOCKSTEP)
