"""A folder of vectors is what its manifest says, and engines still give its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_spec.contract import Implementation, Refused, Unsupported
from lstm_spec.vectors import files, replay


@dataclass(frozen=True)
class Outcome:
    """What came of one case: ``agrees``, ``differs``, ``unsupported`` or ``error``."""

    case: str
    word: str
    sentence: str = ""
    worst: float = 0.0
    """The largest difference in units of its tolerance."""


def read_folder(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The manifest and every case. Raises BadVectors unless all files are what was exported."""
    if not (folder / files.MANIFEST).is_file():
        raise files.BadVectors(
            f"{folder} is no folder of vectors: it has no {files.MANIFEST}. "
            "lstm-spec vectors export FOLDER makes one; without a folder, fresh cases are checked"
        )
    manifest = files.read(folder / files.MANIFEST)
    files.validate(manifest, "manifest", str(folder / files.MANIFEST))
    cases = []
    for entry in manifest["cases"]:
        _unchanged(folder, entry)
        case = files.read(folder / entry["path"])
        files.validate(case, "case", str(folder / entry["path"]))
        cases.append(case)
    for one in manifest["onnx"]:
        for entry in one["files"]:
            _unchanged(folder, entry)
    return manifest, cases


def _unchanged(folder: Path, entry: Mapping[str, str]) -> None:
    inside = (folder / entry["path"]).resolve().is_relative_to(folder.resolve())
    if not inside:
        raise files.BadVectors(f"{entry['path']} is outside of {folder}")
    if files.digest(folder / entry["path"]) != entry["sha256"]:
        raise files.BadVectors(f"{entry['path']} is not the file that was exported: sha256 differs")


def check(
    implementation: Implementation,
    cases: list[dict[str, Any]],
    tolerance: float | None = None,
) -> Iterator[Outcome]:
    """Every case as the implementation computes it, at its own or at the given tolerance."""
    for case in cases:
        yield _outcome(implementation, case, tolerance)


def _outcome(
    implementation: Implementation, case: Mapping[str, Any], tolerance: float | None
) -> Outcome:
    missing = set(case["needs"]) - set(implementation.capabilities)
    if missing:
        return Outcome(case["id"], "unsupported", f"needs {', '.join(sorted(missing))}")
    worst = 0.0
    try:
        for one in replay.differences(implementation, case, tolerance):
            if not one.agrees:
                sentence = f"operation {one.operation}: {one.sentence}"
                return Outcome(case["id"], "differs", sentence, one.largest)
            worst = max(worst, one.largest / one.tolerance if one.tolerance else 0.0)
    except Unsupported as reason:
        return Outcome(case["id"], "unsupported", str(reason))
    except Refused as answer:
        return Outcome(case["id"], "differs", str(answer), float("inf"))
    except Exception as error:
        return Outcome(case["id"], "error", f"{type(error).__name__}: {error}")
    return Outcome(case["id"], "agrees", worst=worst)
