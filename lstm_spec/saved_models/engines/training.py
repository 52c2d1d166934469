"""A few updates in lockstep on the user's own targets, where ``--data`` brings some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec import tolerances
from lstm_spec.contract import Capability, Implementation, Unsupported, build
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.model import SGD, ModelSpec
from lstm_spec.model.words import Loss
from lstm_spec.saved_models.engines.findings import Carried
from lstm_spec.saved_models.engines.rebuilding import plain
from lstm_spec.saved_models.examination import Examination

Array = NDArray[Any]

UPDATES = 3


def in_lockstep(
    implementation: Implementation, examined: Examination, oracle: Implementation
) -> Carried | None:
    """The same updates in the engine and in the oracle; None without targets.

    The file's own loss and optimiser are not needed to read it and are not used: the loss is
    cross-entropy where the targets are distributions and a softmax comes last, else the mean
    squared error, and the optimiser plain gradient descent. Dropout is off, as it is everywhere
    here.
    """
    if examined.data.y is None:
        return None
    saved = examined.saved
    y = saved.batch_first(np.asarray(examined.data.y, np.float64))
    loss = loss_for(plain(saved.spec), y)
    title = f"{UPDATES} updates in lockstep on your targets ({loss}, SGD)"
    if Capability.TRAIN not in implementation.capabilities:
        return Carried("rebuilt", title, None, "the engine does not train")
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    rows = saved.spec.batch_size or len(x)
    spec = replace(plain(saved.spec), loss=loss, optimizer=SGD())
    try:
        exact = replace(spec, dtype="float64")
        ours = list(updates(oracle, exact, saved.weights, x[:rows], y[:rows]))
        theirs = list(updates(implementation, spec, saved.weights, x[:rows], y[:rows]))
    except Unsupported as missing:
        return Carried("rebuilt", title, None, str(missing))
    except BrokenAdapter:
        raise
    except Exception as error:  # whatever the engine raises is its own answer
        return Carried("rebuilt", title, False, f"{type(error).__name__}: {error}")
    return compared(title, theirs, ours, spec)


def loss_for(spec: ModelSpec, y: Array) -> Loss:
    """The loss that fits the targets."""
    ends_in_softmax = getattr(spec.layers[-1], "activation", "") == "softmax"
    distributions = bool((y >= 0).all()) and np.allclose(y.sum(-1), 1.0, atol=1e-4)
    return "categorical_crossentropy" if ends_in_softmax and distributions else "mse"


def updates(
    implementation: Implementation, spec: ModelSpec, weights: tuple[Array, ...], x: Array, y: Array
) -> Iterator[tuple[float, list[Array]]]:
    """The loss before each update, and the weights after it."""
    model = build(implementation, spec)
    model.set_weights([np.asarray(one, spec.dtype) for one in weights])
    for _ in range(UPDATES):
        figures = model.train_on_batch(np.asarray(x, spec.dtype), np.asarray(y, spec.dtype))
        yield float(figures["loss"]), [np.asarray(one) for one in model.get_weights()]


def compared(
    title: str,
    theirs: list[tuple[float, list[Array]]],
    ours: list[tuple[float, list[Array]]],
    spec: ModelSpec,
) -> Carried:
    """The first update after which something differs."""
    worst = 0.0
    for number, ((loss, weights), (right, wanted)) in enumerate(zip(theirs, ours, strict=True), 1):
        allowed = tolerances.LOSS * max(abs(right), 1.0)
        if not abs(loss - right) <= allowed:
            said = f"update {number}: the loss is {loss:.6g} where {right:.6g} is right"
            return Carried("rebuilt", title, False, said)
        for name, got, want in zip(spec.weight_names, weights, wanted, strict=True):
            scale = max(float(np.abs(want).max(initial=0.0)), 1.0)
            apart = float(np.abs(got - want).max(initial=0.0)) / scale
            worst = max(worst, apart)
            if not apart <= tolerances.LOCKSTEP:
                said = f"update {number}: {name} differs by {apart:.1e} of its scale"
                return Carried("rebuilt", title, False, said)
    return Carried("rebuilt", title, True, f"weights at most {worst:.1e} of their scale apart")
