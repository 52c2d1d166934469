"""Models of a narrow precision: numbers that their type can hold, and how far they may be off.

The unit roundoff u is 2^-11 for float16 and 2^-8 for bfloat16: a rounded number is off by at most
u times itself. In one step, what enters a gate is rounded three times if products are added up in
float32, as engines for these types do, and is off by up to 3 u for a sum within 1. A sigmoid, with
a slope of at most 1/4, is then off by 1.5 u with its own rounding, tanh by 4 u, and c by 7 u and
three roundings of its own. Of an error in c the next step keeps the share f, the forget gate, about
a half with the small weights here: the errors of all steps before add up to no more than that of
two steps, and 1000 steps are no worse than ten.

These are bounds of numbers within 1. Outputs are within a seventh here, and roundings go either
way: an engine that rounds after every operation is off by up to 0.75 u (40 seeds, 200 steps;
``tests/reference/test_narrow.py`` has it). ``ROUNDOFFS`` is ten times that, rounded up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.conformance.support.choices import each_that_is_built
from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.model import LSTM, NARROW, ModelSpec, Precision
from lstm_spec.model.mapping import maps_of

ROUNDOFFS = 8
"""How many units of roundoff a number may be off."""

UNITS, FEATURES, ROWS, STEPS = 3, 2, 2, 4

LAYER = LSTM(UNITS, return_sequences=True)

DRAWN = replace(LAYER, recurrent_initializer="glorot uniform")
"""The same without orthogonal rows, which a library may not be able to draw: CELL-512 asks."""

SOURCE = "Keras dtype policies; IEEE 754 binary16; Micikevicius et al. 2018"


def tolerance(precision: Precision) -> float:
    """How far a model of this precision may be from one that rounds nothing between."""
    return ROUNDOFFS * NARROW[precision].roundoff


def spec_of(precision: Precision) -> ModelSpec:
    """One layer that gives its whole sequence."""
    return ModelSpec((LAYER,), FEATURES, precision=precision)


def each_precision(
    subject: Implementation, among: Sequence[Precision] = tuple(NARROW), **changes: Any
) -> Iterator[tuple[Precision, ModelSpec, Model]]:
    """A model of each precision that the subject can build; Unsupported if there is none.

    ``changes`` are other fields of the description; ``stateful`` is that of the layer.
    """
    layer = DRAWN if "recurrent_initializer" in maps_of(subject).get("LSTM", ()) else LAYER
    layer = replace(layer, stateful=changes.pop("stateful", False))
    changes.setdefault("layers", (layer,))
    specs = ((one, replace(spec_of(one), **changes)) for one in among)
    for _, spec, model in each_that_is_built(subject, specs):
        yield spec.precision, spec, model


def small_weights(trial: Trial, spec: ModelSpec) -> list[Array]:
    """Weights with which the inputs of the gates stay within about 1, none of them narrow."""
    return [np.clip(one, -0.3, 0.3) for one in trial.weights(spec, scale=0.2)]


def nearest(precision: Precision, values: Array) -> Array:
    """The nearest numbers of the narrow type, as float64."""
    narrow, wide = NARROW[precision], np.asarray(values, np.float64)
    exponents = np.maximum(np.frexp(wide)[1], narrow.smallest + 1)
    unit = np.exp2((exponents - narrow.digits).astype(np.float64))
    rounded: Array = np.rint(wide / unit) * unit
    return rounded
