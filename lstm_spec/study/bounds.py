"""What theory says of figures: bounds that no amount of training passes, and chance.

Beside a threshold from seeds stands a bound from theory wherever there is one. A figure beyond a
bound is no success; it is a mistake in the subject or in the measurement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lstm_spec.data import echo
from lstm_spec.pipelines import Pipeline
from lstm_spec.pipelines.claims import best_possible_accuracy
from lstm_spec.pipelines.moving_average import AMPLITUDE, stateless_bound


@dataclass(frozen=True)
class Bound:
    """A figure that cannot be passed, or what chance gives."""

    measure: str
    value: float
    sentence: str


def bounds(pipeline: Pipeline) -> list[Bound]:
    """Everything that is known beforehand about the figures of a pipeline."""
    if pipeline.id == "moving-average":
        return _moving_average(pipeline)
    if pipeline.id.startswith("echo"):
        return _echo(pipeline)
    return _alphabet(pipeline)


def _moving_average(pipeline: Pipeline) -> list[Bound]:
    tsteps = int(pipeline.options.get("tsteps", 2))
    lahead = int(pipeline.options.get("lahead", 1))
    size = int(pipeline.options.get("batch_size", 1))
    constant = stateless_bound(tsteps, 0)
    found = [
        Bound("rmse", constant, "always answering 0 gives this: (a / sqrt 3) / sqrt n"),
    ]
    seen = _visible(tsteps, lahead, size, stateful=pipeline.spec.stateful)
    floor = AMPLITUDE / math.sqrt(3) * math.sqrt(tsteps - seen) / tsteps
    if floor:
        found.append(
            Bound(
                "rmse",
                floor,
                f"no network goes below, chance in the test part aside: {tsteps - seen} of the "
                f"{tsteps} averaged values never reach it",
            )
        )
    return found


def _visible(tsteps: int, lahead: int, batch_size: int, *, stateful: bool) -> int:
    """How many of the last ``tsteps`` values the network has seen, by row or by state.

    Row s of a batch continues row s of the batch before, which ended ``batch_size`` values ago, so
    with a carried state it has seen lags k B to k B + lahead - 1 for every k.
    """
    period = batch_size if stateful else tsteps
    return sum(lag % period < lahead for lag in range(tsteps))


def _echo(pipeline: Pipeline) -> list[Bound]:
    numbers = echo.WIDTH - 1
    n_out = pipeline.spec.output_shape(1, pipeline.spec.time_steps or 1)[1]
    answers = pipeline.rows * n_out
    return [
        Bound("fresh_accuracy", 1 / numbers, f"chance: one of {numbers} numbers"),
        Bound("last_loss", math.log(numbers), f"the loss of not knowing: log {numbers}"),
        Bound(
            "last_accuracy",
            1 / answers,
            f"the accuracy of an epoch is a multiple of 1/{answers}: {pipeline.rows} windows of "
            f"{n_out} answers, in which most numbers of the sequence stand several times",
        ),
    ]


def _alphabet(pipeline: Pipeline) -> list[Bound]:
    data = pipeline.data(np.random.RandomState(pipeline.data_seed))
    counts = data.y.sum(axis=0)
    share = float(counts.max() / counts.sum())
    classes = int((counts > 0).sum())
    found = [
        Bound("accuracy", share, "always the most frequent letter"),
        Bound("loss", math.log(classes), f"the loss of not knowing: log {classes}"),
    ]
    if not pipeline.spec.stateful:
        best = best_possible_accuracy(data.x, data.y)
        found.append(Bound("accuracy", best, "rows that are the same input get the same answer"))
    return found
