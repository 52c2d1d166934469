"""PyTorch's nn.LSTMCell in a loop over time."""

from __future__ import annotations

import torch

from reference.adapters.support.adapter import Adapter
from reference.adapters.support.torch_optimizers import POLICIES
from reference.adapters.torch_lstm import CAN, TRAINED, TorchNetwork


class CellNetwork(TorchNetwork):
    """Weights as in nn.LSTM; h and c go from step to step."""

    def make_lstm(self, lstm, width, both, dtype):
        part = torch.nn.LSTMCell(width, lstm.units, bias=lstm.use_bias, dtype=dtype)
        if lstm.use_bias:
            part.bias_hh.requires_grad_(False).zero_()
        return part

    def lstm(self, layer, part, x, states, lengths):
        now, y = states[0] if states else None, []
        for step in x.unbind(dim=1):
            now = part(step, now)
            y.append(now[0])
        return torch.stack(y, dim=1) if layer.return_sequences else now[0], [now]


# Has neither directions nor lengths.
implementation = Adapter(
    name="torch-lstmcell",
    version=torch.__version__,
    model=CellNetwork,
    capabilities=CAN,
    maps=TRAINED,
    **POLICIES,
)
