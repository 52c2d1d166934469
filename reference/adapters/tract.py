"""tract, which reads ONNX."""

from __future__ import annotations

import tempfile
from pathlib import Path

import tract

from lstm_spec.contract import Capability, speaking_for
from reference.adapters.onnx_graph import GraphModel
from reference.adapters.supported import check


class Tract:
    """A runnable for every input shape. Left out, the states stand for a batch of one row."""

    name = "tract"
    version = tract.version()
    capabilities = frozenset(
        [
            Capability.FORWARD,
            Capability.INITIAL_STATE,
            Capability.FINAL_STATE,
            Capability.LAYERS,
            Capability.NO_BIAS,
            Capability.GO_BACKWARDS,
            Capability.BIDIRECTIONAL,
        ]
    )

    def build(self, spec):
        check(spec, self.capabilities)
        return GraphModel(spec, self.open, fixed=True, explicit=("states",))

    def open(self, model):
        names = [one.name for one in model.graph.input]
        with tempfile.TemporaryDirectory() as folder, speaking_for("tract"):
            file = Path(folder) / "lstm.onnx"
            file.write_bytes(model.SerializeToString())
            runnable = tract.onnx().load(str(file)).into_model().into_runnable()

        def run(feed):
            with speaking_for("tract"):
                return [one.to_numpy() for one in runnable.run([feed[name] for name in names])]

        return run


implementation = Tract()
