"""TorchRL's LSTMModule in recurrent mode: a TensorDict goes in, with states at its first step."""

from __future__ import annotations

import torch
import torchrl
from tensordict import TensorDict
from torchrl.modules import LSTMModule

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.torch_optimizers import POLICIES
from reference.adapters.torch_lstm import CAN, TRAINED, TorchNetwork

NAMES = {"in_keys": ["x", "h", "c"], "out_keys": ["y", ("next", "h"), ("next", "c")]}


class TorchRlNetwork(TorchNetwork):
    """Weights as in nn.LSTM, which it wraps."""

    library = "torchrl"

    def make_lstm(self, lstm, width, both, dtype):
        part = super().make_lstm(lstm, width, both, dtype)
        return LSTMModule(lstm=part, default_recurrent_mode=True, **NAMES)

    def lstm(self, layer, part, x, states, lengths):
        batch, steps = x.shape[:2]
        given = {"x": x, "is_init": torch.zeros(batch, steps, 1, dtype=torch.bool)}
        if states:
            for name, state in zip("hc", states[0]):
                given[name] = state[:, None, None].expand(-1, steps, -1, -1)
        found = part(TensorDict(given, [batch, steps]))
        y, h, c = found["y"], found["next", "h"][:, -1, 0], found["next", "c"][:, -1, 0]
        return y if layer.return_sequences else h, [(h, c)]


# The state lies in the TensorDict.
implementation = Adapter(
    name="torchrl",
    version=torchrl.__version__,
    model=TorchRlNetwork,
    capabilities=CAN,
    backend="torch " + torch.__version__,
    maps=TRAINED,
    **POLICIES,
)
