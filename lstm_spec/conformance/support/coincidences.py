"""Axes that are equally long, and axes of length one: what is exchanged then has the right shape.

An engine that takes one axis for another is found by shapes, unless both have the same length: a
kernel that is transposed only where it is square, rows that are read as steps. So each pair of axes
of each array coincides once, and each axis has length one once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.methods import METHODS, Lengths, Method, offered
from lstm_spec.contract import Implementation
from lstm_spec.model import LSTM, SGD, AnyLayer, Bidirectional, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

EQUAL: Mapping[str, Lengths] = {
    "as many rows as steps": Lengths(4, 4, 3, 2),
    "as many rows as features": Lengths(4, 3, 4, 2),
    "as many rows as units": Lengths(4, 3, 2, 4),
    "as many steps as features": Lengths(2, 4, 4, 3),
    "as many steps as units": Lengths(3, 4, 2, 4),
    "as many features as units": Lengths(2, 3, 4, 4),
    "as many features as columns of the kernel": Lengths(3, 2, 8, 2),
    "as many rows as columns of the kernel": Lengths(8, 3, 5, 2),
    "as many steps as columns of the kernel": Lengths(3, 8, 5, 2),
    "as many rows as steps, features and units": Lengths(3, 3, 3, 3),
}

ONE: Mapping[str, Lengths] = {
    "one row": Lengths(1, 3, 4, 2),
    "one step": Lengths(4, 1, 3, 2),
    "one feature": Lengths(4, 3, 1, 2),
    "one unit": Lengths(4, 3, 2, 1),
    "one row, step, feature and unit": Lengths(1, 1, 1, 1),
}

ALL: Mapping[str, Lengths] = {**EQUAL, **ONE}

FEW = (
    "as many steps as units",
    "as many features as columns of the kernel",
    "as many rows as steps, features and units",
    "one row",
    "one row, step, feature and unit",
)
"""For methods that compile a program for each model."""


def one_layer_of(of: Lengths, *, stateful: bool = False, both_ways: bool = False) -> ModelSpec:
    """One layer of these lengths that returns every step."""
    layer: AnyLayer = LSTM(of.units, return_sequences=True, stateful=stateful)
    if both_ways:
        layer = Bidirectional(LSTM(of.units, return_sequences=True))
    batch_size = of.rows if stateful else None
    return ModelSpec((layer,), of.features, batch_size=batch_size, optimizer=SGD(0.5))


def with_coinciding_axes(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    methods: Iterable[str],
    sizes: Iterable[str] = tuple(ALL),
    *,
    both_ways: bool = False,
) -> None:
    """The results of each method, and the weights that it leaves, for each of the sizes."""
    asked = offered(subject, *methods)
    for words in sizes:
        spec = one_layer_of(ALL[words], both_ways=both_ways)
        ours, theirs = trial.twins(subject, oracle, spec)
        for method in asked:
            given = method.draw(trial, ALL[words])
            got, expected = method.run(ours, given), method.run(theirs, given)
            what = f"{method.name} with {words}"
            for name, right in expected.items():
                trial.assert_close(got[name], right, f"{name} of {what}", LOCKSTEP)
        trial.assert_weights_close(
            spec, ours.get_weights(), theirs.get_weights(), f"with {words}, value", LOCKSTEP
        )


def carried_with_coinciding_axes(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two calls of a stateful layer and, where it can be set, a state between them."""
    method: Method = METHODS["call"]
    for words, of in ALL.items():
        ours, theirs = trial.twins(subject, oracle, one_layer_of(of, stateful=True))
        for number in (1, 2):
            given = method.draw(trial, of)
            got, expected = method.run(ours, given), method.run(theirs, given)
            what = f"outputs of call {number} with {words}"
            trial.assert_close(got["outputs"], expected["outputs"], what)
        for setting in offered(subject, "set_states"):
            states = setting.draw(trial, of)
            setting.run(ours, states)
            ((h, c),) = ours.get_states()
            trial.assert_close(h, states["h"], f"h that was set with {words}")
            trial.assert_close(c, states["c"], f"c that was set with {words}")
            setting.run(theirs, states)
            got, expected = method.run(ours, given), method.run(theirs, given)
            what = f"outputs after set_states with {words}"
            trial.assert_close(got["outputs"], expected["outputs"], what)
