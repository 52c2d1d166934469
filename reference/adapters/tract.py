"""tract, which reads ONNX."""

from __future__ import annotations

import tempfile
from pathlib import Path

import tract

from lstm_spec.contract import speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.onnx_graph import CAN, MAPS, GraphModel


def open_graph(model):
    """A runnable for one shape of the input."""
    names = [one.name for one in model.graph.input]
    with tempfile.TemporaryDirectory() as folder, speaking_for("tract"):
        file = Path(folder) / "lstm.onnx"
        file.write_bytes(model.SerializeToString())
        runnable = tract.onnx().load(str(file)).into_model().into_runnable()

    def run(feed):
        with speaking_for("tract"):
            return [one.to_numpy() for one in runnable.run([feed[name] for name in names])]

    return run


# Left out, the states stand for a batch of one row. It refuses sequence_lens.
implementation = Adapter(
    name="tract",
    version=tract.version(),
    model=lambda spec: GraphModel(spec, open_graph, fixed=True, explicit=("states",)),
    capabilities=CAN + " cell-options",
    maps=MAPS,
)
