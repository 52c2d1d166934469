"""Every tolerance stands on a measured noise, and the noise can be measured again."""

from __future__ import annotations

import math

import pytest

from lstm_spec import tolerances
from lstm_spec.selftest import noise
from reference.numpy import implementation as float64
from reference.numpy import implementation_float32 as float32


@pytest.mark.parametrize("quantity", sorted(tolerances.NOISE))
def test_the_recorded_noise_is_the_measured_noise(quantity):
    measured = noise.measure(quantity, float32, float64, seeds=range(4))
    assert 0 < measured.largest <= tolerances.NOISE[quantity] * 1.5
    assert measured.median <= measured.largest
    assert measured.samples == 4 * len(noise.QUANTITIES[quantity][1])


def test_every_recorded_noise_has_a_way_to_measure_it():
    assert set(tolerances.NOISE) == set(noise.QUANTITIES)


@pytest.mark.parametrize("quantity", sorted(set(tolerances.NOISE) - {"TRAINED"}))
def test_a_tolerance_is_the_factor_times_the_noise_rounded_up(quantity):
    tolerance, measured = getattr(tolerances, quantity), tolerances.NOISE[quantity]
    assert tolerance >= tolerances.FACTOR * measured
    assert tolerance <= 2.5 * tolerances.FACTOR * measured, "wider than was derived"


def test_the_noise_of_a_subject_that_is_exact_is_zero():
    assert noise.measure("FORWARD", float64, float64, seeds=range(2)).largest == 0


def test_a_tolerance_would_notice_a_state_kept_in_half_precision():
    half_precision = 2.0**-11
    for name in ("FORWARD", "LOSS", "GRADIENT", "LOCKSTEP"):
        assert getattr(tolerances, name) < half_precision / 20


def test_float32_arithmetic_in_a_float64_engine_is_beyond_its_tolerance():
    measured = noise.measure("FORWARD", float32, float64, seeds=range(2))
    assert measured.median > 1000 * tolerances.FLOAT64


def test_the_step_of_finite_differences_balances_its_two_errors():
    losses_in_float32 = 1e-7
    rounding = 1.5 * losses_in_float32 / tolerances.FINITE_DIFFERENCE_STEP
    assert math.isclose(math.log2(tolerances.FINITE_DIFFERENCE_STEP), -6)
    assert rounding < tolerances.NOISE["FINITE_DIFFERENCE"] < 10 * rounding
