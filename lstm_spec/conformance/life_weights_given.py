"""Weights of samples belong to one call: nothing of them is left for the next."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.loss_cases import ROWS, ending
from lstm_spec.conformance.train_weights import weights
from lstm_spec.contract import Capability, Implementation
from lstm_spec.tolerances import LOCKSTEP, LOSS


@clause(
    "LIFE-310",
    "Weights of samples count in the call that they are given to, and in no other.",
    source="Keras documentation, sample_weight is an argument of the call",
    needs=(
        Capability.WEIGHTED,
        Capability.LAYERS,
        Capability.TRAIN,
        Capability.EVALUATE,
        Capability.STATEFUL,
    ),
)
def weights_are_for_one_call(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Weighted and plain calls in turn, of a stateful model whose state they all carry on."""
    spec = ending("mae", "linear", stateful=True)
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = random_batch(trial, spec, ROWS, 3)
    w = weights(trial, ROWS) * np.float32(4)
    turns: tuple[dict[str, Any], ...] = ({"sample_weight": w}, {}, {"sample_weight": w}, {})
    for number, given in enumerate(turns):
        got, expected = ours.train_on_batch(x, y, **given), theirs.train_on_batch(x, y, **given)
        trial.assert_close(got["loss"], expected["loss"], f"loss of update {number + 1}", LOSS)
        got, expected = ours.test_on_batch(x, y), theirs.test_on_batch(x, y)
        what = f"plain loss after update {number + 1}"
        trial.assert_close(got["loss"], expected["loss"], what, LOCKSTEP)
    now, then = ours.get_weights(), theirs.get_weights()
    trial.assert_weights_close(spec, now, then, "after all of them: value", LOCKSTEP)
