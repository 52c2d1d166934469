"""PyTorch's nn.LSTMCell in a loop over time."""

from __future__ import annotations

import torch

from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.torch_optimizers import POLICIES
from reference.adapters.support.torch_sequences import UNBATCHED
from reference.adapters.torch_lstm import CAN, DROPPING, NARROW, TOLD, TRAINED, TorchNetwork


class CellNetwork(TorchNetwork):
    """Weights as in nn.LSTM; h and c go from step to step."""

    def make_lstm(self, lstm, width, both, dtype):
        part = torch.nn.LSTMCell(width, lstm.units, bias=lstm.use_bias, dtype=dtype)
        if lstm.use_bias and not lstm.recurrent_bias:
            part.bias_hh.requires_grad_(False).zero_()
        return part

    def lstm(self, layer, part, x, states, lengths):
        if self.path == UNBATCHED:
            rows = [self.row(part, one[:, None], states, k) for k, one in enumerate(x)]
            y, h, c = (torch.stack(each) for each in zip(*rows))
            now = h, c
        else:
            y, now = self.steps(part, x.transpose(0, 1), states[0] if states else None)
            y = y.transpose(0, 1)
        return y if layer.return_sequences else now[0], [now]

    def row(self, part, steps, states, k):
        """One row without an axis of the batch: outputs, h and c."""
        given = tuple(one[k] for one in states[0]) if states else None
        y, (h, c) = self.steps(part, steps[:, 0], given)
        return y, h, c

    def steps(self, part, steps, now):
        """Every step in turn."""
        y = []
        for step in steps:
            now = part(step, now)
            y.append(now[0])
        return torch.stack(y), now


# Has neither directions nor lengths.
implementation = Adapter(
    name="torch-lstmcell",
    version=torch.__version__,
    model=CellNetwork,
    capabilities=CAN + TOLD,
    maps={**TRAINED, **DROPPING, **NARROW, "LSTM": (*SHARED["LSTM"], "recurrent_bias")},
    paths=(UNBATCHED,),
    **POLICIES,
)
