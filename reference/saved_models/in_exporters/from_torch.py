"""State dictionaries and ONNX files of PyTorch.

python -m reference.saved_models.in_exporters.from_torch FOLDER state-dict|torchscript|dynamo
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from reference.saved_models.in_exporters.recording import Entry, apart, onnx_entry, record
from reference.saved_models.in_exporters.torch_models import MODELS, build, inputs


def main(folder: Path, kind: str) -> None:
    """Write every model as a state dictionary, or through one of the two exporters to ONNX."""
    import torch

    def write(name: str) -> Entry:
        declared = MODELS[name]
        module, x = build(name, declared), torch.from_numpy(inputs(name, declared))
        with torch.no_grad():
            given = module(x)
        expected = [one.numpy() for one in (given if isinstance(given, tuple) else (given,))]
        facts = {word: value for word, value in declared.items() if word != "shape"}
        facts["float"] = declared["float"] if x.is_floating_point() else str(x.numpy().dtype)
        if kind == "state-dict":
            return {**facts, "files": save(module, folder, name)}, expected
        path = folder / f"{name}.onnx"
        export(module, x, path, dynamo=kind == "dynamo", batch_axis=batch_axis(declared))
        entry, outputs = onnx_entry(path, x.numpy())
        return {**facts, **entry, "from PyTorch": apart(outputs, expected)}, outputs

    packages = ["torch", "numpy"]
    packages += ["safetensors"] if kind == "state-dict" else ["onnx", "onnxscript", "onnxruntime"]
    record(folder, packages, MODELS, write)


def batch_axis(declared: dict[str, Any]) -> int:
    """The axis of the rows."""
    return 1 if any(one.get("batch_first") is False for _, one in declared["layers"]) else 0


def save(module: Any, folder: Path, name: str) -> list[str]:
    """The state dictionary as safetensors, as ``.npz``, and pickled as ``.pt``."""
    import torch
    from safetensors.torch import save_file

    weights = {key: value.contiguous() for key, value in module.state_dict().items()}
    save_file(weights, folder / f"{name}.safetensors")
    np.savez(folder / f"{name}.npz", **{key: one.numpy() for key, one in weights.items()})
    torch.save(module.state_dict(), folder / f"{name}.pt")
    return [f"{name}.safetensors", f"{name}.npz", f"{name}.pt"]


def export(module: Any, x: Any, path: Path, *, dynamo: bool, batch_axis: int) -> None:
    """Export with a number of rows that is left open."""
    import torch

    names: dict[str, Any] = {"input_names": ["x"], "dynamo": dynamo}
    if dynamo:
        names["dynamic_shapes"] = ({batch_axis: torch.export.Dim("rows")},)
        names["external_data"] = False
    else:
        names["dynamic_axes"] = {"x": {batch_axis: "rows"}}
    torch.onnx.export(module, (x,), path, **names)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
