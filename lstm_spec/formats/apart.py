"""A file read in a process of its own, with limits of time and memory.

A damaged HDF5 file can make the library that reads it go round in circles, or end the process. So
the command line reads files here: what was read comes back as JSON and plain arrays (no pickle:
whatever a file has done to the process that read it, it cannot send code).
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.formats.reader import Request, read
from lstm_spec.formats.stored import (
    NeedsMore,
    NotReadable,
    NotSpecified,
    Stored,
    StoredArray,
    StoredLayer,
)

SECONDS = 60.0
GIBIBYTES = 6
"""More than any file that is read (4 GiB) needs."""

REFUSALS = {one.__name__: one for one in (NotReadable, NotSpecified, NeedsMore, ValueError)}


def read_apart(request: Request) -> Stored:
    """What ``read`` returns, from another process.

    Raises what ``read`` raises, and NotReadable where that process did not answer or ended.
    """
    asked = json.dumps([str(one) if one else None for one in vars(request).values()])
    name = request.path.name
    try:
        ran = subprocess.run(
            [sys.executable, "-m", __name__, asked],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotReadable(
            f"{name} is damaged: reading it had not come to an end after {SECONDS:g} s"
        ) from None
    if ran.returncode:
        last = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        ended = f"with signal {-ran.returncode}" if ran.returncode < 0 else "with an error"
        said = f" ({last[-1]})" if last and ran.returncode > 0 else ""
        raise NotReadable(f"{name} is damaged: the process that read it ended {ended}{said}")
    return from_bytes(ran.stdout)


def main(asked: str) -> None:
    """In the other process: read, and write what was read to standard output."""
    limit()
    path, architecture, layers = json.loads(asked)
    request = Request(Path(path), Path(architecture) if architecture else None, layers)
    try:
        answer = to_bytes(read(request))
    except MemoryError:
        answer = refused(NotReadable(f"{request.path.name} needs more than {GIBIBYTES} GiB"))
    except tuple(REFUSALS.values()) as refusal:
        answer = refused(refusal)
    sys.stdout.buffer.write(answer)


def limit() -> None:
    """No more memory than this; where the system has no limits, none."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (GIBIBYTES << 30, GIBIBYTES << 30))


def refused(refusal: Exception) -> bytes:
    """A refusal as it is sent."""
    kind = next(one for one in type(refusal).__mro__ if one.__name__ in REFUSALS)
    told = [kind.__name__, str(refusal), list(getattr(refusal, "read_so_far", ()))]
    return packed({"refused": told}, [])


def to_bytes(stored: Stored) -> bytes:
    """What was read as it is sent: JSON, and the arrays in their order."""
    facts = asdict(stored)
    facts["file"] = str(stored.file)
    arrays = [one.values for layer in stored.layers for one in layer.arrays]
    facts["layers"] = [
        {
            "kind": layer.kind,
            "name": layer.name,
            "config": layer.config,
            "call": layer.call,
            "arrays": [one.name for one in layer.arrays],
        }
        for layer in stored.layers
    ]
    return packed(facts, arrays)


def packed(facts: dict[str, Any], arrays: list[Any]) -> bytes:
    """JSON and arrays as one archive."""
    memory = io.BytesIO()
    text = np.frombuffer(json.dumps(facts).encode("utf-8"), np.uint8)
    np.savez(memory, text, *arrays)
    return memory.getvalue()


def from_bytes(content: bytes) -> Stored:
    """The inverse of ``to_bytes``; a refusal is raised."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = [archive[f"arr_{place}"] for place in range(len(archive.files))]
    facts = json.loads(arrays.pop(0).tobytes())
    if "refused" in facts:
        kind, sentence, read_so_far = facts["refused"]
        if kind in ("NotSpecified", "NeedsMore"):
            raise REFUSALS[kind](sentence, read_so_far)
        raise REFUSALS[kind](sentence)
    following = iter(arrays)
    layers = tuple(
        StoredLayer(
            one["kind"],
            one["name"],
            one["config"],
            tuple(StoredArray(name, next(following)) for name in one["arrays"]),
            one["call"],
        )
        for one in facts.pop("layers")
    )
    shape = facts.pop("input_shape")
    return Stored(
        **{
            **facts,
            "file": Path(facts["file"]),
            "layers": layers,
            "input_shape": None if shape is None else tuple(shape),
            "remarks": tuple(facts["remarks"]),
        }
    )


if __name__ == "__main__":
    main(sys.argv[1])
