"""Training in lockstep: the same weights and the same batches, compared after every update.

Adam divides every gradient by its own size. A component whose first gradient is a thousand times
smaller than the noise of float32 therefore changes as much as any other, in a direction that is
only noise, and no tolerance would be right for it. A run therefore starts where no component of the
gradient is tiny: of several random starts, the one with the steepest loss is used (``steep_run``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.model import ModelSpec, loss_facts

STARTS = 12
"""How many random starts are drawn; the steepest of them is used."""


@dataclass(frozen=True)
class Run:
    """A model, the weights it starts from and the batches (x, y) of a training run in order."""

    spec: ModelSpec
    weights: list[Array]
    batches: list[tuple[Array, Array]]


def random_run(trial: Trial, spec: ModelSpec, updates: int, rows: int, steps: int) -> Run:
    """Random weights and ``updates`` different batches of (rows, steps, features)."""
    batches = [random_batch(trial, spec, rows, steps) for _ in range(updates)]
    return Run(spec, trial.weights(spec), batches)


def random_batch(trial: Trial, spec: ModelSpec, rows: int, steps: int) -> tuple[Array, Array]:
    """Normal x, and targets that are normal or, for cross-entropy, random classes or bits."""
    x, shape = trial.array(*spec.input_shape(rows, steps)), spec.output_shape(rows, steps)
    match loss_facts(spec.loss).targets:
        case "numbers":
            return x, trial.array(*shape)
        case "classes":
            return x, trial.labels(*shape[:-1], width=shape[-1])
        case "labels":
            return x, trial.rng.integers(0, shape[-1], shape[:-1]).astype(np.float32)
        case "bits":
            return x, trial.rng.integers(0, 2, shape).astype(np.float32)


def steep_run(
    trial: Trial, oracle: Implementation, spec: ModelSpec, updates: int, rows: int, steps: int
) -> Run:
    """A random run whose first gradient has no component that is nearly zero.

    Of ``STARTS`` draws, the one is used whose smallest component, relative to its largest, is
    greatest according to the oracle. Components that are zero by construction are zero in every
    implementation and do not count.
    """
    model = oracle.build(spec)
    runs: list[tuple[float, Run]] = []
    for _ in range(STARTS):
        run = Run(spec, trial.weights(spec), [random_batch(trial, spec, rows, steps)])
        runs.append((steepness(model, run), run))
    best = max(runs, key=lambda pair: pair[0])[1]
    rest = [random_batch(trial, spec, rows, steps) for _ in range(updates - 1)]
    return Run(spec, best.weights, best.batches + rest)


def steepness(model: Model, run: Run) -> float:
    """The smallest over the largest component of the first gradient, without components of exactly
    zero.
    """
    model.set_weights(run.weights)
    if run.spec.stateful:
        model.reset_states()
    sizes = np.concatenate(
        [np.abs(one).ravel() for one in model.gradients(*run.batches[0]).weights]
    )
    return float(sizes[sizes > 0].min() / sizes.max())


def in_lockstep(
    trial: Trial,
    run: Run,
    ours: Model,
    theirs: Model,
    tolerance: float,
    resets: tuple[int, ...] = (),
    counting: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Train both on every batch; losses and weights must agree after each update.

    The states of both are reset before the updates with the numbers in ``resets`` (counted from 1).
    ``counting`` has, for each update in turn, what ``train_on_batch`` is given besides x and y.
    """
    for number, (x, y) in enumerate(run.batches, 1):
        if number in resets:
            ours.reset_states()
            theirs.reset_states()
        given = counting[(number - 1) % len(counting)] if counting else {}
        got, expected = ours.train_on_batch(x, y, **given), theirs.train_on_batch(x, y, **given)
        trial.assert_close(
            got["loss"],
            expected["loss"],
            f"loss of update {number}",
            tolerances.LOSS if number == 1 else max(tolerance, tolerances.LOSS),
        )
        trial.assert_weights_close(
            run.spec,
            ours.get_weights(),
            theirs.get_weights(),
            f"after update {number}, value",
            tolerance,
        )
