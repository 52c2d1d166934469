"""A saved model: one .npz file with the description as JSON, the weights, the optimiser's memory.

States are not weights: they are not saved.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec import model as descriptions
from lstm_spec.contract import Array
from lstm_spec.model import ModelSpec

KINDS = ("LSTM", "Bidirectional", "Masking", "RepeatVector", "Dense", "SGD", "Adam")


def describe(spec: ModelSpec) -> str:
    """The description as JSON; every layer and optimiser says its kind."""
    return json.dumps(_plain(spec))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"kind": type(value).__name__, **fields}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def restore(text: str) -> ModelSpec:
    """The description that ``describe`` wrote."""
    return ModelSpec(**_fields(json.loads(text)))


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    return {name: _made(value) for name, value in data.items() if name != "kind"}


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_made(one) for one in value)
    if isinstance(value, dict):
        if value["kind"] not in KINDS:
            raise ValueError(f"unknown kind {value['kind']!r} in a saved model")
        return getattr(descriptions, value["kind"])(**_fields(value))
    return value


def file_of(path: Path) -> Path:
    """The file that a model saved at ``path`` is in."""
    return path.with_name(path.name + ".npz")


def write(
    path: Path, spec: ModelSpec, weights: Sequence[Array], memory: Mapping[str, Array]
) -> None:
    """Write ``path`` + ".npz"; it holds no pickled object."""
    arrays = {f"weight_{index}": weight for index, weight in enumerate(weights)}
    arrays |= {f"optimizer_{name}": value for name, value in memory.items()}
    np.savez(file_of(Path(path)), spec=np.array(describe(spec)), **arrays)  # type: ignore[arg-type]


def read(path: Path) -> tuple[ModelSpec, list[Array], dict[str, Array]]:
    """Description, weights and the optimiser's memory."""
    with np.load(file_of(Path(path)), allow_pickle=False) as saved:
        spec = restore(str(saved["spec"]))
        weights = [saved[f"weight_{index}"] for index in range(len(spec.weight_shapes))]
        memory = {
            name.removeprefix("optimizer_"): saved[name]
            for name in saved.files
            if name.startswith("optimizer_")
        }
    return spec, weights, memory
