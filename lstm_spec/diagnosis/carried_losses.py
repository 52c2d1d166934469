"""What is carried from batch to batch by methods that answer a loss: every rule of the carry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.carry import (
    FAMILIES,
    FEATURES,
    LENGTHS,
    ROWS,
    RULES,
    UNITS,
    driven,
)
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.model import LSTM, SGD, ModelSpec

Answer = Callable[[Any, Array, Array], float]
"""The loss that a method of a model answers for one batch of x and y."""

LOSSES: dict[str, tuple[Answer, Capability]] = {
    "test_on_batch": (lambda m, x, y: m.test_on_batch(x, y)["loss"], Capability.EVALUATE),
    "gradients": (lambda m, x, y: m.gradients(x, y).loss, Capability.GRADIENTS),
    "train_on_batch": (lambda m, x, y: m.train_on_batch(x, y)["loss"], Capability.TRAIN),
}

SPEC = ModelSpec(
    (LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS, optimizer=SGD(learning_rate=0.0)
)
"""Training with this rate runs everything and changes no weight, so only the state changes."""


def from_batch_to_batch(
    name: str, subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """The losses of thirteen batches by one method: which rule of the carry gives them."""
    answer, _ = LOSSES[name]
    weights = trial.weights(SPEC)
    ours = trial.model(subject, SPEC, weights)
    batches = [trial.array(ROWS, steps, FEATURES) for steps in LENGTHS]
    targets = [trial.array(ROWS, UNITS, scale=3.0) for _ in batches]
    got = [np.asarray(answer(ours, *pair)) for pair in zip(batches, targets, strict=True)]

    def losses(rule: str) -> list[Array]:
        outputs = driven(weights, batches, RULES[rule])
        pairs = zip(outputs, targets, strict=True)
        return [np.asarray(((out - y) ** 2).mean()) for out, y in pairs]

    right = losses("")
    if all(map(matches, got, right)) or not matches(got[0], right[0]):
        return []  # nothing is wrong, or it is wrong before anything is carried
    for rule in RULES:
        if rule and all(map(matches, got, losses(rule))):
            return [Finding(f"in {name}, {rule}", FAMILIES)]
    means = [np.asarray(np.mean(right[: count + 1])) for count in range(len(right))]
    if all(map(matches, got, means)):
        return [Finding(f"the loss of {name} is the mean of all batches so far", FAMILIES)]
    return []
