"""What must be rejected: each array of a method in another shape, the others as they should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.methods import AXES, WEIGHTS, Method, offered
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import Adam, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

OPTIMIZER = Adam(0.01, epsilon=1e-2)
"""An optimiser with a memory. With so large an epsilon, its step is a smooth function of the
gradient: it does not enlarge the noise of gradients near zero."""


def of_length(array: Array, axis: int, length: int) -> Array:
    """The array with its last entries along an axis left out, or repeated."""
    chosen = np.minimum(np.arange(length), array.shape[axis] - 1)
    changed: Array = array.take(chosen, axis)
    return changed


def one_off(method: Method, argument: str, array: Array) -> Iterator[tuple[str, Array]]:
    """An argument one shorter and one longer on each axis whose length is fixed."""
    for axis in method.bound_axes(argument):
        length, name = array.shape[axis], AXES[argument][axis]
        for other in (length - 1, length + 1):
            yield f"{other} {name} in place of {length}", of_length(array, axis, other)


def broadcast(method: Method, argument: str, array: Array) -> Iterator[tuple[str, Array]]:
    """What arithmetic would silently repeat: length one on an axis; one axis less or more in
    front.
    """
    for axis in method.bound_axes(argument):
        length, name = array.shape[axis], AXES[argument][axis]
        yield f"1 {name} in place of {length}", of_length(array, axis, 1)
    yield f"{array.ndim - 1} axes in place of {array.ndim}", array[0]
    yield f"{array.ndim + 1} axes in place of {array.ndim}", array[None]


Shapes = Callable[[Method, str, Array], Iterator[tuple[str, Array]]]


def rejects(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    spec: ModelSpec,
    methods: Iterable[str],
    arguments: Iterable[str],
    shapes: Iterable[Shapes] = (one_off, broadcast),
) -> None:
    """Each of the arguments, in each of the shapes, is rejected by each method that takes it.

    Afterwards the model continues from where it was, its optimiser included if the methods train.
    """
    asked, wanted = offered(subject, *methods), set(arguments)
    trains = any({Capability.TRAIN, Capability.FIT} & method.needs for method in asked)
    following = offered(subject, "call", *(["train_on_batch"] if trains else []))
    ours, theirs = trial.twins(subject, oracle, spec)
    _go_on(trial, following, ours, theirs)
    for method in asked:
        given = method.draw(trial)
        for argument in (name for name in method.takes if name in wanted):
            for shape in shapes:
                for words, other in shape(method, argument, given[argument]):
                    attempt = partial(method.run, ours, {**given, argument: other})
                    what = f"{method.name} with {argument} of {words}"
                    trial.assert_refused(ours, attempt, what)
    for name, got, expected in _go_on(trial, following, ours, theirs):
        trial.assert_close(got, expected, f"{name} after the errors", LOCKSTEP)
    for name, got, expected in zip(WEIGHTS, ours.get_weights(), theirs.get_weights(), strict=True):
        trial.assert_close(got, expected, f"{name} after the errors and an update", LOCKSTEP)


def _go_on(
    trial: Trial, methods: Iterable[Method], ours: Model, theirs: Model
) -> list[tuple[str, Array, Array]]:
    """One run of each of the methods: what both return."""
    results = []
    for method in methods:
        given = method.draw(trial)
        got, expected = method.run(ours, given), method.run(theirs, given)
        results += [(f"{name} of {method.name}", got[name], expected[name]) for name in got]
    return results
