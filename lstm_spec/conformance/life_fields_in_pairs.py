"""Any model in any order of its operations: fields are tried in pairs, not one at a time.

The models are the rows of covering arrays (``lstm_spec.checking.covering``): whatever two values
two fields can have, some row has both. A script for a row has every operation that the subject can
do with this model, in an order that is drawn, and everything is compared after each of them.
"""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, Strength, clause
from lstm_spec.conformance.support.over_rows import any_order, over_any_model, over_rows
from lstm_spec.contract import Capability, Implementation

SOURCE = "contract: every method, and every field of the description; pairwise testing"

MASKED = (Capability.FORWARD, Capability.LAYERS, Capability.MASK)


@clause(
    "LIFE-140",
    "Whatever two values two fields of its description have, a model gives the results of the "
    "oracle in every operation, in any order of the operations.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
)
def any_two_fields_and_any_order_agree(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Up to three layers of equal or unequal width, each with its own fields, in both number types.

    A field that a subject does not have stands at its plain value, so that all pairs of the others
    are still tried. A failure is shrunk to the plainest model and the shortest script.
    """
    over_any_model(subject, oracle, trial, any_order, first=4)


@clause(
    "LIFE-141",
    "Behind a Masking layer, too, a model gives the results of the oracle in every operation, "
    "whatever its other fields are.",
    source=SOURCE,
    needs=MASKED,
)
def any_field_and_any_order_agree_behind_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The inputs have masked steps anywhere in a row, but never in all of it.

    A layer that reads backwards is the last one here: what becomes of a mask behind it is asked by
    MASK-40 and MASK-41, and together with every field at the level full.
    """
    over_rows(subject, oracle, trial, "core, masked", any_order, first=2)


@clause(
    "LIFE-142",
    "Every value of every field, together with every value of every other field, gives the results "
    "of the oracle in every operation.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
    level=Level.FULL,
)
def every_two_values_and_any_order_agree(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The core level has three values of each field at most, and fewer models of a slow subject."""
    over_rows(subject, oracle, trial, "full", any_order, everything=True)


@clause(
    "LIFE-143",
    "Behind a Masking layer, too, every value of every field gives the results of the oracle in "
    "every operation.",
    source=SOURCE,
    needs=MASKED,
    strength=Strength.SHOULD,
    level=Level.FULL,
)
def every_value_and_any_order_agree_behind_a_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each of them together with each value to be masked, and with both orders of the mask."""
    over_rows(subject, oracle, trial, "full, masked", any_order, everything=True)


@clause(
    "LIFE-144",
    "Zeros at masked steps, dropout outside training and the less common activations give the "
    "results of the oracle, together with any value of any other field.",
    source=SOURCE,
    needs=MASKED,
    level=Level.FULL,
)
def every_value_that_only_runs_agrees(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Call, predict and evaluate, with the states carried, set and reset, saved and cloned.

    The models are not trained: dropout is random then, and most of these activations have no bound,
    so that rounding would grow. Their derivatives are the subject of GRAD-180.
    """
    over_rows(subject, oracle, trial, "run only", any_order, everything=True)
