"""The moving-average example: a random series, its lagged copies, its rolling mean, the split."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.data.bad_input import rectangular, whole_number, without_nan
from lstm_spec.data.draws import RandomSource, uniform


def rows_to_drop(tsteps: int, lahead: int) -> int:
    """How many first rows have no full mean or no full lag: max(tsteps - 1, lahead - 1)."""
    return (
        max(whole_number(tsteps, "tsteps", at_least=1), whole_number(lahead, "lahead", at_least=1))
        - 1
    )


def uniform_series(length: int, amplitude: float, rng: RandomSource) -> Array:
    """``length`` values, uniform on (-amplitude, amplitude), as float64.

    The example draws 1000 + ``rows_to_drop`` values with amplitude 0.1 from ``RandomState(1986)``.
    """
    length = whole_number(length, "length", at_least=1)
    if not 0 < amplitude < np.inf:
        raise ValueError(f"amplitude must be a positive number, got {amplitude}")
    return uniform(rng, -amplitude, amplitude, length)


def rolling_mean(series: Any, window: int) -> Array:
    """The mean of each value and the ``window - 1`` before it, (length,).

    The first ``window - 1`` entries have too few values behind them and are NaN.
    """
    means: Array = _shifted(series, window, "window").mean(axis=-1)
    return means


def lagged(series: Any, lahead: int) -> Array:
    """Column i is the series shifted down by i: (length, lahead), the newest value first.

    Read as time steps, a row runs backwards in time. Entries from before the series are NaN.
    """
    return _shifted(series, lahead, "lahead")


def supervised(series: Any, tsteps: int, lahead: int) -> tuple[Array, Array]:
    """Inputs x (n, lahead, 1) and targets y (n, 1) with n = length - ``rows_to_drop``.

    The target is the mean of the last ``tsteps`` values, of which the input shows ``lahead``.
    """
    dropped = rows_to_drop(tsteps, lahead)
    x, y = lagged(series, lahead)[dropped:], rolling_mean(series, tsteps)[dropped:]
    return x[:, :, np.newaxis], y[:, np.newaxis]


def split(
    x: Any, y: Any, batch_size: int, ratio: float = 0.8
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """(x_train, y_train), (x_test, y_test): consecutive parts, each in whole batches.

    The training part, ``int(rows * ratio)`` rows, is cut down to a multiple of the batch size; the
    test part starts where it ends and loses the last ``rows % batch_size`` rows. Raises ValueError
    where x and y differ in length or a part would be empty.
    """
    inputs, targets = rectangular(x, "x"), rectangular(y, "y")
    batch_size = whole_number(batch_size, "batch_size", at_least=1)
    if len(inputs) != len(targets):
        raise ValueError(
            f"x and y must have the same rows, got shapes {inputs.shape} and {targets.shape}"
        )
    rows = len(inputs)
    border = int(rows * ratio)
    border -= border % batch_size
    end = rows - rows % batch_size
    if not 0 < border < end:
        raise ValueError(
            f"{rows} rows at ratio {ratio} leave a part without a whole batch of {batch_size}; "
            "give more rows or a smaller batch size"
        )
    return (inputs[:border], targets[:border]), (inputs[border:end], targets[border:end])


def _series(series: Any) -> Array:
    values = without_nan(series, "series").astype(np.float64)
    if values.ndim != 1:
        raise ValueError(f"series must be (length,), got shape {values.shape}")
    return values


def _shifted(series: Any, count: int, name: str) -> Array:
    """So many copies of the series side by side, each a row lower than the one before it."""
    values = _series(series)
    count = whole_number(count, name, at_least=1)
    if count > len(values):
        raise ValueError(f"a series of length {len(values)} is shorter than {name} = {count}")
    columns = np.full((len(values), count), np.nan)
    for shift in range(count):
        columns[shift:, shift] = values[: len(values) - shift]
    return columns
