"""ONNX files that tf2onnx makes of tf.keras models, and ``model.export`` of Keras 3.

python -m reference.saved_models.in_exporters.from_keras FOLDER tf2onnx|keras
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from reference.saved_models.in_exporters.recording import Entry, apart, onnx_entry, record
from reference.saved_models.in_keras import building, rows
from reference.saved_models.in_keras.declared import MODELS
from reference.saved_models.in_keras.library import Library
from reference.saved_models.in_keras.wording import NotHere

WITHOUT_LSTM_NODES = ("plain", "embedding", "masking", "bidirectional_concat")
"""Of an exporter that writes the steps of an LSTM one by one, a few files to be refused are enough.
"""

LEFT_OUT = ("weights only", "train", "twin")
"""Facts of models that concern the form of a Keras file and nothing that is exported."""


def main(folder: Path, kind: str) -> None:
    """Export the models of the Keras fixtures."""
    library = Library()

    def write(name: str) -> Entry:
        model = MODELS[name]
        if "reset" in model["calls"]:
            raise NotHere("an ONNX file has no states that stay from call to call")
        library.fresh(model["float"])
        built = building.build(library, name, model)
        given = rows.inputs(name, model)
        x: Any = given["A"].astype(model["float"])
        entry_input: Any = "A"
        if model["style"] == "two inputs":
            x, entry_input = [x, given["B"]], ["A", "B"]
        expected = library.predict(built, x, model["batch"])
        path = folder / f"{name}.onnx"
        export(library, built, path, kind, model)
        entry, outputs = onnx_entry(path, x)
        facts = {word: model[word] for word in ("float", "refused") if word in model}
        entry.update(facts, input=entry_input)
        entry["from Keras"] = apart(outputs, expected)
        if "LSTM" not in entry["operators"] or "Loop" in entry["operators"]:
            entry["refused"] = True
        return entry, outputs

    names = [name for name, one in MODELS.items() if not any(word in one for word in LEFT_OUT)]
    packages = ["keras", "numpy", "onnx", "onnxruntime"]
    if library.tensorflow is None:
        packages, names = [*packages, "torch"], list(WITHOUT_LSTM_NODES)
    else:
        packages.append("tf2onnx")
    record(folder, packages, sorted(names), write)


def export(library: Library, built: Any, path: Path, kind: str, model: dict[str, Any]) -> None:
    """Write the ONNX file, with a number of rows that is left open where the model leaves it."""
    if kind == "keras":
        built.export(path, format="onnx", verbose=False)
        return
    import tensorflow
    import tf2onnx

    shape = building.batch_shape(model)
    signature = [tensorflow.TensorSpec(shape, model["float"]) for _ in built.inputs]
    tf2onnx.convert.from_keras(built, input_signature=signature, output_path=str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
