"""Nothing unknown is accepted: what an implementation does not map is refused, and by name."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

from lstm_spec.model.baseline import SPECIFICATION_0_1, Maps
from lstm_spec.model.capabilities import Unsupported
from lstm_spec.model.fields import described_fields, parts_of
from lstm_spec.model.spec import ModelSpec


def maps_of(implementation: Any) -> Maps:
    """What it says it maps; one that says nothing maps specification 0.1, no more."""
    stated: Maps = getattr(implementation, "maps", SPECIFICATION_0_1)
    return stated


def refuse_unmapped(spec: ModelSpec, maps: Maps, who: str) -> None:
    """Raise Unsupported for the first layer, field or word of a description that is not mapped.

    A field that is not mapped may have its default value: then it asks for nothing.
    """
    if any(one is maps for one in spec.mapped_by):
        return  # a build passes here more than once
    for part in parts_of(spec):
        reason = unmapped(part, maps)
        if reason:
            raise Unsupported(f"{who} does not map {reason}")
    spec.mapped_by.append(maps)


def unmapped(part: Any, maps: Maps) -> str:
    """What of one description is not mapped, in words; empty if all of it is.

    The descriptions inside it are not looked at.
    """
    kind = type(part).__name__
    mapped = maps.get(kind)
    if mapped is None:
        return f"{part!r}: it has nothing for {kind}"
    for field in described_fields(type(part)):
        value = getattr(part, field.name)
        if field.name not in mapped:
            if not field.is_default(value):
                return f"{kind}.{field.name}, which is {value!r} here"
        elif field.vocabulary is not None and not is_dataclass(value):
            words = maps.get(f"{kind}.{field.name}", maps.get(field.vocabulary, ()))
            if value not in words:
                known = ", ".join(words) or "no value of it"
                return f"{kind}.{field.name} = {value!r}; it maps {known}"
    return ""


def mapped_fields(part: Any, maps: Maps) -> list[str]:
    """The fields to be told to an implementation.

    All of specification 0.1, those that it maps, and those that are not default.
    """
    kind = type(part).__name__
    mapped = (*SPECIFICATION_0_1.get(kind, ()), *maps.get(kind, ()))
    return [
        field.name
        for field in described_fields(type(part))
        if field.name in mapped or not field.is_default(getattr(part, field.name))
    ]
