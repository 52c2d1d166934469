"""The fixtures as they lie in ``tests/formats/fixtures``: packed by the writer, read by tests."""

from __future__ import annotations

import io
import json
import lzma
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.saved_models.in_keras import rows
from reference.saved_models.interpreter import ROOT

FOLDER = ROOT / "tests" / "formats" / "fixtures"
PACKED, MANIFEST, PREDICTIONS = "files.tar.xz", "manifest.json", "predictions.npz"


@dataclass(frozen=True)
class Call:
    """One ``predict`` with what the writer gave for it, or a ``reset`` of all states."""

    reset: bool
    x: tuple[NDArray[Any], ...] = ()
    """The inputs of the model, one array for each; a chain has one."""
    outputs: tuple[NDArray[Any], ...] = ()
    """What the Keras that wrote the file predicted."""
    called: tuple[NDArray[Any], ...] = ()
    """What the same model gave when it was called, where ``predict`` gave something else."""


@dataclass(frozen=True)
class Saved:
    """One model that an environment wrote."""

    environment: str
    name: str
    files: tuple[Path, ...]
    """The same model, in each format that this Keras writes."""
    architecture: Path | None
    """The architecture as JSON, where the files hold weights alone."""
    batch_size: int | None
    """The batch size of each ``predict``, where the model has a fixed one."""
    refused: bool
    """Whether a reader of chains has to refuse it by name."""
    calls: tuple[Call, ...]
    writer: dict[str, str]
    """``keras``, ``module``, ``backend``, ``python``, ``numpy``, ``h5py``: the versions."""


def environments(folder: Path = FOLDER) -> tuple[str, ...]:
    """The names of the environments that have written fixtures."""
    return tuple(sorted(one.parent.name for one in folder.glob(f"*/{MANIFEST}")))


def manifest(environment: str, folder: Path = FOLDER) -> dict[str, Any]:
    """The manifest of an environment, as ``tests/formats/fixtures/README.md`` describes it."""
    found: dict[str, Any] = json.loads((folder / environment / MANIFEST).read_text("utf-8"))
    return found


def extract(environment: str, target: Path, folder: Path = FOLDER) -> None:
    """Put the manifest and all packed files of an environment into the folder ``target``."""
    with tarfile.open(folder / environment / PACKED, "r:xz") as packed:
        packed.extractall(target, filter="data")
    shutil.copyfile(folder / environment / MANIFEST, target / MANIFEST)


def unpack(environment: str, target: Path, folder: Path = FOLDER) -> Iterator[Saved]:
    """Extract an environment's files below ``target`` and give its models, in order of name."""
    place = target / environment
    extract(environment, place, folder)
    facts = manifest(environment, folder)
    with np.load(place / PREDICTIONS) as stored:
        predictions = {key: stored[key] for key in stored.files}
    with np.load(folder / "inputs.npz") as stored:
        inputs = {key: stored[key] for key in stored.files}
    writer = {word: value for word, value in facts.items() if isinstance(value, str)}
    for name, entry in sorted(facts["models"].items()):
        given = {key[-1]: array for key, array in inputs.items() if key[:-2] == name}
        architecture = entry.get("architecture")
        yield Saved(
            environment=environment,
            name=name,
            files=tuple(place / file for file in entry["files"]),
            architecture=place / architecture if architecture else None,
            batch_size=entry.get("batch_size"),
            refused=entry.get("refused", False),
            calls=tuple(_call(one, given, entry, predictions) for one in entry["calls"]),
            writer=writer,
        )


def _call(
    one: dict[str, Any],
    given: dict[str, NDArray[Any]],
    entry: dict[str, Any],
    predictions: dict[str, NDArray[Any]],
) -> Call:
    """A call of the manifest with its arrays."""
    if one["call"] == "reset":
        return Call(reset=True)
    wanted = [one["input"]] if isinstance(one["input"], str) else one["input"]
    x = tuple(rows.rows_of(given, word).astype(entry.get("float", "float32")) for word in wanted)
    outputs = tuple(predictions[key] for key in one["outputs"])
    called = tuple(predictions[key] for key in one.get("called", ()))
    return Call(reset=False, x=x, outputs=outputs, called=called)


def pack(source: Path, environment: str, command: str, folder: Path = FOLDER) -> int:
    """Pack what a command left in ``source``; the size in bytes of what was written.

    Times and owners are left out, so the same files give the same bytes.
    """
    place = folder / environment
    place.mkdir(parents=True, exist_ok=True)
    facts = json.loads((source / MANIFEST).read_text("utf-8"))
    facts["environment"] = environment
    facts["command"] = command
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as packed:
        for file in sorted(source.iterdir()):
            if file.name != MANIFEST:
                entry = tarfile.TarInfo(file.name)
                entry.size = file.stat().st_size
                with file.open("rb") as content:
                    packed.addfile(entry, content)
    compressed = lzma.compress(memory.getvalue(), preset=9 | lzma.PRESET_EXTREME)
    (place / PACKED).write_bytes(compressed)
    text = readable({word: facts[word] for word in sorted(facts)})
    (place / MANIFEST).write_text(text, "utf-8")
    return len(compressed) + len(text)


def summary(environment: str, size: int, seconds: float, folder: Path = FOLDER) -> str:
    """A line that says what was written."""
    facts = manifest(environment, folder)
    return (
        f"{environment}: {len(facts['models'])} models, {len(facts['missing'])} that it cannot "
        f"make, {size / 1000:.0f} kB, {seconds:.0f} s"
    )


def readable(facts: dict[str, Any], compact: bool = False) -> str:
    """JSON with one line for each fact, and one for each entry of a fact that is a dictionary."""
    separators = (",", ":") if compact else (", ", ": ")
    lines = []
    for word, value in facts.items():
        content = json.dumps(value, separators=separators)
        if isinstance(value, dict) and value:
            inner = [
                f"  {json.dumps(one)}: {json.dumps(each, separators=separators)}"
                for one, each in value.items()
            ]
            content = "{\n" + ",\n".join(inner) + "\n }"
        lines.append(f' "{word}": {content}')
    return "{\n" + ",\n".join(lines) + "\n}\n"
