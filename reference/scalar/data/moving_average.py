"""A random series, its lagged copies, its rolling mean, and the split in two."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lstm_spec.contract import Array
from reference.scalar.data.plain import nested, shape, whole


def rows_to_drop(tsteps: int, lahead: int) -> int:
    """The first rows lack ``tsteps - 1`` values of the mean or ``lahead - 1`` of the input."""
    tsteps, lahead = whole(tsteps, "tsteps", least=1), whole(lahead, "lahead", least=1)
    return tsteps - 1 if tsteps > lahead else lahead - 1


def uniform_series(length: int, amplitude: float, rng: Any) -> Array:
    """``length`` values from -amplitude..amplitude, drawn one by one."""
    length = whole(length, "length", least=1)
    if not 0 < amplitude < math.inf:
        raise ValueError(f"amplitude must be a positive number, got {amplitude}")
    return np.array([float(rng.uniform(-amplitude, amplitude)) for _ in range(length)])


def _values(series: Any, window: int, what: str) -> tuple[list[float], int]:
    values = nested(series, "series")
    if len(shape(values)) != 1:
        raise ValueError(f"series must be (length,), got shape {shape(values)}")
    return [float(value) for value in values], whole(window, what, 1, len(values))


def rolling_mean(series: Any, window: int) -> Array:
    """The mean of every value and the ``window - 1`` before it; NaN where these are missing."""
    values, window = _values(series, window, "window")
    means = []
    for now in range(len(values)):
        total = 0.0
        for back in range(window):
            total += values[now - back] if now >= back else math.nan
        means.append(total / window)
    return np.array(means)


def lagged(series: Any, lahead: int) -> Array:
    """In column i the value of i steps ago; NaN before the series began."""
    values, lahead = _values(series, lahead, "lahead")
    rows = []
    for now in range(len(values)):
        rows.append([values[now - back] if now >= back else math.nan for back in range(lahead)])
    return np.array(rows)


def supervised(series: Any, tsteps: int, lahead: int) -> tuple[Array, Array]:
    """Inputs (n, lahead, 1) and targets (n, 1), without the rows that lack a value."""
    dropped = rows_to_drop(tsteps, lahead)
    inputs, means = lagged(series, lahead).tolist(), rolling_mean(series, tsteps).tolist()
    x = [[[value] for value in row] for row in inputs[dropped:]]
    y = [[value] for value in means[dropped:]]
    return np.array(x).reshape(len(x), lahead, 1), np.array(y).reshape(len(y), 1)


def split(
    x: Any, y: Any, batch_size: int, ratio: float = 0.8
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Training and test part, consecutive, each cut down to whole batches."""
    batch_size = whole(batch_size, "batch_size", least=1)
    if not 0 < ratio < 1:
        raise ValueError(f"ratio must lie between 0 and 1, got {ratio}")
    inputs, targets = nested(x, "x"), nested(y, "y")
    if not shape(inputs) or not shape(targets) or len(inputs) != len(targets):
        raise ValueError("x and y must have the same number of rows")
    border = int(len(inputs) * ratio)
    while border % batch_size:
        border -= 1
    end = len(inputs)
    for _ in range(len(inputs) % batch_size):
        end -= 1
    if border == 0 or border >= end:
        raise ValueError(f"a part is left without a whole batch of {batch_size}")
    train = np.array(inputs[:border]), np.array(targets[:border])
    return train, (np.array(inputs[border:end]), np.array(targets[border:end]))
