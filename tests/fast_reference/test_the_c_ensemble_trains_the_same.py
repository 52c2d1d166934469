"""Studies of a thousand seeds are run by an ensemble in C, which is held to the oracle here."""

import shutil

import numpy as np
import pytest

from lstm_spec.contract import Unsupported
from lstm_spec.pipelines import find
from lstm_spec.pipelines.lockstep import WEIGHTS
from lstm_spec.pipelines.training import train
from lstm_spec.subjects.find import find as find_implementation
from lstm_spec.tolerances import LOSS

c_ensemble = pytest.importorskip("benchmarks.c_ensemble", reason="runs in the checkout only")
needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")

ALPHABETS = [
    "alphabet-one-char",
    "alphabet-feature-window:generation=2017",
    "alphabet-time-steps",
    "alphabet-whole-batch",
    "alphabet-stateful:units=5",
    "alphabet-stateful:generation=2017",
]


@needs_compiler
@pytest.mark.parametrize("name", ALPHABETS)
def test_every_lane_is_the_oracle_from_its_own_seed(name):
    pipeline, oracle = find(name), find_implementation("numpy")
    seeds = [3, *range(20, 28)]  # more than fit side by side, and a last block with room left
    ensemble = c_ensemble.implementation.whole_runs(pipeline, seeds, 3)
    assert len(ensemble) == len(seeds)
    for seed, ours in zip(seeds, ensemble, strict=True):
        if seed not in (3, 27):
            continue
        theirs = train(pipeline, oracle, seed=seed, epochs=3)
        for figure, values in theirs.history.items():
            np.testing.assert_allclose(ours.history[figure], values, atol=LOSS, err_msg=figure)
        for got, expected in zip(ours.model.get_weights(), theirs.model.get_weights(), strict=True):
            np.testing.assert_allclose(got, expected, atol=WEIGHTS)


@pytest.mark.parametrize("name", ["echo-whole-sequence", "moving-average", "echo-encoder-decoder"])
def test_it_refuses_what_it_does_not_train(name):
    with pytest.raises(Unsupported, match="alphabet family"):
        c_ensemble.implementation.whole_runs(find(name), [0], 1)
