"""Bounds against brute force: a network that sees nothing, least squares that see some lags."""

import math

import numpy as np
import pytest

from lstm_spec.data import moving_average as series
from lstm_spec.pipelines import find
from lstm_spec.study.bounds import bounds

LENGTH = 40_000


def floor(name):
    values = [one.value for one in bounds(find(name)) if "no network" in one.sentence]
    return values[0] if values else 0.0


def best_linear(tsteps, lags):
    """RMSE of the best linear answer from these lags of the series."""
    rng = np.random.default_rng(0)
    values = series.uniform_series(LENGTH, 0.1, rng)
    target = np.convolve(values, np.ones(tsteps) / tsteps, "valid")
    columns = [values[tsteps - 1 - lag : LENGTH - lag] for lag in lags]
    if not columns:
        return float(np.sqrt(np.mean(target**2)))
    seen = np.stack(columns, axis=1)
    return float(np.sqrt(np.mean((target - seen @ np.linalg.lstsq(seen, target)[0]) ** 2)))


@pytest.mark.parametrize(
    ("name", "tsteps", "lags"),
    [
        ("moving-average:twin=stateless", 2, [0]),
        ("moving-average:twin=stateless,tsteps=5,lahead=3", 5, [0, 1, 2]),
        ("moving-average:tsteps=7,lahead=2,batch_size=3", 7, [0, 1, 3, 4, 6]),
        ("moving-average:batch_size=5", 2, [0]),
    ],
)
def test_the_floor_is_what_the_unseen_values_add(name, tsteps, lags):
    assert floor(name) == pytest.approx(best_linear(tsteps, lags), rel=0.02)


@pytest.mark.parametrize(
    "name",
    ["moving-average", "moving-average:lahead=2,twin=stateless", "moving-average:tsteps=7"],
)
def test_there_is_no_floor_where_everything_is_seen(name):
    assert floor(name) == 0.0


def test_the_chance_levels_of_the_echo_and_the_alphabet():
    echo = {one.measure: one.value for one in bounds(find("echo-encoder-decoder"))}
    assert echo["fresh_accuracy"] == pytest.approx(1 / 99)
    assert echo["last_loss"] == pytest.approx(math.log(99))
    assert echo["last_accuracy"] == pytest.approx(1 / 42)
    letters = bounds(find("alphabet-one-char"))
    assert [one.value for one in letters] == pytest.approx([1 / 25, math.log(25), 1.0])
