"""Golden vectors of a user's own model, in the form of ``lstm-spec vectors``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec import SPEC_VERSION
from lstm_spec.checking.trial import describe
from lstm_spec.contract import States
from lstm_spec.saved_models.examination import Examination, engine
from lstm_spec.subjects.find import DEFAULT_ORACLE, ORACLE_OF_THE_ORACLE, find
from lstm_spec.vectors import files
from lstm_spec.vectors.case import Case, Draft, call, operation, reset
from lstm_spec.vectors.exporting import FORMAT, completed, confirm

CLAUSES = {
    "whole-rows": ("SEQ-01", "SEQ-02", "STATE-26"),
    "carried": ("STATE-01", "STATE-31"),
    "in-pieces": ("SEQ-13", "SEQ-15"),
    "step-by-step": ("SEQ-13", "SEQ-15"),
    "states": ("STATE-38", "STATE-39"),
}
"""What the specification says about each case."""


def export(folder: Path, examined: Examination, seed: int) -> dict[str, Any]:
    """Write the cases and the manifest to a new or empty folder; the manifest.

    Raises ValueError where the folder holds something, NotConfirmed where the two oracles differ.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"--vectors {folder} is not empty: give the name of a new folder")
    oracle, second = find(DEFAULT_ORACLE), find(ORACLE_OF_THE_ORACLE)
    written = [completed(case, oracle) for case in cases(examined)]
    for one in written:
        confirm(one, second)
        files.validate(one, "case", one["id"])
    listed = []
    for one in written:
        path = f"{one['id']}.json"
        files.write(folder / path, one)
        listed.append(
            {
                "path": path,
                "sha256": files.digest(folder / path),
                **{name: one[name] for name in ("id", "title", "clauses", "notices", "needs")},
            }
        )
    manifest = {
        "format": FORMAT,
        "spec_version": SPEC_VERSION,
        "command": f"lstm-spec model {examined.saved.file.name} --vectors DIR",
        "seed": seed,
        "computed_by": describe(oracle),
        "confirmed_by": describe(second),
        "cases": listed,
        "onnx": [],
    }
    files.validate(manifest, "manifest", files.MANIFEST)
    files.write(folder / files.MANIFEST, manifest)
    return manifest


def cases(examined: Examination) -> Iterator[Case]:
    """Whole rows; for recurrent models also rows in pieces, step by step, and resets."""
    saved = examined.saved
    spec = replace(saved.spec, time_steps=None) if cuts(examined) else saved.spec
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    x = x[: saved.spec.batch_size or len(x)]
    weights = list(saved.weights)

    def case(name: str, title: str, notices: str, operations: list[Any]) -> Case:
        tolerance = {"outputs": examined.tolerance, "states": examined.tolerance}
        draft = Draft(spec, weights, operations, tolerance)
        return Case(f"model/{name}", title, CLAUSES[name], (notices,), draft)

    yield case(
        "whole-rows",
        f"{saved.file.name}: whole rows, twice.",
        "anything that the engine computes otherwise",
        [call(x), *([reset()] if spec.stateful else []), call(x)],
    )
    if spec.stateful:
        yield case(
            "carried",
            "The same rows three times in a row, each from the states before it, then a reset.",
            "a state that is lost between calls, or kept over a reset",
            [call(x), call(x), reset(), call(x)],
        )
    if cuts(examined):
        steps = x.shape[1]
        yield case(
            "in-pieces",
            "The rows in two pieces, the second from the final states of the first.",
            "final states that are not those after the last step",
            list(pieces(examined, spec, x, (steps // 2,))),
        )
        yield case(
            "step-by-step",
            "The rows one step at a time, each from the final states of the step before it.",
            "a state that is one step late, h and c exchanged",
            list(pieces(examined, spec, x, tuple(range(1, min(steps, 8))))),
        )
    if spec.stateful:
        yield case(
            "states",
            "States read, set and read again.",
            "h and c exchanged when states are read or set",
            [call(x), operation("get_states"), reset(), operation("get_states"), call(x)],
        )


def cuts(examined: Examination) -> bool:
    """Whether rows can be given in pieces: every layer works step by step, and forwards."""
    spec = examined.saved.spec
    kinds = {type(layer).__name__ for layer in spec.layers}
    plain = kinds <= {
        "LSTM",
        "Dense",
        "Dropout",
        "ActivationLayer",
        "ReLU",
        "Embedding",
        "BatchNormalization",
        "LayerNormalization",
    }
    ahead = not any(layer.go_backwards for layer in spec.recurrent_layers)
    # Behind a layer that gives its last output only, a later piece means something else.
    open_ended = all(layer.return_sequences for layer in spec.recurrent_layers[:-1])
    steps = examined.saved.input.time_steps
    return bool(spec.recurrent_layers) and plain and ahead and open_ended and steps != 1


def pieces(
    examined: Examination, spec: Any, x: Any, places: tuple[int, ...]
) -> Iterator[dict[str, Any]]:
    """Calls on consecutive steps, each with the states that the call before it left."""
    saved = replace(examined.saved, spec=spec)
    model = engine(saved, find(DEFAULT_ORACLE), saved.weights)
    states: States | None = None
    for piece in np.split(x, places, axis=1):
        if piece.shape[1]:
            yield call(piece, None, states)
            states = model.call(piece, initial_state=states).states
