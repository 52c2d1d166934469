"""How masks of dropout are read off results, and when a count of them is called wrong."""

import numpy as np
import pytest

from lstm_spec.checking.binomial import ALARM, is_unlikely, tail
from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.grad_drawn_masks import clear_situation, of_bias, of_x
from lstm_spec.conformance.support.drawn_masks import (
    CLEAR,
    ROWS,
    STEPS,
    UNITS,
    away_from_zero,
    dropping,
    of_outputs,
    possibilities,
)
from lstm_spec.evidence import Deviation
from reference import scalar
from reference.numpy import implementation


def test_all_counts_together_are_certain():
    assert tail(range(31), 30, 0.3) == pytest.approx(1.0)
    assert tail([30], 30, 0.5) == pytest.approx(2.0**-30)


def test_a_likely_count_is_none_and_a_far_one_is():
    assert not is_unlikely(64, 128, 0.5)
    assert not is_unlikely(50, 128, 0.5)
    assert is_unlikely(128, 128, 0.5)
    assert is_unlikely(0, 128, 0.5)
    assert is_unlikely(192, 256, 0.5)


@pytest.mark.parametrize(("of", "share"), [(32, 0.5), (128, 0.75), (512, 0.25)])
def test_a_right_count_is_called_wrong_as_seldom_as_is_said(of, share):
    wrong = [count for count in range(of + 1) if is_unlikely(count, of, share)]
    assert tail(wrong, of, share) < ALARM


def test_every_mask_is_read_that_is_put_in():
    trial = Trial("reading")
    for of in ("x", "h"):
        given, x = dropping(trial, of, 0.25), away_from_zero(trial, ROWS, STEPS, UNITS)
        reading = of_outputs(trial, implementation, given, x)
        for place, factors in enumerate(possibilities(0.25)):
            read = reading.masks(reading.candidates[place], "outputs")
            known = ~np.isnan(read)
            assert known.mean() > 0.8
            expected = np.broadcast_to(np.array(factors) > 0, read.shape)
            assert np.array_equal(read[known], expected[known])


def test_results_of_no_mask_are_told_apart_from_those_without_dropout():
    trial = Trial("reading")
    given, x = dropping(trial, "h", 0.5), away_from_zero(trial, ROWS, STEPS, UNITS)
    reading = of_outputs(trial, implementation, given, x)
    with pytest.raises(Deviation, match=r"recurrent dropout 0\.5: they are those without dropout"):
        reading.masks(reading.plain, "outputs")
    with pytest.raises(Deviation, match="they are those of no mask"):
        reading.masks(reading.plain + 0.01, "outputs")
    with pytest.raises(Deviation, match="they are those of no mask"):
        reading.masks(reading.plain * np.nan, "outputs")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("of", "shows"), [("x", of_x), ("h", of_bias), ("x", of_bias)])
def test_a_situation_is_found_in_which_no_mask_is_taken_for_another(of, shows, seed):
    case = clear_situation(Trial("clear", seed), implementation, of, shows)
    assert case.reading.closest > CLEAR


def test_both_oracles_declare_the_policy_that_they_have():
    assert implementation.dropout_masks == "one"
    assert scalar.implementation.dropout_masks == "by gate"
