"""How far a correct implementation may be from the float64 oracle, and where each figure is from.

Differences are absolute, against float64, for unsaturated values of order one. A float32 LSTM stays
near 1e-7 there while its distance in ULPs grows without bound near zero, so no relative tolerance
is used. Each figure is ten times the largest noise of a conforming float32 engine, rounded up; the
smallest planted bug moves results by 1e-3 and more.
"""

FORWARD = 2e-6
"""Outputs and states after tens of steps: float32 noise is 2e-7."""

GRADIENT = 5e-6
"""Gradients summed over a batch of a few rows and steps: float32 noise is 5e-7."""

LOSS = 5e-6
"""One loss value of order one."""

TRAINED = 5e-4
"""Weights after tens of optimiser steps, where Adam divides small gradients by their own size."""

EXACT = 0.0
"""The same operation on the same numbers: not one bit may move."""

FLOAT64 = 1e-12
"""Between two float64 engines; anything computed in float32 on the way is off by 1e-8 and more."""

FINITE_DIFFERENCE_STEP = 2.0**-6
FINITE_DIFFERENCE = 2e-4

LOCKSTEP = 2e-5
ADAM_STEP = 2e-3
