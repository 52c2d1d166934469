"""Mistakes that nobody planted: what the diagnosis says of them is right, and of each kind it says
something."""

import warnings

import numpy as np
import pytest
import unplanted_in_a_life  # each mistake of it is registered
import unplanted_in_a_pass  # noqa: F401
from unplanted import AGAIN, WRONG

from lstm_spec.diagnosis import diagnose
from lstm_spec.selftest.cached_oracle import CachedOracle
from reference.numpy import implementation

ORACLE = CachedOracle(implementation)


def told_of(name, seed):
    """The sentences about a mistake; whoever loses a race does not depend on earlier tests."""
    unplanted_in_a_life.Race.dice = np.random.default_rng(seed)
    engine, _ = WRONG[name]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [one.sentence for one in diagnose(engine, ORACLE, seed)]


@pytest.mark.parametrize("name", WRONG)
def test_it_is_named_rightly_or_not_at_all(name):
    _, words = WRONG[name]
    told = told_of(name, 0)
    assert bool(told) == bool(words)
    for sentence in told:
        assert any(one in sentence for one in words), told


RACES = [name for name, (_, words) in WRONG.items() if words == (AGAIN,)]


@pytest.mark.parametrize("seed", range(1, 4))
@pytest.mark.parametrize("name", RACES)
def test_a_race_is_told_as_nothing_else(name, seed):
    assert all(one.startswith(AGAIN) for one in told_of(name, seed))
