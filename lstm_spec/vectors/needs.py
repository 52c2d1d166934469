"""Which capabilities an engine must have to be asked for a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SPECIFICATION_0_1, ModelSpec
from lstm_spec.model.fields import DescribedField, described_fields, parts_of

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


FIELD = "="
"""What tells a value of a field in the needs of a case, LSTM.activation=gelu, from a capability."""


def unusual_fields(model: ModelSpec | None) -> Iterator[str]:
    """Values of fields that an engine must know beside the capabilities that it has.

    They are the fields and words that specification 0.1 did not have, and any activation of an LSTM
    but the usual ones: an engine for the documented networks would compute as if they were absent.
    """
    for part in [] if model is None else parts_of(model):
        for field in described_fields(type(part)):
            value = getattr(part, field.name)
            asks = not field.is_default(value) and field.needed_by(value) is None
            if asks and not _is_usual(part, field, value):
                yield f"{type(part).__name__}.{field.name}{FIELD}{value}"


def _is_usual(part: Any, field: DescribedField, value: Any) -> bool:
    if field.name not in SPECIFICATION_0_1.get(type(part).__name__, ()):
        return False
    if field.vocabulary is None:
        return True
    known = value in SPECIFICATION_0_1.get(field.vocabulary, ())
    return known and not isinstance(part, LSTM)


def lacks(implementation: Implementation, needed: Iterable[str]) -> list[str]:
    """The capabilities of a case that an implementation does not have.

    Fields that it does not map are refused when the model is built.
    """
    wanted = {one for one in needed if FIELD not in one}
    return sorted(wanted - set(implementation.capabilities))
