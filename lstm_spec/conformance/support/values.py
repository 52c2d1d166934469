"""Special values of each argument, for a model that is warm: it has run, and it has been trained.

A value that means "nothing" to an engine (zeros for no state, NaN for a missing number) does harm
when there is something already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.methods import (
    METHODS,
    ROWS,
    WEIGHTS,
    Method,
    offered,
    one_layer,
)
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.tolerances import LOCKSTEP

Change = Callable[[Array], Array]

TINY, HUGE = 1e-30, 1e30
"""Their squares do not exist in float32."""

FAR = 1e3
"""What is huge for a target: the loss is its square."""


def _equal_rows(array: Array) -> Array:
    return np.repeat(array[:1], len(array), axis=0)


VALUES: Mapping[str, Change] = {
    "zeros": np.zeros_like,
    "equal rows": _equal_rows,
    "equal entries": lambda array: np.full_like(array, 0.5),
    "tiny values": lambda array: array * np.float32(TINY),
    "huge values": lambda array: array * np.float32(HUGE),
}
"""What every row of an argument may be: the results are those of the oracle."""

OF_TARGETS: Mapping[str, Change] = {
    **VALUES,
    "huge values": lambda array: array * np.float32(FAR),
}

BAD_ROW = 1


def _with(value: float) -> Change:
    def changed(array: Array) -> Array:
        copy = array.copy()
        copy[BAD_ROW].flat[0] = value
        return copy

    return changed


BAD: Mapping[str, Change] = {"NaN": _with(np.nan), "infinity": _with(np.inf)}
"""What one row may contain: the other rows do not notice."""


class WarmTwins:
    """One layer of subject and oracle that has been trained and has run before each question."""

    def __init__(self, subject: Implementation, oracle: Implementation, trial: Trial) -> None:
        self.trial, self.subject, self.spec = trial, subject, one_layer(subject)
        self.models = trial.twins(subject, oracle, self.spec)
        self.weights = trial.weights(self.spec)
        self.before, self.after = (METHODS["call"].draw(trial) for _ in range(2))

    def train(self) -> None:
        """One update, if the subject can be trained."""
        for method in offered(self.subject, "train_on_batch"):
            given = method.draw(self.trial)
            for model in self.models:
                method.run(model, given)

    def begin(self) -> None:
        """The first weights, and the state that one call leaves."""
        for model in self.models:
            model.set_weights(self.weights)
            if self.spec.stateful:
                model.reset_states()
            model.call(self.before["x"])

    def close(self, got: Array, expected: Array, what: str) -> None:
        """Agreement relative to the largest number, where numbers are large."""
        largest = float(np.abs(expected).max(initial=1.0))
        self.trial.assert_close(
            got / largest, expected / largest, f"{what} (divided by {largest:.3g})", LOCKSTEP
        )

    def agree_next(self, what: str) -> None:
        """The next call, and the weights."""
        ours, theirs = self.models
        got, expected = (model.call(self.after["x"]).outputs for model in self.models)
        self.close(got, expected, f"the next call {what}")
        for name, got, expected in zip(
            WEIGHTS, ours.get_weights(), theirs.get_weights(), strict=True
        ):
            self.close(got, expected, f"the {name} {what}")


def special_values(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    methods: Iterable[str],
    arguments: Iterable[str] = (),
    *,
    trained: bool = False,
) -> None:
    """Each argument (all of them unless they are named) with each of ``VALUES``, one at a time."""
    twins, wanted = WarmTwins(subject, oracle, trial), set(arguments)
    if trained:
        twins.train()
    for method in offered(subject, *methods):
        for argument in method.takes:
            if not wanted or argument in wanted:
                values = OF_TARGETS if argument.endswith("y") else VALUES
                for words, change in values.items():
                    _with_one_value(twins, method, argument, words, change)


def _with_one_value(
    twins: WarmTwins, method: Method, argument: str, words: str, change: Change
) -> None:
    twins.begin()
    given = method.draw(twins.trial)
    given[argument] = change(given[argument])
    got, expected = (method.run(model, given) for model in twins.models)
    what = f"{method.name} with {argument} of {words}"
    for name in expected:
        twins.close(got[name], expected[name], f"{name} of {what}")
    far = words == "huge values" and {Capability.TRAIN, Capability.FIT} & method.needs
    if not far:  # the network has learned weights for which nothing can be predicted in float32
        twins.agree_next(f"after {what}")


def one_bad_row(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    methods: Iterable[str],
    arguments: Iterable[str],
) -> None:
    """NaN and infinity in one row of an argument: the other rows, now and in the next call."""
    twins, wanted = WarmTwins(subject, oracle, trial), set(arguments)
    for method in offered(subject, *methods):
        for argument in (name for name in method.takes if name in wanted):
            for words, change in BAD.items():
                twins.begin()
                given = method.draw(trial)
                given[argument] = change(given[argument])
                with np.errstate(all="ignore"):
                    got, expected = (method.run(model, given) for model in twins.models)
                    following = [model.call(twins.after["x"]).outputs for model in twins.models]
                what = f"after {words} in row {BAD_ROW} of {argument} of {method.name}"
                for name in expected:
                    rows = f"the other rows: {name} {what}"
                    twins.close(_others(got[name]), _others(expected[name]), rows)
                ours, theirs = (_others(one) for one in following)
                twins.close(ours, theirs, f"the other rows: the next call {what}")


def _others(results: Array) -> Array:
    """The rows that neither are the bad one nor continue it in a later batch."""
    others: Array = results[np.arange(len(results)) % ROWS != BAD_ROW]
    return others
