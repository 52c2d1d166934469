"""A saved model: one .npz file with the description as JSON, the weights, the optimiser's memory.

States are not weights: they are not saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.model import ModelSpec
from lstm_spec.model.json_form import from_json, to_json


def file_of(path: Path) -> Path:
    """The file that a model saved at ``path`` is in."""
    return path.with_name(path.name + ".npz")


def write(
    path: Path, spec: ModelSpec, weights: Sequence[Array], memory: Mapping[str, Array]
) -> None:
    """Write ``path`` + ".npz"; it holds no pickled object."""
    arrays = {f"weight_{index}": weight for index, weight in enumerate(weights)}
    arrays |= {f"optimizer_{name}": value for name, value in memory.items()}
    arrays["spec"] = np.asarray(json.dumps(to_json(spec)))
    np.savez(file_of(Path(path)), **arrays)  # type: ignore[arg-type]


def read(path: Path) -> tuple[ModelSpec, list[Array], dict[str, Array]]:
    """Description, weights and the optimiser's memory."""
    with np.load(file_of(Path(path)), allow_pickle=False) as saved:
        spec = from_json(json.loads(str(saved["spec"])))
        weights = [saved[f"weight_{index}"] for index in range(len(spec.weight_shapes))]
        memory = {
            name.removeprefix("optimizer_"): saved[name]
            for name in saved.files
            if name.startswith("optimizer_")
        }
    return spec, weights, memory
