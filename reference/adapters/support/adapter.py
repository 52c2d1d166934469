"""An implementation of the contract: what a library can do, and the class of its models."""

from __future__ import annotations

from typing import Any

from lstm_spec.contract import Unsupported
from lstm_spec.model import LSTM, Bidirectional, Dense, Masking


def check(spec: Any, capabilities: Any, activations: Any = ("tanh",)) -> None:
    """Raise ``Unsupported`` unless the capabilities cover every layer and number type of ``spec``.

    ``activations`` are those that the LSTM layers may have.
    """

    def need(used: bool, capability: str) -> None:
        if used and capability not in capabilities:
            raise Unsupported(f"the model needs {capability}")

    lstms = spec.recurrent_layers
    plain = len(spec.layers) == 1 and len(lstms) > 0
    need(spec.dtype == "float64", "float64")
    need(not plain, "layers")
    need(any(isinstance(layer, Masking) for layer in spec.layers), "mask")
    need(any(isinstance(layer, Bidirectional) for layer in spec.layers), "bidirectional")
    for layer in spec.layers:
        need(isinstance(layer, LSTM) and layer.go_backwards, "go-backwards")
        if isinstance(layer, Dense) and layer.activation not in ("linear", "softmax"):
            raise Unsupported(f"Dense with {layer.activation}")
    for layer in lstms:
        need(layer.stateful, "stateful")
        need(not layer.use_bias, "no-bias")
        need(layer.recurrent_activation.startswith("hard_sigmoid"), "hard-sigmoid")
        if layer.activation not in activations:
            raise Unsupported(f"LSTM with the activation {layer.activation}")


class Adapter:
    """Builds ``model(spec)``; ``capabilities`` are their names, side by side.

    What else is named (``backend``, ``padding_output``, ``adam_epsilon``) is told as it is.
    """

    def __init__(self, name, version, model, capabilities, **told):
        self.name, self.version, self.model = name, version, model
        self.capabilities = frozenset(capabilities.split())
        for what, value in told.items():
            setattr(self, what, value)

    def build(self, spec):
        check(spec, self.capabilities)
        return self.model(spec)
