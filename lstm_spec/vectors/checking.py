"""A folder of vectors is what its manifest says, and engines still give its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_spec.contract import (
    Implementation,
    Refused,
    Unsupported,
    adam_epsilon_of,
    rmsprop_epsilon_of,
)
from lstm_spec.subjects.find import DEFAULT_ORACLE, find, trained_like
from lstm_spec.vectors import files, replay
from lstm_spec.vectors.needs import lacks


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
    """Every case as the implementation computes it, at its own or at the given tolerance.

    An implementation may declare that its Adam or its RMSprop adds epsilon elsewhere: then the
    oracle trains those cases in the same way, as it does for the clauses.
    """
    for case in cases:
        again = is_recomputed(implementation, case)
        expected = _trained_like(implementation, case) if again else case
        yield _outcome(implementation, expected, tolerance)


def is_recomputed(implementation: Implementation, case: Mapping[str, Any]) -> bool:
    """Whether the implementation is compared with other results than those in the file."""
    if not case["model"]:
        return False
    kind = case["model"]["optimizer"]["kind"]
    if kind == "RMSprop":
        return rmsprop_epsilon_of(implementation) != "inside"
    return kind in ("Adam", "AdamW") and adam_epsilon_of(implementation) != "before"


def _trained_like(implementation: Implementation, case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The case with what the oracle gives if it adds epsilon where the implementation does."""
    oracle = trained_like(implementation, find(DEFAULT_ORACLE))
    operations = [
        {**operation, "expect": expect}
        for operation, expect in zip(case["operations"], replay.run(oracle, case), strict=True)
    ]
    return {**case, "operations": files.plain(operations)}


def _outcome(
    implementation: Implementation, case: Mapping[str, Any], tolerance: float | None
) -> Outcome:
    missing = lacks(implementation, case["needs"])
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
