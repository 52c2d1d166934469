"""The reference evaluator of ONNX: the LSTM operator in NumPy, beside its standard."""

from __future__ import annotations

import onnx
from onnx.reference import ReferenceEvaluator

from lstm_spec.contract import speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.onnx_graph import CAN, LAYOUT, WHOLE, GraphModel


def open_graph(model):
    """An evaluator."""
    with speaking_for("onnx.reference"):
        evaluator = ReferenceEvaluator(model)

    def run(feed):
        with speaking_for("onnx.reference"):
            return evaluator.run(None, feed)

    return run


# Declares what the operator has in the standard, whether the evaluator follows or not.
implementation = Adapter(
    name="onnx-reference",
    version=onnx.__version__,
    model=lambda spec, path="": GraphModel(spec, open_graph, path=path),
    capabilities=CAN + " cell-options hard-sigmoid mask-tail float64",
    maps=WHOLE,
    paths=(LAYOUT,),
    padding_output="zero",
)
