"""How far a correct implementation may be from the float64 oracle, and where each figure is from.

Differences are absolute, against float64, for unsaturated values of order one. A float32 LSTM stays
near 1e-7 there while its distance in ULPs grows without bound near zero, so no relative tolerance
is used. Each tolerance is ``FACTOR`` times the noise that ``lstm_spec.selftest.noise`` measures
between a float32 and a float64 engine over 200 seeds, rounded up; where more had to be said, it is
said. The smallest planted bug moves results by 1e-3 and more.
"""

from __future__ import annotations

FACTOR = 10
"""Another correct engine adds up in another order, fuses, or uses another exp: room for all that,
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
"""The largest differences measured, numpy-float32 against numpy, seeds 0 to 199."""

EXACT = 0.0
"""The same operation on the same numbers: not one bit may move."""

FLOAT64 = 1e-12
"""Between two float64 engines; anything computed in float32 on the way is off by 1e-8 and more."""

FORWARD = 5e-6
"""Outputs and states: up to 8 units, 100 steps, inputs of magnitude 3."""

LOSS = 1e-5
"""One loss value, with targets of magnitude two (losses up to about ten)."""

GRADIENT = 5e-6
"""Gradients of every weight and of x, averaged over a few rows and steps, targets up to four."""

FINITE_DIFFERENCE_STEP = 2.0**-6
"""Four losses around a point (error of order four) at 1 and 2 steps in a direction of ones.

The error of cutting the series off grows like the step to the fourth, that of float32 (a loss is
good to about 1e-7) shrinks like 1.5 * 1e-7 / step. At 2^-6 both are about 2e-5: at 2^-5 the first
is sixteen times larger, at 2^-8 the second four times.
"""

FINITE_DIFFERENCE = 4e-4
"""The derivative with that step, along a direction in which every weight of an array changes."""

LOCKSTEP = 2e-5
"""Weights and losses during 50 updates of SGD, or of Adam at a learning rate of 0.01 from a steep
beginning (``lockstep.steep_run``).

Twenty times the noise, because some correct engines hold beta_2 in float32: 1 - 0.999 is then off
by 1.3e-5 of itself, the corrected step by half of that, and 50 steps of 0.01 by up to 3.2e-6.
"""

TRAINED = 5e-4
"""Weights after tens of updates of Adam, at a learning rate up to 0.01, from *any* beginning.

No multiple of a measured noise bounds this. Adam divides every gradient by its own size: where the
first gradient of a component is the r-th part of the largest, float32 moves it by 0.01 * 1e-7 / r
from where float64 does. 5e-4 allows for r = 2e-6, as good as never met by chance (600 runs stayed
below 1e-6). Prefer a steep beginning and ``LOCKSTEP``.
"""

ADAM_STEP = 2.5e-3
"""A step of Adam in units of a learning rate not below 2^-13 = 1.2e-4: half a unit in the last
place of a float32 weight of order two is 5e-4 of such a step."""
