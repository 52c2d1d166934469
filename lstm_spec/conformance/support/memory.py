"""Where an array lies in memory, and whose it is: the same question for each array of a method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from lstm_spec.checking.layouts import CONSTANT, LAYOUTS, WHOLE, WIDER, Change
from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.methods import (
    METHODS,
    WEIGHTS,
    Method,
    offered,
    one_layer,
)
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.subjects.guard import unguarded
from lstm_spec.tolerances import LOCKSTEP

TYPES: Mapping[str, Mapping[str, Change]] = {
    "mask": {},
    "x": {**WIDER, **WHOLE},
    "y": {**WIDER, **WHOLE},
    "validation x": {**WIDER, **WHOLE},
    "validation y": {**WIDER, **WHOLE},
}
"""The other types in which an argument may be given; by default float64."""

OVERWRITTEN = 7.0
"""What the owner of an array writes into it; true in a mask."""


class Twins:
    """The same layer of subject and oracle, started anew for each question.

    The subject is asked without the guard, which would copy what passes.
    """

    def __init__(
        self,
        subject: Implementation,
        oracle: Implementation,
        trial: Trial,
        *,
        sequences: bool = True,
    ) -> None:
        self.trial, self.subject = trial, subject
        self.spec = one_layer(subject, sequences=sequences)
        guarded, self.theirs = trial.twins(subject, oracle, self.spec)
        self.ours = unguarded(guarded)
        self.weights = trial.weights(self.spec)

    def begin(self) -> None:
        """The first weights, and no state."""
        for model in (self.ours, self.theirs):
            model.set_weights([weight.copy() for weight in self.weights])
            if self.spec.stateful:
                model.reset_states()

    def agree(self, what: str) -> None:
        """The next call of both gives the same, and so do the weights."""
        given = METHODS["call"].draw(self.trial)
        got, expected = (model.call(given["x"]) for model in (self.ours, self.theirs))
        self.trial.assert_close(np.asarray(got[0]), expected[0], f"the next call {what}", LOCKSTEP)
        pairs = zip(WEIGHTS, self.ours.get_weights(), self.theirs.get_weights(), strict=True)
        for name, ours, theirs in pairs:
            self.trial.assert_close(np.asarray(ours), theirs, f"the {name} {what}", LOCKSTEP)


def layouts_of(argument: str) -> Iterator[tuple[str, Change]]:
    """Each way in which an argument may be given."""
    for ways in (LAYOUTS, CONSTANT, TYPES.get(argument, WIDER)):
        yield from ways.items()


def whatever_the_layout(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    methods: Iterable[str],
    arguments: Iterable[str] = (),
) -> None:
    """Each argument (all of them unless they are named) gives the same results in each layout."""
    twins, wanted = Twins(subject, oracle, trial), set(arguments)
    for method in offered(subject, *methods):
        for argument in method.takes:
            for words, change in layouts_of(argument) if not wanted or argument in wanted else ():
                _in_one_layout(twins, method, [argument], words, change)


def whatever_the_layout_of_all(
    subject: Implementation, oracle: Implementation, trial: Trial, methods: Iterable[str]
) -> None:
    """The same with all arguments of a method in one layout, for methods that take many."""
    twins = Twins(subject, oracle, trial)
    for method in offered(subject, *methods):
        for words, change in layouts_of("x"):
            named = [name for name in method.takes if words in dict(layouts_of(name))]
            _in_one_layout(twins, method, named, words, change)


def _in_one_layout(
    twins: Twins, method: Method, arguments: Iterable[str], words: str, change: Change
) -> None:
    """The subject is given the changed arrays, and the oracle the same values as they are."""
    twins.begin()
    given = method.draw(twins.trial)
    if words in WHOLE:
        for name in arguments:
            given[name] = np.rint(2 * given[name]).astype(given[name].dtype)
    changed = {name: change(given[name]) for name in arguments}
    results = method.run(twins.ours, {**given, **changed})
    what = f"{method.name} with arrays {' and '.join(arguments)} {words}"
    for name, expected in method.run(twins.theirs, given).items():
        twins.trial.assert_close(results[name], expected, f"{name} of {what}", LOCKSTEP)
    if {Capability.TRAIN, Capability.FIT} & method.needs or not results:
        twins.agree(f"after {what}")


def arguments_stay_the_caller_s(
    subject: Implementation, oracle: Implementation, trial: Trial, methods: Iterable[str]
) -> None:
    """No argument is written into, and none is kept: what its owner writes later has no effect.

    Each is given as float32 and as float64, because an engine that computes in one of them need not
    copy it.
    """
    twins = Twins(subject, oracle, trial)
    for method in offered(subject, *methods):
        for dtype in (np.float32, np.float64):
            twins.begin()
            before = method.draw(trial)
            given = {name: _typed(array, dtype) for name, array in before.items()}
            method.run(twins.ours, given)
            method.run(twins.theirs, before)
            for name, array in given.items():
                what = f"{name} after {method.name}"
                trial.assert_equal(array, _typed(before[name], dtype), what)
                array[...] = OVERWRITTEN
            words = f"after the {np.dtype(dtype)} arguments of {method.name} were overwritten"
            twins.agree(words)


def _typed(array: Array, dtype: type) -> Array:
    """A copy in a type; a mask stays one."""
    return np.array(array, array.dtype if array.dtype == bool else dtype)


def results_are_the_caller_s(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    methods: Iterable[str],
    *,
    sequences: bool = True,
) -> None:
    """A result stays what it was when the model is used again, and may be overwritten."""
    twins = Twins(subject, oracle, trial, sequences=sequences)
    for method in offered(subject, *methods):
        twins.begin()
        given = method.draw(trial)
        results = _read(method, twins.ours, given)
        _read(method, twins.theirs, given)
        kept = {name: np.array(array) for name, array in results.items()}
        again = method.draw(trial)
        latest = _read(method, twins.ours, again)
        _read(method, twins.theirs, again)
        for name, array in results.items():
            what = f"{name} of {method.name} after another one"
            trial.assert_equal(np.array(array), kept[name], what)
        for array in (*results.values(), *latest.values()):
            if isinstance(array, np.ndarray) and array.flags.writeable:
                array[...] = OVERWRITTEN
        twins.agree(f"after the results of {method.name} were overwritten")


def _read(method: Method, model: Model, given: Mapping[str, Array]) -> dict[str, Array]:
    """The results of a method; of one that sets, what can then be read."""
    results = method.run(model, given)
    if method.name == "set_weights":
        results = dict(zip(WEIGHTS, model.get_weights(), strict=True))
    if method.name == "set_states":
        ((h, c),) = model.get_states()
        results = {"state h": h, "state c": c}
    return results
