"""Adam with amsgrad: what its second moment may not forget."""

from __future__ import annotations

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.conformance.support.updates import each_in_lockstep, scene
from lstm_spec.conformance.train_copies import loaded
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import Adam, AdamW
from lstm_spec.tolerances import LOCKSTEP

SOURCE = "Reddi, Kale & Kumar 2018, algorithm 2; Keras and PyTorch, Adam(amsgrad)"

SETTINGS = (
    Adam(0.03125, beta_1=0.5, beta_2=0.5, epsilon=0.015625, amsgrad=True),
    AdamW(0.03125, beta_1=0.5, beta_2=0.75, epsilon=0.015625, amsgrad=True, weight_decay=0.125),
)
"""Moments that forget soon, so that the largest is not the last."""


@clause(
    "TRAIN-510",
    "With amsgrad, Adam and AdamW divide by the root of the largest second moment that each weight "
    "has had, before any correction.",
    source=SOURCE,
    needs=(Capability.TRAIN,),
)
def amsgrad_in_lockstep(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Fifty updates each. The moments forget soon, so that the largest is rarely the last; at the
    second update a correction would still tell which of two is larger.
    """
    each_in_lockstep(subject, oracle, trial, SETTINGS)


@clause(
    "TRAIN-511",
    "With amsgrad, 50 updates of a stateful model give the losses and weights of the oracle.",
    source=SOURCE,
    needs=(Capability.TRAIN, Capability.STATEFUL),
)
def stateful_amsgrad_in_lockstep(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The states are reset twice; the largest second moments are not."""
    each_in_lockstep(subject, oracle, trial, SETTINGS[:1], stateful=True)


@clause(
    "LIFE-510",
    "In a loaded model, Adam with amsgrad goes on with the largest second moments that were saved.",
    source="contract: save, load; " + SOURCE,
    needs=(Capability.TRAIN, Capability.SAVE),
    strength=Strength.SHOULD,
)
def a_loaded_amsgrad_keeps_its_maximum(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The targets draw nearer after the model was saved: what was largest lies before."""
    ours, theirs = (of := scene(subject, oracle, trial, SETTINGS[0])).ours, of.theirs
    for number in range(4):
        if number == 2:
            ours = loaded(subject, ours)
        x, y = of.batch()
        y = of.nearer(x, y, 1.0 if number < 2 else 0.0625)
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(of.spec, now, then, "after two more updates, value", LOCKSTEP)
