"""CELL: what a new model starts from, as statistics.

The numbers are random, so each bound is one that a right draw practically never passes. For n
independent numbers between a and b, Hoeffding's inequality says that their mean is off by t with a
probability of at most 2 exp(-2 n t^2 / (b - a)^2). Together, the checks of this file accuse a
conforming engine less than once in a million runs.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Array, Capability, Implementation, build
from lstm_spec.model import LSTM, Bidirectional, Dense, ModelSpec

GLOROT = "Glorot & Bengio 2010; Keras LSTM: glorot_uniform"
SAXE = "Saxe et al. 2014; Keras LSTM: orthogonal"
FEATURES, UNITS, CLASSES = 30, 20, 50
ROUNDED = 1e-5
"""Products of float32 numbers that are one or zero but for rounding."""


def uniform(trial: Trial, weight: Array, what: str) -> None:
    """The entries are uniform between plus and minus sqrt(6 / (rows + columns)).

    Of at least 600 entries, one is beyond 0.95 of the limit but with probability 0.95^600 = 4e-14;
    their mean is within 0.25 of it but with 2 exp(-600 * 0.25^2 / 2) = 1.4e-8; the mean of their
    squares within 0.15 of a third but with 2 exp(-2 * 600 * 0.15^2) = 4e-12.
    """
    limit = float(np.sqrt(6.0 / sum(weight.shape)))
    scaled = weight.astype(np.float64) / limit
    largest = float(np.abs(scaled).max())
    trial.assert_that(
        0.95 < largest < 1 + ROUNDED,
        f"{what}: expected the largest entry just below {limit:.4g}, got {largest * limit:.4g}",
    )
    mean, square = float(scaled.mean()), float(np.square(scaled).mean())
    trial.assert_that(abs(mean) < 0.25, f"{what}: expected a mean near 0, got {mean * limit:.3g}")
    trial.assert_that(
        abs(square - 1 / 3) < 0.15,
        f"{what}: expected a mean square of a third of the limit's square, got {square:.3g} of it",
    )


@clause(
    "CELL-110",
    "The kernel of a new layer is uniform between plus and minus sqrt(6 / (features + 4 units)), "
    "in each of its four gates.",
    source=GLOROT,
    needs=(Capability.FORWARD, Capability.TRAIN),
    strength=Strength.SHOULD,
)
def a_new_kernel_is_uniform(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """2400 entries, 600 for each gate. With weights ten times as large, the gates are saturated and
    learn nothing; with the same draw for each gate, they start as one.
    """
    kernel = build(subject, ModelSpec((LSTM(UNITS),), FEATURES)).get_weights()[0]
    uniform(trial, kernel, "the new kernel")
    blocks = np.split(kernel.astype(np.float64), 4, axis=1)
    limit = float(np.abs(kernel).max())
    for index, block in enumerate(blocks):
        square = float(np.square(block / limit).mean())
        trial.assert_that(
            abs(square - 1 / 3) < 0.15,
            f"gate {index}: expected a mean square of a third, got {square:.3g} of the limit's",
        )
        for other in blocks[:index]:
            apart = float(np.abs(block - other).max())
            trial.assert_that(apart > limit / 2, f"gate {index} starts like another one")


@clause(
    "CELL-111",
    "The recurrent kernel of a new layer has rows of length one at right angles: times its "
    "transpose it is the identity.",
    source=SAXE,
    needs=(Capability.FORWARD, Capability.TRAIN),
    strength=Strength.SHOULD,
)
def a_new_recurrent_kernel_is_orthogonal(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows are random: an entry of a random row of 80 is beyond 0.75 with a probability of
    2 (1 - 0.75^2)^39.5, so that none of 1600 is but with 2e-11.
    """
    recurrent = build(subject, ModelSpec((LSTM(UNITS),), FEATURES)).get_weights()[1]
    rows = recurrent.astype(np.float64)
    trial.assert_close(rows @ rows.T, np.eye(UNITS), "rows times their transpose", ROUNDED)
    largest = float(np.abs(rows).max())
    trial.assert_that(largest < 0.75, f"expected random rows, got one with the entry {largest:.3g}")


@clause(
    "CELL-112",
    "The two directions of a new bidirectional layer start with different weights, and so do two "
    "layers of the same shape.",
    source="networks that start equal learn the same",
    needs=(Capability.FORWARD, Capability.TRAIN, Capability.BIDIRECTIONAL, Capability.LAYERS),
)
def directions_and_layers_start_apart(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Kernels and recurrent kernels; the biases of new layers are equal on purpose."""
    layer = LSTM(UNITS, return_sequences=True)
    both = build(subject, ModelSpec((Bidirectional(layer),), FEATURES)).get_weights()
    stack = build(subject, ModelSpec((layer, layer), UNITS)).get_weights()
    for what, weights in (("directions", both), ("layers", stack)):
        for index, name in enumerate(("kernels", "recurrent kernels")):
            apart = float(np.abs(weights[index] - weights[index + 3]).max())
            trial.assert_that(
                apart > 0.05,
                f"the {name} of two {what}: expected a difference, got at most {apart:.3g}",
            )


@clause(
    "CELL-113",
    "The kernel of a new Dense layer is uniform between plus and minus sqrt(6 / (inputs + units)), "
    "and its bias is zero.",
    source=GLOROT,
    needs=(Capability.FORWARD, Capability.TRAIN, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def a_new_dense_layer_is_uniform(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """1000 entries."""
    spec = ModelSpec((LSTM(UNITS), Dense(CLASSES)), FEATURES)
    *_, kernel, bias = build(subject, spec).get_weights()
    uniform(trial, kernel, "the new Dense kernel")
    trial.assert_equal(bias, np.zeros(CLASSES), "the new Dense bias")
