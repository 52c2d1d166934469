"""A loss that is scaled for its gradients trains as one that is not.

The factor is a power of two, so that a multiplication and a division by it are exact.
"""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.updates import each_in_lockstep, scene
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import SGD, Adam, AdamW, AnyOptimizer, RMSprop
from lstm_spec.tolerances import FORWARD

KERAS = "Keras documentation, optimizers: loss_scale_factor"
SOURCE = f"{KERAS}; Micikevicius et al. 2018, section 3.2"
FACTOR = 2.0**10

STATELESS: tuple[AnyOptimizer, ...] = (
    SGD(0.25, momentum=0.75, clipnorm=0.125, loss_scale_factor=FACTOR),
    Adam(0.01, epsilon=1e-3, weight_decay=0.25, loss_scale_factor=FACTOR),
)
STATEFUL: tuple[AnyOptimizer, ...] = (
    AdamW(0.01, epsilon=1e-3, global_clipnorm=0.25, loss_scale_factor=1 / FACTOR),
    RMSprop(0.01, epsilon=1e-3, clipvalue=0.0625, loss_scale_factor=FACTOR),
)


@clause(
    "TRAIN-544",
    "With loss_scale_factor, an update is that of the plain loss: the gradients are divided by the "
    "factor before anything else is done with them.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def a_scaled_loss_trains_as_a_plain_one(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One update with a limit that the plain gradient does not reach, and the scaled one does."""
    here = scene(subject, oracle, trial, SGD(0.5, clipnorm=64.0, loss_scale_factor=FACTOR))
    x, y = here.batch()
    expected = [-0.5 * slope for slope in here.slopes(x, y)]
    here.agree(here.moved(x, y), expected, "movement", FORWARD)


@clause(
    "TRAIN-545",
    "Fifty updates with loss_scale_factor give the same loss and the same weights after every "
    "update, with limits of the gradient, momentum and weight decay beside it.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def scaled_losses_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two optimisers; one that the subject lacks is left out."""
    each_in_lockstep(subject, oracle, trial, STATELESS)


@clause(
    "TRAIN-546",
    "A stateful model trains in lockstep with loss_scale_factor.",
    source=SOURCE,
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_scaled_losses_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The other two optimisers, one of them with a factor below one."""
    each_in_lockstep(subject, oracle, trial, STATEFUL, stateful=True)
