"""PyTorch's nn.LSTM: packed sequences for masked tails, autograd, torch.optim.

Of its two biases the second is zero and frozen, or the bias would learn twice as fast.
"""

from __future__ import annotations

import copy

import torch

from lstm_spec.model import Bidirectional, Dense
from reference.adapters.support import torch_optimizers
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.choices import is_mse
from reference.adapters.support.network import Network

torch.set_num_threads(1)


class TorchNetwork(Network):
    """nn.LSTM and nn.Linear."""

    library = "torch"
    optimizer = None

    def make(self, layer, width):
        dtype = getattr(torch, self.spec.dtype)
        if isinstance(layer, Dense):
            return torch.nn.Linear(width, layer.units, dtype=dtype)
        both = isinstance(layer, Bidirectional)
        lstm = layer.layer if both else layer
        return self.make_lstm(lstm, width, both, dtype)

    def make_lstm(self, lstm, width, both, dtype):
        options = {"bias": lstm.use_bias, "batch_first": True, "bidirectional": both}
        options["proj_size"] = lstm.projection
        part = torch.nn.LSTM(width, lstm.units, dtype=dtype, **options)
        for name, parameter in part.named_parameters():
            if name.startswith("bias_hh"):
                parameter.requires_grad_(False).zero_()
        return part

    def parameters(self, part):
        return [one for one in part.parameters() if one.requires_grad]

    def assign(self, part, arrays):
        with torch.no_grad():
            for parameter, array in zip(self.parameters(part), arrays):
                parameter.copy_(torch.tensor(array))

    def to_library(self, layer, arrays):
        return [array.T for array in arrays]

    to_canonical = to_library

    def lstm(self, layer, part, x, states, lengths):
        sequences = getattr(layer, "layer", layer).return_sequences
        given = states and tuple(torch.stack(each) for each in zip(*states))
        if lengths is None:
            y, (h, c) = part(x, given)
        else:
            options = {"batch_first": True, "enforce_sorted": False}
            packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), **options)
            packed, (h, c) = part(packed, given)
            unpack = torch.nn.utils.rnn.pad_packed_sequence
            y, _ = unpack(packed, batch_first=True, total_length=x.shape[1])
        return y if sequences else torch.cat(list(h), dim=-1), list(zip(h, c))

    def dense(self, layer, part, x):
        return part(x)

    def softmax(self, x):
        return torch.softmax(x, dim=-1)

    def repeat(self, x, n):
        return x[:, None].expand(-1, n, -1)

    def tensor(self, array):
        return torch.tensor(array, dtype=getattr(torch, self.spec.dtype))

    def numpy(self, tensor):
        return tensor.detach().numpy()

    def differentiate(self, x, y, states):
        x.requires_grad_(True)
        if is_mse(self.spec.loss):
            outputs, _ = self.forward(x, states)
            loss = torch.nn.functional.mse_loss(outputs, y)
        else:
            outputs, _ = self.forward(x, states, logits=True)
            flat = outputs.reshape(-1, outputs.shape[-1]), y.reshape(-1, y.shape[-1])
            loss = torch.nn.functional.cross_entropy(*flat)
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        flat = torch.autograd.grad(loss, [one for part in leaves for one in part] + [x])
        found = list(flat)
        return loss.detach(), [[found.pop(0) for _ in part] for part in leaves], found[0], outputs

    def update(self, gradients):
        leaves = [one for _, part in self.with_weights() for one in self.parameters(part)]
        if self.optimizer is None:
            self.optimizer = torch_optimizers.torch_optimizer(self.spec.optimizer, leaves)
        for leaf, gradient in zip(leaves, [one for part in gradients for one in part]):
            leaf.grad = gradient
        self.optimizer.step()

    def clone(self):
        twin = copy.copy(self)
        twin.optimizer, twin.parts = None, copy.deepcopy(self.parts)
        return twin


TRAINED = {**SHARED, **torch_optimizers.MAPS}
CAN = "forward initial-state final-state layers no-bias float64 gradients train clone"

# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="torch",
    version=torch.__version__,
    model=TorchNetwork,
    capabilities=CAN + " bidirectional cell-options mask-tail",
    maps={**TRAINED, "LSTM": (*SHARED["LSTM"], "projection")},
    padding_output="zero",  # pad_packed_sequence
    empty_rows="rejected",  # pack_padded_sequence
    **torch_optimizers.POLICIES,
)
