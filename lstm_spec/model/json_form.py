"""A model description as JSON: every field written out, with a ``kind`` on each layer.

No default is left to the reader: an engine in another language sees what it shall build without
knowing how ``lstm_spec.model`` fills its gaps.
"""

from __future__ import annotations

from typing import Any

from lstm_spec.model.baseline import Maps
from lstm_spec.model.capabilities import Unsupported
from lstm_spec.model.fields import described_fields
from lstm_spec.model.initializers import INITIALIZERS, InitializerWithSettings
from lstm_spec.model.layer import Layer
from lstm_spec.model.layers import LAYERS
from lstm_spec.model.losses import LOSSES_WITH_OPTIONS, LossWithOptions
from lstm_spec.model.mapping import mapped_fields
from lstm_spec.model.optimizers import OPTIMIZERS, Optimizer
from lstm_spec.model.rules import RULES, Rule
from lstm_spec.model.schedules import SCHEDULES, Schedule
from lstm_spec.model.spec import ModelSpec

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (*LAYERS, *OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, *INITIALIZERS)
}

PARTS = (Layer, Optimizer, LossWithOptions, Rule, Schedule, InitializerWithSettings)
"""What becomes an object with a ``kind``."""


class UnknownPart(Unsupported, ValueError):
    """A layer, a field or a word that this version of the specification does not have."""


def to_json(spec: ModelSpec, told: Maps | None = None) -> dict[str, Any]:
    """The spec as plain data; ``weight_shapes`` is added so that nobody has to derive it.

    With ``told``, what the reader maps: fields that it does not know are left out where they have
    their default, so that a program written against an older specification can still read it.
    """
    data = _fields_to_json(spec, told)
    data["weight_shapes"] = [list(shape) for shape in spec.weight_shapes]
    return data


def from_json(data: dict[str, Any]) -> ModelSpec:
    """The spec that ``to_json`` wrote; UnknownPart (a ValueError) names what is not known."""
    given = dict(data)
    given.pop("weight_shapes", None)
    if not isinstance(given.get("layers"), list):
        raise ValueError("a model description needs 'layers', a list of objects with a 'kind'")
    spec: ModelSpec = _make(ModelSpec, given)
    return spec


def _to_json(value: Any, told: Maps | None) -> Any:
    if isinstance(value, PARTS):
        return {"kind": type(value).__name__, **_fields_to_json(value, told)}
    if isinstance(value, tuple):
        return [_to_json(one, told) for one in value]
    return value


def _fields_to_json(part: Any, told: Maps | None) -> dict[str, Any]:
    if told is None:
        names = [field.name for field in described_fields(type(part))]
    else:
        names = mapped_fields(part, told)
    return {name: _to_json(getattr(part, name), told) for name in names}


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(one) for one in value)
    if not isinstance(value, dict):
        return value
    if value.get("kind") not in KINDS:
        raise UnknownPart(
            f"expected an object with a 'kind' of {', '.join(KINDS)}, got {value!r:.200}"
        )
    given = {name: one for name, one in value.items() if name != "kind"}
    return _make(KINDS[value["kind"]], given)


def _make(kind: type, given: dict[str, Any]) -> Any:
    known = {field.name: field for field in described_fields(kind)}
    made = {}
    for name, value in given.items():
        if name not in known:
            raise UnknownPart(
                f"{kind.__name__} has no field {name!r}, which is {value!r:.80} here; "
                f"it has {', '.join(known)}"
            )
        made[name] = _from_json(value)
        if isinstance(made[name], LossWithOptions | InitializerWithSettings):
            continue
        if known[name].words and value not in known[name].words:
            raise UnknownPart(
                f"{kind.__name__}.{name} = {value!r:.80} is not known; "
                f"known are {', '.join(known[name].words)}"
            )
    try:
        return kind(**made)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error
