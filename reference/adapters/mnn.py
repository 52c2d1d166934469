"""MNN, on a graph that its converter has read from ONNX."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import _tools  # MNN's converter
import MNN
import MNN.nn
import numpy as np

from lstm_spec.contract import speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.onnx_graph import CAN, GraphModel

KINDS = {"float32": MNN.expr.float, "int32": MNN.expr.int}


def open_graph(model):
    """A module for one shape of the input."""
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


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="mnn",
    version=version("mnn"),
    model=lambda spec: GraphModel(spec, open_graph, fixed=True),
    capabilities=CAN + " mask-tail",
    padding_output="zero",  # the operator; its input sequence_lens is accepted
)
