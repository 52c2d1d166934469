"""OpenCV's dnn module, which reads ONNX."""

from __future__ import annotations

import cv2
import numpy as np

from lstm_spec.contract import speaking_for
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.onnx_graph import CAN, MAPS, GraphModel


def open_graph(model):
    """A network for one shape of the input."""
    with speaking_for("opencv"):
        net = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    names = [one.name for one in model.graph.output]

    def run(feed):
        with speaking_for("opencv"):
            for name, array in feed.items():
                net.setInput(array, name)
            return net.forward(names)

    return run


# It takes an LSTM with all seven inputs only.
implementation = Adapter(
    name="opencv",
    version=cv2.__version__,
    model=lambda spec: GraphModel(spec, open_graph, fixed=True, explicit=("states", "lengths")),
    capabilities=CAN + " cell-options mask-tail",
    maps=MAPS,
    padding_output="zero",  # the operator; its input sequence_lens is accepted
)
