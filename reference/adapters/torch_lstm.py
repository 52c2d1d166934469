"""PyTorch's nn.LSTM: packed sequences for masked tails, autograd, torch.optim.

Of its two biases the second is zero and frozen unless the layer asks for both, or the bias would
learn twice as fast.
"""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import assert_never

import torch

from lstm_spec.contract import Unsupported
from lstm_spec.model import (
    VOCABULARIES,
    Bidirectional,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Dropout,
    Huber,
    SparseCategoricalCrossentropy,
    loss_facts,
    meant,
)
from reference.adapters.support import torch_optimizers
from reference.adapters.support.adapter import MAPS as SHARED
from reference.adapters.support.adapter import Adapter
from reference.adapters.support.network import Network
from reference.adapters.support.number_types import PURE, computed_in
from reference.adapters.support.torch_sequences import (
    ONE_MODULE,
    PATHS,
    TIME_MAJOR,
    LayerOfModule,
    equal_layers,
    run_module,
)

torch.set_num_threads(1)


LOSSES = {
    "loss": VOCABULARIES["loss"],
    "Huber": ("delta",),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing"),
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class"),
    "BinaryCrossentropy": ("from_logits",),
}
"""Those of torch.nn; its binary cross-entropy knows no smoothing."""


OF_EACH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}
"""Activations of a Dense layer that read one number at a time."""


