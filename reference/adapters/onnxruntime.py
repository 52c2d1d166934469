"""ONNX Runtime on a CPU: a session per graph, states as inputs and outputs."""

from __future__ import annotations

import onnxruntime

from lstm_spec.contract import Capability, speaking_for
from reference.adapters.onnx_graph import GraphModel
from reference.adapters.supported import check


class OnnxRuntime:
    """Carries no state: what a call returns is given back by the user."""

    name = "onnxruntime"
    version = onnxruntime.__version__
    padding_output = "zero"  # the operator: Y is zero beyond a row's length
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
        ]
    )

    def build(self, spec):
        check(spec, self.capabilities)
        return GraphModel(spec, self.open)

    def open(self, model):
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


implementation = OnnxRuntime()
