"""MNN, on a graph that its converter has read from ONNX."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import _tools  # MNN's converter
import MNN
import MNN.nn
import numpy as np

from lstm_spec.contract import Capability, speaking_for
from reference.adapters.onnx_graph import GraphModel
from reference.adapters.supported import check

KINDS = {"float32": MNN.expr.float, "int32": MNN.expr.int}


class Mnn:
    """Carries no state: what a call returns is given back by the user."""

    name = "mnn"
    version = version("mnn")
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
        return GraphModel(spec, self.open, fixed=True)

    def open(self, model):
        given = [one.name for one in model.graph.input]
        asked = [one.name for one in model.graph.output]
        with tempfile.TemporaryDirectory() as folder, speaking_for("mnn"):
            source, target = Path(folder) / "lstm.onnx", Path(folder) / "lstm.mnn"
            source.write_bytes(model.SerializeToString())
            options = ["-f", "ONNX", "--modelFile", str(source), "--MNNModel", str(target)]
            _tools.mnnconvert(["mnnconvert", *options, "--bizCode", "lstm"])
            net = MNN.nn.load_module_from_file(str(target), given, asked)

        def run(feed):
            with speaking_for("mnn"):
                inputs = []
                for name in given:
                    array, order = np.ascontiguousarray(feed[name]), MNN.expr.NCHW
                    kind = KINDS[array.dtype.name]
                    inputs.append(MNN.expr.const(array, list(array.shape), order, kind))
                return [np.array(one.read()) for one in net.forward(inputs)]

        return run


implementation = Mnn()
