"""From declared cases to a folder of files: computed by one engine, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_spec import SPEC_VERSION, tolerances
from lstm_spec.checking.trial import describe
from lstm_spec.contract import Implementation
from lstm_spec.model.json_form import to_json
from lstm_spec.subjects.find import DEFAULT_ORACLE, ORACLE_OF_THE_ORACLE, find
from lstm_spec.vectors import files, onnx_folders, replay
from lstm_spec.vectors.case import Case, cases

FORMAT = 1
"""Raised when an old reader could no longer understand the files, and only then."""

CONFIRMED = tolerances.FLOAT64
"""How far two float64 engines may be apart before a case is not written."""


def completed(case: Case, oracle: Implementation) -> dict[str, Any]:
    """The case as it stands in its file, with what the oracle gives as expectation."""
    draft = case.draft
    model: dict[str, Any] | None = None
    if draft.model is not None:
        model = {**to_json(draft.model), "weight_names": list(draft.model.weight_names)}
    written: dict[str, Any] = {
        "format": FORMAT,
        "id": case.id,
        "title": case.title,
        "clauses": case.clauses,
        "notices": case.notices,
        "needs": case.needs,
        "tolerance": {},
        "model": model,
        "weights": draft.weights,
        "operations": draft.operations,
    }
    results = list(replay.run(oracle, files.plain(written)))
    written["operations"] = [
        {**operation, "expect": expect}
        for operation, expect in zip(draft.operations, results, strict=True)
    ]
    quantities = {name for expect in results for name in expect}
    written["tolerance"] = {name: one for name, one in case.tolerance.items() if name in quantities}
    made: dict[str, Any] = files.plain(written)
    return made


def confirm(case: Mapping[str, Any], engine: Implementation) -> None:
    """Raise NotConfirmed unless the engine, too, gives every expectation of the case."""
    for one in replay.differences(engine, case, CONFIRMED):
        if not one.agrees:
            raise files.NotConfirmed(
                f"{case['id']}, operation {one.operation}: {engine.name} does not confirm "
                f"{one.sentence}"
            )


def refuse_a_full(folder: Path) -> None:
    """Raise ValueError unless this is an empty folder, or none yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not empty: give the name of a new folder")


def export(
    folder: Path,
    seed: int = 0,
    kills: Callable[[Sequence[Mapping[str, Any]]], Mapping[str, list[str]]] | None = None,
    with_onnx: bool = True,
) -> dict[str, Any]:
    """Write every case, the ONNX test cases and the manifest to an empty folder; the manifest.

    ``kills`` finds for every case the installed mutants that it catches. Raises ValueError where
    the folder holds something already, NotConfirmed (before anything is written) where the two
    engines differ.
    """
    refuse_a_full(folder)
    oracle, second = find(DEFAULT_ORACLE), find(ORACLE_OF_THE_ORACLE)
    written = [completed(case, oracle) for case in cases(seed)]
    for one in written:
        confirm(one, second)
        files.validate(one, "case", one["id"])
    nodes = onnx_folders.prepared(seed, oracle, second) if with_onnx else []
    caught = kills(written) if kills else {}
    listed = []
    for one in written:
        path = f"{one['id']}.json"
        files.write(folder / path, one)
        entry = {
            "path": path,
            "sha256": files.digest(folder / path),
            **{name: one[name] for name in ("id", "title", "clauses", "notices", "needs")},
        }
        listed.append(entry | ({"kills": caught[one["id"]]} if kills else {}))
    manifest = {
        "format": FORMAT,
        "spec_version": SPEC_VERSION,
        "command": f"lstm-spec vectors export DIR --seed {seed}",
        "seed": seed,
        "computed_by": describe(oracle),
        "confirmed_by": describe(second),
        "cases": listed,
        "onnx": onnx_folders.write(folder, nodes),
    }
    files.validate(manifest, "manifest", files.MANIFEST)
    files.write(folder / files.MANIFEST, manifest)
    return manifest
