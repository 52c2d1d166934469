"""How far a correct implementation may be from the float64 oracle, and why.

Differences are absolute differences from float64 results, for unsaturated values of order one. The
error of a float32 LSTM stays near 1e-7 there, while its distance in ULPs grows without bound near
zero, so no relative tolerance is used. Each tolerance is ``FACTOR`` times the noise that
``lstm_spec.selftest.noise`` measures between a float32 and a float64 engine over 200 seeds, rounded
up; any other reason is given with the constant. ``docs/tolerances.md`` compares each tolerance with
the effects of the planted mistakes.
"""

from __future__ import annotations

FACTOR = 10
"""Room for another correct engine that adds in another order, fuses operations or uses another exp,
and for the seeds that were not tried."""

NOISE = {
    "FORWARD": 4.5e-7,
    "LOSS": 9.1e-7,
    "GRADIENT": 3.8e-7,
    "FINITE_DIFFERENCE": 3.7e-5,
    "LOCKSTEP": 9.6e-7,
    "TRAINED": 9.6e-7,
    "ADAM_STEP": 2.4e-4,
}
"""The largest measured differences between numpy-float32 and numpy, seeds 0 to 199."""

EXACT = 0.0
"""The same operation on the same numbers: not a single bit may change."""

FLOAT64 = 1e-12
"""For two float64 engines; anything that is computed in float32 is off by 1e-8 and more."""

FORWARD = 5e-6
"""Outputs and states: up to 8 units, 100 steps, inputs of magnitude 3."""

LOSS = 1e-5
"""One loss value, with targets of magnitude two (losses up to about ten)."""

GRADIENT = 5e-6
"""Gradients of every weight and of x, averaged over a few rows and steps, targets up to four."""

FINITE_DIFFERENCE_STEP = 2.0**-6
"""Four losses around a point (error of order four) at 1 and 2 steps in a direction of ones.

The truncation error of the series grows like the fourth power of the step, and the error of float32
(a loss is accurate to about 1e-7) shrinks like 1.5 * 1e-7 / step. At 2^-6 both are about 2e-5: at
2^-5 the first is sixteen times larger, at 2^-8 the second four times.
"""

FINITE_DIFFERENCE = 4e-4
"""The derivative with that step, along a direction in which every weight of an array changes."""

LOCKSTEP = 2e-5
"""Weights and losses during 50 updates of SGD, or of Adam at a learning rate of 0.01 from a steep
start (``lockstep.steep_run``).

It is twenty times the noise, because some correct engines store beta_2 in float32: 1 - 0.999 then
has a relative error of 1.3e-5, the corrected step half of that, and 50 steps of 0.01 are off by up
to 3.2e-6.
"""

TRAINED = 5e-4
"""Weights after tens of updates of Adam, at a learning rate up to 0.01, from *any* start.

No multiple of a measured noise is a bound here. Adam divides every gradient by its own size: if the
first gradient of a component is the fraction r of the largest, the step in float32 differs from
that in float64 by 0.01 * 1e-7 / r. 5e-4 allows for r = 2e-6, which practically never occurs by
chance (600 runs stayed below 1e-6). Prefer a steep start and ``LOCKSTEP``.
"""

ADAM_STEP = 2.5e-3
"""A step of Adam in units of a learning rate not below 2^-13 = 1.2e-4: half a unit in the last
place of a float32 weight of order two is 5e-4 of such a step."""
