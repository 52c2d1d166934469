"""LIFE: batch sizes with which no model can be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.methods import offered
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.model import LSTM, ModelSpec

SPEC = ModelSpec((LSTM(6, return_sequences=True),), features=5)
NO_BATCH_SIZE = (0, -1, -3)

IN_BATCHES: Mapping[str, Callable[[Model, Array, Array, Any], Any]] = {
    "predict": lambda model, x, y, size: model.predict(x, size),
    "evaluate": lambda model, x, y, size: model.evaluate(x, y, size),
    "fit": lambda model, x, y, size: model.fit(x, y, batch_size=size, epochs=1, shuffle=False),
}
"""The methods that cut rows into batches."""


def ask(way: Callable[..., Any], model: Model, x: Array, y: Array, size: Any) -> None:
    """One method with a batch size; results of another shape are those of one that was accepted."""
    with suppress(BrokenAdapter):
        way(model, x, y, size)


@clause(
    "LIFE-204",
    "A batch size is a whole number of at least one: predict, evaluate and fit reject any other, "
    "and nothing has moved.",
    source="contract: bad input is reported, not guessed at",
    needs=(Capability.PREDICT,),
)
def batch_sizes_below_one_are_rejected(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The model is not stateful, so any number of rows fits. A loop that counts rows in steps of
    minus one does nothing, and training that has done nothing looks like training.
    """
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    for method in offered(subject, *IN_BATCHES):
        given = method.draw(trial)
        for size in NO_BATCH_SIZE:
            y = given.get("y", given["x"])
            attempt = partial(ask, IN_BATCHES[method.name], model, given["x"], y, size)
            trial.assert_refused(model, attempt, f"{method.name} with a batch size of {size!r}")
