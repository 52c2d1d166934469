"""The library's own loader on the file itself, in the library's own interpreter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_spec.saved_models.engines.names import Engine
from lstm_spec.subjects.process import Child, Limits
from lstm_spec.subjects.protocol import SubjectLost

Array = NDArray[Any]
Loads = Literal["yes", "without compiling", "no", "not its format"]

SECONDS = 300.0
"""After how long a library that does not answer is given up: imports, loading, and every run."""

NO_SUCH_OPTION = "unexpected keyword argument 'compile'"
"""What a loader says that cannot be told to leave the training out."""


LONGEST = 20_000
"""So many characters of a message are kept: a newer Keras has its reason at the end."""


@dataclass(frozen=True)
class Operation:
    """One thing that the loaded model is asked: ``predict``, ``layers`` (outputs of every layer) or
    ``reset``. ``x`` is in the model's own shape; ``batch`` rows are given at a time.
    """

    do: Literal["predict", "layers", "reset"]
    x: Array | None = None
    batch: int = 0


@dataclass(frozen=True)
class Outcome:
    """Arrays that came out, or the first line of what was raised."""

    outputs: tuple[Array, ...] = ()
    error: str = ""
    message: str = ""


@dataclass(frozen=True)
class Loaded:
    """What the loader said.

    ``error`` is the first line of what it raised, ``message`` the whole of it; both stand beside
    ``loads`` "without compiling" too.
    """

    loads: Loads
    version: str
    backend: str
    error: str = ""
    message: str = ""
    layers: tuple[tuple[str, str], ...] = ()
    """Names and classes, in the order of the arrays of the operation ``layers``."""
    outcomes: tuple[Outcome, ...] = field(default=())


def load(
    engine: Engine,
    file: Path,
    architecture: Path | None,
    dtype: str,
    operations: Sequence[Operation],
    folder: Path,
) -> Loaded:
    """Open the file and do these operations. ``folder`` is an empty one for the arrays.

    Raises SubjectLost where the process crashes, hangs, or cannot be started.
    """
    assert engine.loader is not None
    arrays: dict[str, Array] = {}
    asked: list[dict[str, Any]] = []
    for number, one in enumerate(operations):
        if one.x is None:
            asked.append({"do": one.do})
        else:
            arrays[f"x{number}"] = one.x
            asked.append({"do": one.do, "x": f"x{number}", "batch": one.batch})
    given, found = folder / "given.npz", folder / "found.npz"
    np.savez(given, **arrays)  # type: ignore[arg-type]
    request = {
        "file": str(file.resolve()),
        "architecture": str(architecture.resolve()) if architecture else "",
        "arrays": str(given),
        "found": str(found),
        "float": dtype,
        "operations": asked,
    }
    answer = ask(engine, request, file)
    outputs = {}
    if found.exists():
        with np.load(found) as stored:
            outputs = {name: stored[name] for name in stored.files}
    return understood(answer, outputs, file)


def ask(engine: Engine, request: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """The answer of the loader's script. Raises SubjectLost."""
    variables = {
        **engine.variables,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    child = Child([str(engine.python), str(engine.loader)], Limits(), variables)
    try:
        line = child.exchange(json.dumps(request).encode() + b"\n", SECONDS, f"loading {file.name}")
    finally:
        child.end(0.0)
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        raise SubjectLost(f"{engine.name} gave no answer but {line[:80]!r}") from None
    return answer


def understood(answer: Mapping[str, Any], outputs: Mapping[str, Array], file: Path) -> Loaded:
    """The answer with its arrays; messages name the file without its folder."""

    def said(one: Mapping[str, Any], key: str) -> str:
        return str(one.get(key, ""))[-LONGEST:].replace(str(file.resolve()), file.name)

    outcomes = tuple(
        Outcome(
            tuple(outputs[name] for name in one.get("outputs", ())),
            said(one, "error"),
            said(one, "error in full"),
        )
        for one in answer.get("operations", ())
    )
    error, message = said(answer, "error"), said(answer, "error in full")
    second = said(answer, "error without compiling")
    if second and second != error and NO_SUCH_OPTION not in second:
        error, message = second, said(answer, "error without compiling in full")
    return Loaded(
        answer["loads"],
        f"{answer['module']} {answer['keras']}",
        answer["backend"],
        error,
        message,
        tuple((name, kind) for name, kind in answer.get("layers", ())),
        outcomes,
    )
