"""OpenCV's dnn module, which reads ONNX."""

from __future__ import annotations

import cv2
import numpy as np

from lstm_spec.contract import Capability, speaking_for
from reference.adapters.onnx_graph import GraphModel
from reference.adapters.supported import check


class OpenCv:
    """A network for every shape of the input; it takes an LSTM with all seven inputs only."""

    name = "opencv"
    version = cv2.__version__
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
        return GraphModel(spec, self.open, fixed=True, explicit=("states", "lengths"))

    def open(self, model):
        with speaking_for("opencv"):
            net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
        names = [one.name for one in model.graph.output]

        def run(feed):
            with speaking_for("opencv"):
                for name, array in feed.items():
                    net.setInput(array, name)
                return net.forward(names)

        return run


implementation = OpenCv()
