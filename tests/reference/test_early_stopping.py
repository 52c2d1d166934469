"""When the NumPy engine stops early: what no clause waits for."""

import numpy as np
import pytest

from reference.numpy.fitting import EarlyStopping


@pytest.mark.parametrize("patience", [1, 2, 257, 300])
def test_it_stops_after_as_many_epochs_without_gain_as_its_patience(patience):
    watch = EarlyStopping(patience)
    best = [np.ones(2)]
    assert not watch.stops({"val_loss": 1.0}, best)
    stops = [watch.stops({"val_loss": 2.0}, [np.zeros(2)]) for _ in range(patience)]
    assert stops == [False] * (patience - 1) + [True]
    assert watch.weights is best
