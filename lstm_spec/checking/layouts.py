"""The same numbers in other places of memory, or as numbers of another type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from lstm_spec.contract import Array

Change = Callable[[Array], Array]
"""Gives an array of the same values that lies in memory in another way."""


def every_second(a: Array) -> Array:
    """Every second entry, along each axis, of an array of sevens."""
    wide = np.full([2 * length for length in a.shape], 7, a.dtype)
    part = wide[tuple(slice(None, None, 2) for _ in a.shape)]
    part[...] = a
    return part


def reversed_twice(a: Array) -> Array:
    """Stored from the last entry to the first, and read from there."""
    turned = tuple(slice(None, None, -1) for _ in a.shape)
    return np.ascontiguousarray(a[turned])[turned]


def unaligned(a: Array) -> Array:
    """One byte after an address at which a number of this type may begin."""
    raw = np.empty(a.nbytes + 1, np.uint8)[1:].view(a.dtype).reshape(a.shape)
    raw[...] = a
    return raw


def read_only(a: Array) -> Array:
    """A copy that must not be written to."""
    copy = np.array(a)
    copy.flags.writeable = False
    return copy


def other_byte_order(a: Array) -> Array:
    """The bytes of each entry in the order of another machine."""
    return a.astype(a.dtype.newbyteorder("S"))


LAYOUTS: Mapping[str, Change] = {
    "in Fortran order": np.asfortranarray,
    "that are every second one of a larger array": every_second,
    "with negative strides": reversed_twice,
    "in another byte order": other_byte_order,
    "that are not aligned": unaligned,
}
"""Each adds to "arrays"; the values are those of the array that is given."""

CONSTANT: Mapping[str, Change] = {"that are read-only": read_only}

WIDER: Mapping[str, Change] = {"of float64": lambda a: a.astype(np.float64)}
"""For numbers; a mask has one type only."""

WHOLE: Mapping[str, Change] = {
    "of 32-bit integers": lambda a: a.astype(np.int32),
    "of 64-bit integers": lambda a: a.astype(np.int64),
}
"""For arrays whose values are whole."""
