"""Shares, intervals and thresholds against figures that are known beforehand."""

import numpy as np
import pytest

from lstm_spec.study.claims import interval, power, reached, threshold
from lstm_spec.study.results import Results

pytest.importorskip("scipy", reason="needs the extra study")

HEADER = {"study": "alphabet-one-char", "epochs": 500, "documented_epochs": 500}


def results(accuracies):
    runs = [
        {"seed": seed, "accuracy": accuracy, "first_wrong": 20, "loss": 2.0 - accuracy}
        for seed, accuracy in enumerate(accuracies)
    ]
    return Results(HEADER, tuple(runs))


def test_an_interval_is_that_of_clopper_and_pearson():
    assert interval(0, 10) == pytest.approx((0.0, 1 - 0.025**0.1))
    assert interval(10, 10) == pytest.approx((0.025**0.1, 1.0))
    # Their own table (Biometrika 26, 1934) gives 0.19 to 0.81 for 5 of 10.
    assert interval(5, 10) == pytest.approx((0.187, 0.813), abs=1e-3)


def test_to_reach_is_to_be_as_good_and_just_it_is_to_be_equal():
    notebook, tutorial, *_ = reached(results([0.8, 0.84, 0.84, 0.88, 0.92]))
    assert (notebook.claim.published, notebook.count, notebook.same) == (0.88, 2, 1)
    assert (tutorial.claim.published, tutorial.count, tutorial.same) == (0.84, 4, 2)
    assert "4 of 5 seeds reach it (80.0%" in tutorial.sentence


def test_a_thousand_seeds_allow_a_threshold_for_two_runs():
    found = threshold(results(np.linspace(0.5, 1.0, 1000)), "accuracy")
    assert (found.runs, found.below) == (2, True)
    # At most 4 of 1000 beyond: the exact upper limit of their share is 0.0091, of 5 it is 0.0105.
    assert found.value == pytest.approx(0.5 + 4 * 0.5 / 999)
    assert found.false_alarms == pytest.approx(0.00913**2, rel=1e-2)


def test_few_seeds_ask_for_more_runs_or_allow_no_threshold():
    assert threshold(results(np.linspace(0.5, 1.0, 100)), "accuracy").runs == 3
    assert threshold(results(np.linspace(0.5, 1.0, 20)), "accuracy") is None


def test_losses_fail_from_above():
    found = threshold(results(np.linspace(0.5, 1.0, 1000)), "loss")
    assert not found.below
    assert found.fails([1.6, 1.7])
    assert not found.fails([1.6, 1.2])


def test_as_many_runs_as_the_threshold_is_for():
    found = threshold(results(np.linspace(0.5, 1.0, 1000)), "accuracy")
    with pytest.raises(ValueError, match="for 2 runs, got 1"):
        found.fails([0.1])


def test_conforming_runs_are_hardly_ever_turned_away():
    """Many thresholds from one distribution; the share of pairs beyond each, counted."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        found = threshold(results(rng.normal(0.8, 0.05, 1000)), "accuracy")
        beyond = (rng.normal(0.8, 0.05, 20_000) < found.value).mean()
        held += beyond**found.runs <= 1e-4
    assert held >= 180  # 95 % are promised: 190 expected, 180 is three deviations below


def test_power_is_the_share_of_wrong_runs_to_the_power_of_the_runs():
    found = threshold(results(np.linspace(0.5, 1.0, 1000)), "accuracy")
    assert power(found, results([0.1, 0.2, 0.3, 0.9])) == pytest.approx(0.75**2)
