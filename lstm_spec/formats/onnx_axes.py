"""The axes of the tensor that is followed through an ONNX graph: what each is, and how long.

``b`` batch, ``t`` time, ``f`` features, ``d`` the directions of an LSTM. An axis may be several of
these side by side, as after a Reshape to (batch times time, features), or none, with length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from lstm_spec.formats.stored import NotSpecified

IN_WORDS = {"b": "batch", "t": "time", "f": "features", "d": "directions"}


@dataclass(frozen=True)
class Axis:
    """One axis: the names of what lies in it, outer first, and the length of each."""

    names: str
    lengths: tuple[int, ...]

    @property
    def length(self) -> int:
        """How long it is."""
        return prod(self.lengths)

    def __str__(self) -> str:
        return " times ".join(IN_WORDS[one] for one in self.names) or "one"


ONE = Axis("", ())
"""An axis of length 1 that means nothing."""

Axes = tuple[Axis, ...]


def axis(name: str, length: int) -> Axis:
    """A plain axis."""
    return Axis(name, (length,))


def names(axes: Axes) -> str:
    """The names of the axes that mean something, with a plus inside one that holds several."""
    return "".join(one.names if len(one.names) < 2 else f"({one.names})" for one in axes)


def in_words(axes: Axes) -> str:
    """The axes in words."""
    return ", ".join(map(str, axes))


def place_of(axes: Axes, name: str, what: str) -> int:
    """Where a plain axis of that name is. Raises NotSpecified where there is none."""
    for place, one in enumerate(axes):
        if one.names == name:
            return place
    raise NotSpecified(f"{what} reads ({in_words(axes)}), which has no {IN_WORDS[name]}")


def regrouped(axes: Axes, lengths: Sequence[int], what: str) -> Axes:
    """The same numbers under other lengths: axes are put together or taken apart, never cut.

    Raises NotSpecified for a Reshape that cuts an axis.
    """
    parts = [
        (name, length)
        for one in axes
        for name, length in zip(one.names, one.lengths, strict=True)
        if not (name == "d" and length == 1)
    ]
    found: list[Axis] = []
    for wanted in lengths:
        taken: list[tuple[str, int]] = []
        while parts and prod(length for _, length in taken) < wanted:
            taken.append(parts.pop(0))
        if prod(length for _, length in taken) != wanted:
            raise NotSpecified(f"{what} makes the shape {list(lengths)} of ({in_words(axes)})")
        while parts and parts[0][1] == 1 and not taken and wanted == 1:
            taken.append(parts.pop(0))
        found.append(Axis("".join(name for name, _ in taken), tuple(size for _, size in taken)))
    if any(length != 1 for _, length in parts):
        raise NotSpecified(f"{what} makes the shape {list(lengths)} of ({in_words(axes)})")
    return tuple(found)
