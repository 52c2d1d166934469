"""PyTorch's nn.LSTMCell in a loop over time."""

from __future__ import annotations

import torch

from lstm_spec.contract import Capability
from reference.adapters.supported import check
from reference.adapters.torch_lstm import Torch, TorchNetwork


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


class TorchCell(Torch):
    """Carries no state, has no directions and no lengths."""

    name = "torch-lstmcell"
    capabilities = Torch.capabilities - {Capability.BIDIRECTIONAL, Capability.MASK_TAIL}

    def build(self, spec):
        check(spec, self.capabilities)
        return CellNetwork(spec)


implementation = TorchCell()
