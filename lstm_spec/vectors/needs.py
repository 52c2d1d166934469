"""Which capabilities an engine must have to be asked for a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Capability
from lstm_spec.model import ModelSpec

OF_OPERATION = {
    "call": {Capability.FORWARD, Capability.FINAL_STATE},
    "predict": {Capability.PREDICT},
    "predict_on_batch": {Capability.PREDICT},
    "evaluate": {Capability.EVALUATE},
    "test_on_batch": {Capability.EVALUATE},
    "gradients": {Capability.GRADIENTS},
    "train_on_batch": {Capability.TRAIN},
    "fit": {Capability.FIT},
    "get_states": {Capability.STATE_ACCESS},
    "set_states": {Capability.STATE_ACCESS},
    "set_weights": set[Capability](),
    "get_weights": set[Capability](),
    "reset_states": {Capability.STATEFUL},
    "padding.pad_sequences": {Capability.PREPROCESSING},
    "one_hot.one_hot": {Capability.PREPROCESSING},
}
"""Any other operation is a function of the documents' data."""


def needs(model: ModelSpec | None, operations: Sequence[dict[str, Any]]) -> frozenset[Capability]:
    """What the operations and the description ask for."""
    found: set[Capability] = set() if model is None else set(model.needs)
    for one in operations:
        found |= OF_OPERATION.get(one["op"], {Capability.DATA})
        if "initial_state" in one["given"]:
            found.add(Capability.INITIAL_STATE)
        if "mask" in one["given"]:
            mask = np.asarray(one["given"]["mask"])
            only_tails = bool((mask[:, :-1] >= mask[:, 1:]).all() and mask[:, 0].all())
            found.add(Capability.MASK_TAIL if only_tails else Capability.MASK)
    return frozenset(found)
