"""The manifest of an exporter, in the form of those of the Kerases."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from reference.saved_models.in_keras.library import first_line
from reference.saved_models.in_keras.wording import NotHere

Entry = tuple[dict[str, Any], list[Any]]
"""The facts about a model, and its outputs."""


def record(
    folder: Path,
    packages: Iterable[str],
    names: Iterable[str],
    write: Callable[[str], Entry],
) -> None:
    """Write every model, ``predictions.npz`` and ``manifest.json`` with the packages' versions.

    What a tool cannot write is named in the manifest with the first line of what it raised.
    """
    made: dict[str, Any] = {}
    missing: dict[str, str] = {}
    predictions: dict[str, Any] = {}
    for name in names:
        try:
            entry, outputs = write(name)
        except NotHere as reason:
            missing[name] = str(reason)
            continue
        except Exception as error:  # whatever a tool raises is what the manifest reports
            missing[name] = first_line(error).replace(f"{folder}/", "")
            for file in folder.glob(f"{name}.*"):
                file.unlink()
            continue
        keys = [f"{name}.{place}" for place in range(len(outputs))]
        predictions.update(zip(keys, outputs, strict=True))
        given = entry.pop("input", "A")
        made[name] = {**entry, "calls": [{"call": "predict", "input": given, "outputs": keys}]}
    np.savez_compressed(folder / "predictions.npz", **predictions)
    facts: dict[str, Any] = {
        "models": made,
        "missing": missing,
        "python": platform.python_version(),
    }
    facts.update({one: importlib.metadata.version(one) for one in packages})
    (folder / "manifest.json").write_text(json.dumps(facts), "utf-8")


def onnx_entry(path: Path, x: Any) -> Entry:
    """What is in an ONNX file, and what ONNX Runtime gives for the inputs.

    What the exporter notes about the user's program (call stacks, with paths) is removed first.
    """
    import onnx
    import onnxruntime

    model = onnx.load(path)
    for node in nodes_of(model.graph):
        del node.metadata_props[:]
        node.doc_string = ""
    for holder in [model.graph, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        del holder.metadata_props[:]
    del model.metadata_props[:]
    onnx.save(model, path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = x if isinstance(x, list) else [x]
    feed = {one.name: array for one, array in zip(session.get_inputs(), given, strict=True)}
    outputs = session.run(None, feed)
    operators = sorted({node.op_type for node in nodes_of(model.graph)})
    return {"files": [path.name], "operators": operators}, outputs


def nodes_of(graph: Any) -> Iterable[Any]:
    """Every node, those of the graphs inside a Loop, Scan or If included."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.g.node:
                yield from nodes_of(attribute.g)


def apart(outputs: list[Any], expected: list[Any]) -> float:
    """The largest difference of two lists of outputs, in units of the largest expected output."""
    largest = [
        np.abs(np.asarray(one) - np.asarray(other)).max() / np.abs(np.asarray(other)).max()
        for one, other in zip(outputs, expected, strict=True)
    ]
    return float(f"{max(largest):.2g}")
