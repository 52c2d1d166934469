"""A model description as JSON: every field written out, with a ``kind`` on each layer.

No default is left to the reader: an engine in another language sees what it shall build without
knowing how ``lstm_spec.model`` fills its gaps.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    Bidirectional,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)

KINDS: dict[str, type] = {
    kind.__name__: kind for kind in (LSTM, Bidirectional, Masking, RepeatVector, Dense, SGD, Adam)
}


def to_json(spec: ModelSpec) -> dict[str, Any]:
    """The spec as plain data; ``weight_shapes`` is added so that nobody has to derive it."""
    data = {field.name: getattr(spec, field.name) for field in fields(spec)}
    data["layers"] = [_part_to_json(layer) for layer in spec.layers]
    data["optimizer"] = _part_to_json(spec.optimizer)
    data["weight_shapes"] = [list(shape) for shape in spec.weight_shapes]
    return data


def from_json(data: dict[str, Any]) -> ModelSpec:
    """The spec that ``to_json`` wrote; ValueError names a kind or field that is not known."""
    given = dict(data)
    given.pop("weight_shapes", None)
    layers = given.pop("layers", None)
    if not isinstance(layers, list):
        raise ValueError("a model description needs 'layers', a list of objects with a 'kind'")
    given["layers"] = tuple(_part_from_json(layer) for layer in layers)
    if "optimizer" in given:
        given["optimizer"] = _part_from_json(given["optimizer"])
    spec: ModelSpec = _make(ModelSpec, given)
    return spec


def _part_to_json(part: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": type(part).__name__}
    for field in fields(part):
        value = getattr(part, field.name)
        data[field.name] = _part_to_json(value) if isinstance(value, LSTM) else value
    return data


def _part_from_json(data: Any) -> Any:
    if not isinstance(data, dict) or data.get("kind") not in KINDS:
        raise ValueError(f"expected an object with a 'kind' of {', '.join(KINDS)}, got {data!r}")
    given = {name: value for name, value in data.items() if name != "kind"}
    if data["kind"] == "Bidirectional" and "layer" in given:
        given["layer"] = _part_from_json(given["layer"])
    return _make(KINDS[data["kind"]], given)


def _make(kind: type, given: dict[str, Any]) -> Any:
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error
