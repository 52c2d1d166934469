"""Whether a way of Keras gives the numbers that it must: else it has no figure.

A way in float32 is compared with the plain way within the tolerances of float32. One in mixed
precision is compared within the tolerance of its type, and by its weights or outputs alone: that
tolerance is derived for numbers within 1, which a loss is not. A larger batch makes other updates
by definition, so it is compared with the oracle at that batch size. The plain way itself is
compared with the oracle.
"""

from __future__ import annotations

import numpy as np

from benchmarks.keras_at_work import Begun, Task
from benchmarks.keras_ways import STEPPING, Way
from lstm_spec import contract
from lstm_spec.conformance.support import narrow
from lstm_spec.contract import Array
from lstm_spec.pipelines.lockstep import WEIGHTS
from lstm_spec.subjects.find import DEFAULT_ORACLE, find
from lstm_spec.subjects.worker import Timed
from lstm_spec.tolerances import FORWARD, LOSS


def oracle(way: Way, forgetting: bool = False) -> Begun:
    """What the oracle gives for the same work at the same batch size.

    ``forgetting``: what a network gives that starts every step from a state of zero.
    """
    task = Task(way.work)
    spec = task.documented.spec("call" if forgetting else "")
    model = contract.build(find(DEFAULT_ORACLE), spec)
    model.set_weights(task.documented.weights)
    does = "predict" if way.work == STEPPING else "fit"
    timed = Timed(model, does, [task.data], way.batch_size, False)
    found = timed.run(task.repetitions)
    if way.work == STEPPING:
        return Begun(0.0, [], [found[row : row + 1] for row in range(len(found))])
    updates = task.repetitions * -(-task.pieces // way.batch_size)
    return Begun(0.0, found, model.get_weights(), updates)


def allowed(way: Way) -> float:
    """How far a weight or an output may be off."""
    if way.narrow:
        return narrow.tolerance(way.precision)
    return FORWARD if way.work == STEPPING else WEIGHTS


def with_what(way: Way) -> str:
    """With what the numbers of a way are compared, and how near they are, in words."""
    what = "outputs" if way.work == STEPPING else "weights"
    where = (
        f"the oracle at batch size {way.batch_size}" if way.another_training else "the plain way"
    )
    return f"{what} of {where}, within {allowed(way):.2g}"


def difference(way: Way, found: Begun, plain: Begun | None) -> str:
    """In which way the numbers are not those of the plain way; empty if they are.

    Without a plain way to compare with, they are compared with those of the oracle.
    """
    against = "the oracle" if plain is None or way.another_training else "the plain way"
    wanted = oracle(way) if plain is None or way.another_training else plain
    told = _difference(way, found, wanted, against)
    if told and way.work == STEPPING and not _difference(way, found, oracle(way, True), against):
        return f"{told}: they are those of a network that carries no state from step to step"
    return told


def _difference(way: Way, found: Begun, wanted: Begun, against: str) -> str:
    """The first thing that differs."""
    if found.updates != wanted.updates:
        because = ": it leaves out those whose gradients are not finite" if way.narrow else ""
        return f"it makes {found.updates} of {wanted.updates} updates{because}"
    losses = wanted.losses
    if way.does == "fit_in_one_epoch":
        losses = [float(np.mean(losses))]
    if len(found.losses) != len(losses):
        return f"it gives {len(found.losses)} losses for {len(losses)} epochs"
    for epoch, (got, right) in enumerate(zip(found.losses, losses, strict=True), 1):
        if not way.narrow and not abs(got - right) <= LOSS:
            return (
                f"its loss of epoch {epoch} is not that of {against} "
                f"({got:.6g} in place of {right:.6g})"
            )
    what = "outputs" if way.work == STEPPING else "weights"
    if [one.shape for one in found.numbers] != [one.shape for one in wanted.numbers]:
        return f"its {what} have other shapes than those of {against}"
    pairs = zip(found.numbers, wanted.numbers, strict=True)
    largest = max(_largest(got, right) for got, right in pairs)
    if not largest <= allowed(way):
        return f"its {what} are not those of {against} (largest difference {largest:.2g})"
    return ""


def _largest(got: Array, wanted: Array) -> float:
    apart = np.abs(np.asarray(got, np.float64) - np.asarray(wanted, np.float64))
    return float(apart.max(initial=0.0))
