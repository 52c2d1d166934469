"""The safetensors format, read by hand: a length, a JSON header, and the bytes of the arrays.

The whole format is a page long, and a reader of our own refuses a header that claims more than the
file holds before it makes room for anything.
"""

from __future__ import annotations

import struct
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.formats.archive import as_json
from lstm_spec.formats.stored import Array, NotReadable

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
LONGEST_HEADER = 16 << 20


def looks_like_it(head: bytes) -> bool:
    """Whether a file begins with a plausible length and then a JSON object."""
    if len(head) < 10 or head[8:9] != b"{":
        return False
    length: int = struct.unpack("<Q", head[:8])[0]
    return 2 <= length <= LONGEST_HEADER


def read(path: Path) -> dict[str, Array]:
    """The arrays by name. Raises NotReadable where the header does not fit the file."""
    content = path.read_bytes()
    length: int = struct.unpack("<Q", content[:8])[0]
    if len(content) < 8 + length:
        raise NotReadable(
            f"{path.name} is truncated: its header should have {length} bytes, but the file has "
            f"{len(content)}"
        )
    header = as_json(content[8 : 8 + length], f"the header of {path.name}")
    data = content[8 + length :]
    return {
        name: _array(name, entry, data, path.name)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def _array(name: str, entry: Any, data: bytes, of: str) -> Array:
    try:
        kind, shape = str(entry["dtype"]), [int(one) for one in entry["shape"]]
        start, end = (int(one) for one in entry["data_offsets"])
    except (TypeError, KeyError, ValueError):
        raise NotReadable(f"{of} is damaged: its entry {name!r} cannot be read") from None
    if kind not in DTYPES:
        raise NotReadable(f"{of}: the array {name!r} holds {kind}, no floating-point numbers")
    dtype = np.dtype(DTYPES[kind])
    claimed = prod(shape) * dtype.itemsize
    if min([0, *shape]) < 0 or not 0 <= start <= end <= len(data) or end - start != claimed:
        raise NotReadable(
            f"{of} is damaged: {name!r} claims the shape {tuple(shape)}, which is {claimed} bytes, "
            f"but the file holds {max(0, min(end, len(data)) - start)} for it"
        )
    values = np.frombuffer(data[start:end], dtype).reshape(shape)
    if kind == "BF16":
        return (values.astype(np.uint32) << 16).view(np.float32)
    return values
