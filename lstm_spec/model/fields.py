"""What the fields of a description say about themselves, read from the dataclasses.

Everything that lists fields (JSON, its schema, the stand-ins of old Pythons, the capabilities that
a description needs, what an implementation maps) asks here, so that a new field is written once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, cached_property
from numbers import Integral, Real
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from lstm_spec.model.capabilities import Capability
from lstm_spec.model.words import VOCABULARIES

Needs = Capability | Mapping[Any, Capability] | None
"""The capability that any value but the default needs, or those of single values."""


def about(
    *,
    needs: Needs = None,
    at_least: float | None = None,
    below: float | None = None,
    trains_with: Sequence[Any] | None = None,
) -> Mapping[str, Any]:
    """Metadata of a field: what its values need, the smallest number, and one above all of them.

    ``trains_with`` are the values for which a derivative is specified, None for all of them.
    """
    return {"needs": needs, "at_least": at_least, "below": below, "trains_with": trains_with}


NUMBERS: Mapping[Any, Any] = {bool: bool, int: Integral, float: Real}
"""What a field of that type may hold: NumPy's numbers are numbers."""

CALLED = {bool: "True or False", int: "a whole number", float: "a number", NoneType: "None"}


@dataclass(frozen=True)
class DescribedField:
    """One field of one description."""

    name: str
    type: Any
    default: Any
    """``dataclasses.MISSING`` where a value must be given."""
    vocabulary: str | None
    """For a field whose values are words: the name of the words in a table of what is mapped."""
    words: tuple[str, ...]
    needs: Needs
    at_least: float | None
    below: float | None
    trains_with: tuple[Any, ...] | None

    def is_default(self, value: Any) -> bool:
        """Whether leaving the field out would say the same."""
        return self.default is not MISSING and bool(value == self.default)

    def refuse(self, value: Any, of: str) -> None:
        """Raise ValueError for a value of another kind, or a number outside the bounds.

        ``of`` is the kind of the description, for the message. Words and tuples are not looked at:
        who maps the field refuses a word, and the description itself a tuple.
        """
        if not self.holds(value):
            kinds = [CALLED.get(one, getattr(one, "__name__", "")) for one in self.kinds]
            wanted = " or ".join(kinds if self.at_least is None else self._bounded(kinds))
        elif self.at_least is not None and value is not None and not self._is_inside(value):
            wanted = self._bounds()
        else:
            return
        raise ValueError(f"{of}.{self.name} must be {wanted}, got {value!r}")

    @cached_property
    def kinds(self) -> tuple[Any, ...]:
        """The types that its values may have."""
        return get_args(self.type) or (self.type,)

    @cached_property
    def accepted(self) -> tuple[type, ...] | None:
        """The classes that a value may be of, truth values aside; None for words and tuples."""
        described: list[Any] = [one for one in self.kinds if is_dataclass(one)]
        if not all(one in NUMBERS or one is NoneType or one in described for one in self.kinds):
            return None
        bases = [one.__mro__[1] for one in described] if len(described) > 1 else described
        return (*(NUMBERS.get(one, one) for one in self.kinds if one not in described), *bases)

    def holds(self, value: Any) -> bool:
        """Whether a value is of one of the kinds; true where there are words or tuples.

        Where there are several descriptions to choose from, one that derives from their base is
        of the kind: who maps the field refuses it if it is unknown.
        """
        if self.accepted is None:
            return True
        if isinstance(value, bool):
            return bool in self.kinds
        return isinstance(value, self.accepted)

    def _bounded(self, kinds: list[str]) -> list[str]:
        """The kinds, with the bounds in place of the numbers."""
        return [self._bounds(), *(one for one in kinds if one not in CALLED.values())]

    def _bounds(self) -> str:
        what = "a number" if float in self.kinds else "a whole number"
        bounds = f"{what} of at least {self.at_least:g}"
        return bounds if self.below is None else f"{bounds} and below {self.below:g}"

    def _is_inside(self, value: Any) -> bool:
        if is_dataclass(value):  # a schedule has bounds of its own
            return True
        below = math.inf if self.below is None else self.below
        return bool(self.at_least <= value < below)

    def needed_by(self, value: Any) -> Capability | None:
        """The capability that this value needs; None for one that every implementation has."""
        if isinstance(self.needs, Mapping):
            return self.needs.get(value)
        return None if self.is_default(value) else self.needs


def described_fields(kind: type) -> tuple[DescribedField, ...]:
    """The fields of a dataclass, in their order."""
    return _described_fields(kind)  # mypy holds a type for something without a hash


@cache
def _described_fields(kind: Any) -> tuple[DescribedField, ...]:
    hints = get_type_hints(kind)
    listed = sorted(
        fields(kind), key=lambda one: bool(one.kw_only)
    )  # in the order of the arguments
    return tuple(_described(kind, field, hints[field.name]) for field in listed)


def _described(kind: type, field: Any, hint: Any) -> DescribedField:
    literals = [one for one in (hint, *get_args(hint)) if get_origin(one) is Literal]
    words: tuple[str, ...] = get_args(literals[0]) if literals else ()
    shared = {listed: name for name, listed in VOCABULARIES.items()}
    made = field.default_factory
    return DescribedField(
        name=field.name,
        type=hint,
        default=field.default if made is MISSING else made(),
        vocabulary=shared.get(words, f"{kind.__name__}.{field.name}") if words else None,
        words=words,
        needs=field.metadata.get("needs"),
        at_least=field.metadata.get("at_least"),
        below=field.metadata.get("below"),
        trains_with=field.metadata.get("trains_with"),
    )


def parts_of(part: Any) -> Iterator[Any]:
    """A description and every description inside it: layers, what they wrap, the optimiser."""
    yield part
    for field in described_fields(type(part)):
        value = getattr(part, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if is_dataclass(one):
                yield from parts_of(one)


def needs_of(part: Any) -> Iterator[Capability]:
    """The capabilities that one description needs, without those inside it."""
    yield from getattr(type(part), "always_needs", ())
    for field in described_fields(type(part)):
        needed = field.needed_by(getattr(part, field.name))
        if needed is not None:
            yield needed