class TorchNetwork(Network):
    """nn.LSTM, nn.Linear and nn.Dropout."""

    library = "torch"
    optimizer = None

    def __init__(self, spec, path=""):
        self.path, self.modules = path, []
        self.stacks = dict(equal_layers(spec)) if path == ONE_MODULE else {}
        super().__init__(spec)
        self.train(False)

    # Layers -------------------------------------------------------------------------------------

    def make(self, layer, width):
        dtype = getattr(torch, computed_in(self.spec))
        if isinstance(layer, Dense):
            return torch.nn.Linear(width, layer.units, dtype=dtype)
        if isinstance(layer, Dropout):
            return torch.nn.Dropout(layer.rate)
        both = isinstance(layer, Bidirectional)
        lstm = layer.layer if both else layer
        if lstm.recurrent_bias and not lstm.use_bias:
            raise Unsupported("nn.LSTM has both biases or none")
        place = len(self.parts)
        inside = next((one for one in self.stacks if place in one), None)
        if inside is None:
            return self.make_lstm(lstm, width, both, dtype)
        layers = [k for k in inside if self.spec.layers[k].directions]
        if place == inside[0]:
            options = {"num_layers": len(layers), "dropout": self.stacks[inside]}
            self.modules.append(self.make_lstm(lstm, width, both, dtype, **options))
        return LayerOfModule(self.modules[-1], layers.index(place), len(layers))

    def make_lstm(self, lstm, width, both, dtype, **options):
        options.update(bias=lstm.use_bias, batch_first=self.path != TIME_MAJOR, bidirectional=both)
        part = torch.nn.LSTM(width, lstm.units, dtype=dtype, proj_size=lstm.projection, **options)
        for name, parameter in part.named_parameters():
            if name.startswith("bias_hh") and not lstm.recurrent_bias:
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

    # Running ------------------------------------------------------------------------------------

    def forward(self, x, states=None, lengths=None, logits=False, parts=None):
        """Layers of one module are run with the first of them; the others hand on what it left."""
        self.left = []
        y, final = super().forward(x, states, lengths, logits, parts)
        return y, [one for one in final if one is not None]

    def lstm(self, layer, part, x, states, lengths):
        sequences = getattr(layer, "layer", layer).return_sequences
        directions = len(layer.directions)
        if isinstance(part, LayerOfModule):
            return self.layer_of_module(layer, part, x, states, lengths)
        given = states and tuple(torch.stack(each) for each in zip(*states))
        y, (h, c) = run_module(part, x, given, lengths, self.path)
        return y if sequences else torch.cat(list(h[-directions:]), dim=-1), list(zip(h, c))

    def layer_of_module(self, layer, part, x, states, lengths):
        """The first layer of a module waits for the states of all of them; the last one runs it."""
        if part.place == 0:
            self.left = [x, []]
        x, given = self.left
        given += states or []
        if part.place < part.count - 1:
            return x, [None] * len(layer.directions)
        states = tuple(torch.stack(each) for each in zip(*given)) if given else None
        y, (h, c) = run_module(part.module, x, states, lengths, self.path)
        sequences = getattr(layer, "layer", layer).return_sequences
        ends = list(h[-len(layer.directions) :])
        return y if sequences else torch.cat(ends, dim=-1), list(zip(h, c))

    def dropout(self, part, x):
        inside = any(part is self.parts[k][1] for one in self.stacks for k in one)
        return x if inside else part(x)  # the module drops by itself

    def dense(self, layer, part, x):
        y = part(x)
        return OF_EACH[layer.activation](y) if layer.activation in OF_EACH else y

    def softmax(self, x):
        return torch.softmax(x, dim=-1)

    def repeat(self, x, n):
        return x[:, None].expand(-1, n, -1)

    def tensor(self, array):
        return torch.tensor(array, dtype=getattr(torch, computed_in(self.spec)))

    def numpy(self, tensor):
        wide = tensor.float() if tensor.dtype.itemsize == 2 else tensor
        return wide.detach().numpy()

    def train(self, on):
        for part in (*self.modules, *(part for _, part in self.with_weights())):
            if not isinstance(part, LayerOfModule):
                part.train(on)

    @contextmanager
    def training(self):
        """Inside, the modules are in training, so that dropout draws."""
        self.train(True)
        try:
            yield
        finally:
            self.train(False)

    def call_in_training(self, x, mask=None, initial_state=None):
        with self.training():
            return self.call(x, mask, initial_state)

    # Training -----------------------------------------------------------------------------------

    def differentiate(self, x, y, states):
        with self.training():
            return self.slopes(x, y, states)

    def slopes(self, x, y, states):
        x.requires_grad_(True)
        asked = meant(self.spec.loss)
        classes = isinstance(asked, (CategoricalCrossentropy, SparseCategoricalCrossentropy))
        last = getattr(self.spec.layers[-1], "activation", "")
        if classes and not asked.from_logits and last != "softmax":
            raise Unsupported("torch.nn has no cross-entropy of classes but that of logits")
        outputs, _ = self.forward(x, states, logits=classes and not asked.from_logits)
        loss = self.loss(outputs, y)
        leaves = [self.parameters(part) for _, part in self.with_weights()]
        flat = torch.autograd.grad(loss, [one for part in leaves for one in part] + [x])
        found = list(flat)
        return loss.detach(), [[found.pop(0) for _ in part] for part in leaves], found[0], outputs

    def loss(self, outputs, y):
        """That of ``torch.nn.functional``: of classes it reads logits, whatever was asked for."""
        functions, asked = torch.nn.functional, meant(self.spec.loss)
        flat = outputs.reshape(-1, outputs.shape[-1])
        match asked:
            case "mse":
                return functions.mse_loss(outputs, y)
            case "mae":
                return functions.l1_loss(outputs, y)
            case Huber():
                return functions.huber_loss(outputs, y, delta=asked.delta)
            case CategoricalCrossentropy():
                smoothing = asked.label_smoothing
                return functions.cross_entropy(
                    flat, y.reshape(flat.shape), label_smoothing=smoothing
                )
            case SparseCategoricalCrossentropy():
                left_out = -100 if asked.ignore_class is None else asked.ignore_class
                labels = y.reshape(-1).long()
                return functions.cross_entropy(flat, labels, ignore_index=left_out)
            case BinaryCrossentropy():
                of = "binary_cross_entropy" + ("_with_logits" if asked.from_logits else "")
                return getattr(functions, of)(outputs, y)
        assert_never(asked)

    def accuracy(self, outputs, y):
        match loss_facts(self.spec.loss).targets:
            case "numbers":
                return None
            case "labels":
                return float((outputs.argmax(axis=-1) == y).mean())
            case "bits":
                return float(((outputs > 0.5) == (y > 0.5)).mean())
        return float((outputs.argmax(axis=-1) == y.argmax(axis=-1)).mean())

    def update(self, gradients):
        leaves = [one for _, part in self.with_weights() for one in self.parameters(part)]
        if self.optimizer is None:
            self.optimizer = torch_optimizers.torch_optimizer(self.spec.optimizer, leaves)
        for leaf, gradient in zip(leaves, [one for part in gradients for one in part]):
            leaf.grad = gradient
        torch_optimizers.limit(self.spec.optimizer, leaves)
        self.optimizer.step()

    def clone(self):
        twin = copy.copy(self)
        twin.optimizer = None
        twin.parts, twin.modules = copy.deepcopy((self.parts, self.modules))
        return twin


TRAINED = {
    **SHARED,
    **torch_optimizers.MAPS,
    "Dense.activation": (*SHARED["Dense.activation"], *OF_EACH),
}
CAN = "forward initial-state final-state layers no-bias float64 gradients train clone"
TOLD = " cell-options dropout"
"""What its arguments add, unless they stand behind another library's."""

NARROW = {
    "ModelSpec": (*SHARED["ModelSpec"], "precision"),
    "ModelSpec.precision": PURE,
}
"""One dtype for parameters and numbers, as ``dtype=torch.bfloat16`` gives it."""

DROPPING = {"Dropout": ("rate", "noise"), "Dropout.noise": ("dropout",)}

# Carries no state: what a call returns is given back by the user.
implementation = Adapter(
    name="torch",
    version=torch.__version__,
    model=TorchNetwork,
    capabilities=CAN + TOLD + " bidirectional mask-tail",
    maps={
        **TRAINED,
        **DROPPING,
        **LOSSES,
        "LSTM": (*SHARED["LSTM"], "projection", "recurrent_bias"),
        **NARROW,
    },
    paths=PATHS,
    padding_output="zero",  # pad_packed_sequence
    empty_rows="rejected",  # pack_padded_sequence
    **torch_optimizers.POLICIES,
)
