"""An implementation does what a case says, and what came out is put beside what should have.

A case is used here as it stands in its file: lists are arrays, null is NaN.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_spec.contract import (
    Array,
    Capability,
    Implementation,
    Model,
    States,
    build,
    padding_output_of,
)
from lstm_spec.evidence import Deviation, compare
from lstm_spec.model.json_form import from_json
from lstm_spec.vectors.case import pairs

Results = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One quantity of one operation; ``largest`` is infinite for a wrong shape or a NaN."""

    operation: int
    quantity: str
    largest: float
    tolerance: float
    sentence: str = ""

    @property
    def agrees(self) -> bool:
        """Whether it is within the tolerance."""
        return self.largest <= self.tolerance


def array(values: Any, dtype: str | None = None) -> Array:
    """Nested lists (null is NaN) as an array."""
    made = np.array(values)
    return made.astype(dtype or np.float64) if made.dtype == object or dtype else made


def run(implementation: Implementation, case: Mapping[str, Any]) -> Iterator[Results]:
    """What each operation gives, one after the other."""
    if case["model"] is None:
        for operation in case["operations"]:
            yield _data(implementation, operation["op"], operation["given"])
        return
    described = {name: one for name, one in case["model"].items() if name != "weight_names"}
    spec = from_json(described)
    model = build(implementation, spec)
    model.set_weights([array(weight, spec.dtype) for weight in case["weights"]])
    for operation in case["operations"]:
        yield _operate(model, operation["op"], arguments(operation["given"], spec.dtype))


def arguments(given: Mapping[str, Any], dtype: str) -> dict[str, Any]:
    """The arguments as the contract wants them."""
    made: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("states", "initial_state"):
            made[name] = [(array(one["h"], dtype), array(one["c"], dtype)) for one in value]
        elif name == "weights":
            made[name] = [array(one, dtype) for one in value]
        elif name == "mask":
            made[name] = array(value, "bool")
        else:
            made[name] = array(value, dtype) if isinstance(value, list | np.ndarray) else value
    return made


def _operate(model: Model, op: str, given: dict[str, Any]) -> Results:
    """One operation of the contract, its results by name."""
    if op == "call":
        outputs, states = model.call(given.pop("x"), **given)
        return {"outputs": outputs, "states": _states(states or [])}
    if op == "get_states":
        return {"states": _states(model.get_states())}
    if op == "get_weights":
        return {"weights": model.get_weights()}
    if op == "gradients":
        loss, weights, x, *_ = model.gradients(given.pop("x"), given.pop("y"), **given)
        return {"loss": loss, "weight_gradients": list(weights), "x_gradient": x}
    if op == "fit":
        x, y = given.pop("x"), given.pop("y")
        if "validation_x" in given:
            given["validation_data"] = given.pop("validation_x"), given.pop("validation_y")
        return {"history": model.fit(x, y, **given), "weights": model.get_weights()}
    result = getattr(model, op)(**given)
    if op in ("predict", "predict_on_batch"):
        return {"outputs": result}
    if op == "train_on_batch":
        return {**result, "weights": model.get_weights()}
    return dict(result) if isinstance(result, dict) else {}


def _states(states: States) -> list[dict[str, Array]]:
    return pairs([(np.array(h), np.array(c)) for h, c in states])


def _data(implementation: Implementation, op: str, given: Mapping[str, Any]) -> Results:
    """One function of the data; where an engine offers it twice, both must give the same."""
    module, name = op.split(".")
    rooms = []
    if Capability.DATA in implementation.capabilities:
        rooms.append(getattr(getattr(implementation, "data"), module))  # noqa: B009
    if Capability.PREPROCESSING in implementation.capabilities:
        rooms.append(getattr(implementation, "preprocessing"))  # noqa: B009
    # A wrong engine may change what it is given, and the case must outlive it.
    calls = [getattr(room, name) for room in rooms if hasattr(room, name)]
    found = [_flat(function(**copy.deepcopy(dict(given)))) for function in calls]
    if len(found) == 2 and not _same(*found):
        return {"results": [np.full((), np.nan)]}
    return {"results": found[0]}


def _flat(value: Any) -> list[Array]:
    """Arrays in tuples of tuples as one list."""
    if isinstance(value, tuple):
        return [one for part in value for one in _flat(part)]
    return [np.asarray(value)]


def _same(one: Sequence[Array], other: Sequence[Array]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True)
    )


def differences(
    implementation: Implementation, case: Mapping[str, Any], tolerance: float | None = None
) -> Iterator[Difference]:
    """Every quantity of a case as the implementation computes it, beside its expectation.

    ``tolerance`` replaces that of the case, because a float64 engine must be more precise.
    """
    held = padding_output_of(implementation) == "held"
    backwards = bool(case["model"]) and case["model"]["layers"][0].get("go_backwards", False)
    for index, got in enumerate(run(implementation, case)):
        operation = case["operations"][index]
        expected = _leaves(operation.get("expect", {}))
        given = _leaves(got)
        yield from _missing(index, given, expected, case["tolerance"])
        for quantity, wanted in expected.items():
            if quantity not in given:
                continue
            allowed = case["tolerance"][quantity.split("[")[0]] if tolerance is None else tolerance
            ours, theirs = given[quantity], wanted
            mask = operation["given"].get("mask")
            if quantity == "outputs" and mask is not None and not held and wanted.ndim == 3:
                valid = np.asarray(mask, bool)
                valid = (valid[:, ::-1] if backwards else valid)[:, :, None]
                if ours.shape == theirs.shape:
                    ours, theirs = np.where(valid, ours, 0.0), np.where(valid, theirs, 0.0)
            yield _difference(index, quantity, ours, theirs, allowed)


def _missing(
    index: int,
    got: Mapping[str, Array],
    expected: Mapping[str, Array],
    tolerance: Mapping[str, Any],
) -> Iterator[Difference]:
    """A result that did not come, or one array more than there should be."""
    listed = {name.split("[")[0] for name in expected if "[" in name and "history" not in name}
    more = {name for name in got if name.split("[")[0] in listed} - set(expected)
    for quantity in [*(name for name in expected if name not in got), *sorted(more)]:
        sentence = f"{quantity}: " + ("not expected" if quantity in more else "nothing came out")
        allowed = tolerance[quantity.split("[")[0]]
        yield Difference(index, quantity, float("inf"), allowed, sentence)


def _difference(
    index: int, quantity: str, got: Array, expected: Array, allowed: float
) -> Difference:
    nan = np.isnan(got)
    if nan.any() and got.shape == expected.shape and (nan == np.isnan(expected)).all():
        got, expected = np.nan_to_num(got, nan=0.0), np.nan_to_num(expected, nan=0.0)
    try:
        largest = compare(got, expected, quantity, allowed)
    except Deviation as deviation:
        seen = deviation.evidence.largest_difference
        largest = float("inf") if seen is None else seen
        return Difference(index, quantity, largest, allowed, deviation.message)
    return Difference(index, quantity, largest, allowed)


def _leaves(results: Mapping[str, Any]) -> dict[str, Array]:
    """Every array by a name such as ``states[0].c`` or ``weights[2]``."""
    found: dict[str, Array] = {}
    for name, value in results.items():
        if name == "states":
            for k, pair in enumerate(value):
                found |= {f"states[{k}].{part}": array(pair[part]) for part in "hc"}
        elif name in ("weights", "weight_gradients", "results"):
            found |= {f"{name}[{k}]": array(one) for k, one in enumerate(value)}
        elif name == "history":
            found |= {f"history[{key}]": array(figures) for key, figures in value.items()}
        else:
            found[name] = array(value)
    return found
