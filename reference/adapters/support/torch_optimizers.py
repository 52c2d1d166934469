"""From the description of an optimiser to one of torch.optim."""

from __future__ import annotations

import torch

from lstm_spec.contract import Unsupported
from lstm_spec.model import SGD, Adam, AdamW, RMSprop

ADAM = ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", "clipvalue")
MAPS = {
    "SGD": ("learning_rate", "momentum", "nesterov", "clipvalue"),
    "Adam": ADAM,
    "AdamW": (*ADAM, "weight_decay"),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered", "clipvalue"),
}
"""What torch.optim and torch.nn.utils have of the descriptions. Except in AdamW, the weight_decay
of torch is a part of the gradient, and its clip_grad_norm_ adds 1e-6 to the norm: other things."""

POLICIES = {"adam_epsilon": "after", "rmsprop_epsilon": "outside"}
"""Where it adds epsilon."""


def torch_optimizer(asked, leaves):
    """The optimiser of these parameters; ``Unsupported`` for what torch.optim does not have."""
    rate = asked.learning_rate
    if isinstance(asked, SGD):
        if asked.nesterov and not asked.momentum:
            raise Unsupported("torch.optim.SGD has no Nesterov momentum of zero")
        options = {"momentum": asked.momentum, "nesterov": asked.nesterov}
        return torch.optim.SGD(leaves, rate, **options)
    if isinstance(asked, RMSprop):
        options = {"alpha": asked.rho, "eps": asked.epsilon, "momentum": asked.momentum}
        return torch.optim.RMSprop(leaves, rate, centered=asked.centered, **options)
    if not isinstance(asked, Adam):
        raise Unsupported(f"torch.optim has nothing for {asked!r}")
    options = {"betas": (asked.beta_1, asked.beta_2), "eps": asked.epsilon}
    options["amsgrad"] = asked.amsgrad
    if isinstance(asked, AdamW):
        return torch.optim.AdamW(leaves, rate, weight_decay=asked.weight_decay, **options)
    return torch.optim.Adam(leaves, rate, **options)


def limit(asked, leaves):
    """Limit the gradients of these parameters, as a user does between ``backward`` and ``step``."""
    if asked.clipvalue:
        torch.nn.utils.clip_grad_value_(leaves, asked.clipvalue)
