"""Every activation that can be named, in each of its two places in an LSTM: the outputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.choices import cells_with
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import Activation
from lstm_spec.model.layers import CELLS

OF_VECTORS: tuple[Activation, ...] = ("softmax", "log_softmax", "sparsemax_keras3")
"""Those that work on a whole vector: in an LSTM, on the units of one gate."""

UNITS, FEATURES = 5, 3  # not as many units as gates
SWEEP = np.linspace(-4.05, 4.05, 28).reshape(7, 1, 4)[..., :FEATURES]
"""Values of both signs on every piece of the activations that are made of pieces."""

STEPS = np.array([1.0, -0.5])[:, None]
"""Two, so that there is something to forget; with more, a gate without a bound lets states grow."""


FOR_ONE_STEP = ("hard_shrink", "exponential")
"""One jumps at 0.5: a rounding of a number that happens to lie there would be a large difference.
The other multiplies the rounding of a cell state by its own size."""


def _same_outputs(
    subject: Implementation, oracle: Implementation, trial: Trial, words: Sequence[Activation]
) -> None:
    """Two steps of seven rows; each feature goes to one unit of every gate.

    Two functions get a single step without a bias, the exponential one a quarter of the numbers:
    what goes in is then the same for every seed, and none of it near the jump.
    """
    for what, spec, ours in cells_with(subject, words, UNITS, FEATURES):
        fixed = any(word in what for word in FOR_ONE_STEP)
        scale, steps = 0.25 if "exponential" in what else 1.0, STEPS[:1] if fixed else STEPS
        recurrent = trial.array(UNITS, 4 * UNITS, scale=0.02)
        bias = trial.array(4 * UNITS, scale=0.0 if fixed else 0.5)
        kernel = np.tile(scale * np.eye(FEATURES, UNITS), 4).astype(np.float32)
        weights = [kernel, recurrent, bias]
        ours.set_weights(weights)
        x = (SWEEP * steps).astype(np.float32)
        got, expected = ours.call(x), trial.model(oracle, spec, weights).call(x)
        # The tolerance is for numbers of order one; these functions have no upper bound.
        size = max(1.0, float(np.abs(expected.outputs).max()))
        told = f"outputs with {what}" + (f", divided by {size:.3g}" if size > 1 else "")
        trial.assert_close(got.outputs / size, expected.outputs / size, told)


@clause(
    "CELL-180",
    "Whichever activations are named, the candidate and the cell state pass through the "
    "activation, and the three gates through the recurrent activation.",
    source="Keras documentation of activations; the papers that it names",
)
def every_named_activation_is_that_function(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Names that a subject does not map are left out. Many of these functions are alike near zero,
    so what they are given reaches from -4 to 4: there, a slope of 0.01 in place of 0.2 below zero,
    or an approximation of the error function, makes a difference that can be seen.
    """
    _same_outputs(subject, oracle, trial, CELLS)


@clause(
    "CELL-181",
    "An activation of vectors, such as softmax, works on the units of one gate at a time.",
    source="Keras: the gates are split before they are activated",
    needs=(Capability.FORWARD,),
    strength=Strength.SHOULD,
)
def an_activation_of_vectors_sees_one_gate(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that activates several gates in one call would add up over all of them."""
    _same_outputs(subject, oracle, trial, OF_VECTORS)
