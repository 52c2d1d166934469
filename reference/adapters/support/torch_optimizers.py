"""From the description of an optimiser to one of torch.optim."""

from __future__ import annotations

import torch

from lstm_spec.contract import Unsupported
from lstm_spec.model import SGD, Adam, AdamW, RMSprop

MAPS = {
    "SGD": ("learning_rate", "momentum", "nesterov"),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad"),
    "AdamW": ("learning_rate", "beta_1", "beta_2", "epsilon", "amsgrad", "weight_decay"),
    "RMSprop": ("learning_rate", "rho", "momentum", "epsilon", "centered"),
}
"""What torch.optim has of the descriptions. It limits no gradient, and except in AdamW its
weight_decay is a part of the gradient, which is another thing."""

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
