"""ONNX Runtime on a CPU: a session per graph, states as inputs and outputs."""

from __future__ import annotations

import onnxruntime

from lstm_spec.contract import speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.onnx_graph import CAN, LAYOUT, WHOLE, GraphModel


def open_graph(model):
    """A session."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    with speaking_for("onnxruntime"):
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def run(feed):
        with speaking_for("onnxruntime"):
            return session.run(None, feed)

    return run


# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="onnxruntime",
    version=onnxruntime.__version__,
    model=lambda spec, path="": GraphModel(spec, open_graph, path=path),
    capabilities=CAN + " cell-options hard-sigmoid mask-tail",
    maps=WHOLE,
    paths=(LAYOUT,),
    padding_output="zero",  # the operator: Y is zero beyond a row's length
    empty_rows="zero",  # whatever initial_h and initial_c are
)
