"""The reference evaluator of ONNX: the LSTM operator in NumPy, beside its standard."""

from __future__ import annotations

import onnx
from onnx.reference import ReferenceEvaluator

from lstm_spec.contract import Capability, speaking_for
from reference.adapters.onnx_graph import GraphModel
from reference.adapters.supported import check


class OnnxReference:
    """Declares what the operator has in the standard, whether the evaluator follows or not."""

    name = "onnx-reference"
    version = onnx.__version__
    padding_output = "zero"
    capabilities = frozenset(
        [
            Capability.FORWARD,
            Capability.INITIAL_STATE,
            Capability.FINAL_STATE,
            Capability.LAYERS,
            Capability.NO_BIAS,
            Capability.HARD_SIGMOID,
            Capability.GO_BACKWARDS,
            Capability.BIDIRECTIONAL,
            Capability.MASK_TAIL,
            Capability.FLOAT64,
        ]
    )

    def build(self, spec):
        check(spec, self.capabilities)
        return GraphModel(spec, self.open)

    def open(self, model):
        with speaking_for("onnx.reference"):
            evaluator = ReferenceEvaluator(model)

        def run(feed):
            with speaking_for("onnx.reference"):
                return evaluator.run(None, feed)

        return run


implementation = OnnxReference()
