"""The derivative of each activation of a single number that later generations of Keras have added.

At a corner it is that of the flat side, at the jump of hard_shrink zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from reference.scalar.more_activations import exponential, logistic, softplus


def elu(x: float) -> float:
    """Exp(x) up to zero, where the straight line begins."""
    return 1.0 if x > 0 else math.exp(x)


def selu(x: float) -> float:
    """The scale on the right; on the left scale times alpha is 1.758."""
    return 1.0507009873554805 if x > 0 else 1.7580993408473766 * math.exp(x)


def softsign(x: float) -> float:
    """The square of 1 / (1 + |x|)."""
    share = 1.0 / (1.0 + abs(x))
    return share * share


def silu(x: float) -> float:
    """By the product rule."""
    return logistic(x) + x * logistic(x) * logistic(-x)


def gelu(x: float) -> float:
    """By the product rule: the slope of the distribution function is the density."""
    density = math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)
    return math.erfc(-x / math.sqrt(2.0)) / 2.0 + x * density


def mish(x: float) -> float:
    """By the product rule: the slope of tanh is 1 / cosh^2, that of softplus the logistic."""
    inner = math.tanh(softplus(x))
    return inner + x * (1.0 - inner) * (1.0 + inner) * logistic(x)


def hard_silu(x: float) -> float:
    """Of x (x + 3) / 6 between the corners."""
    if x >= 3:
        return 1.0
    return x / 3.0 + 0.5 if x > -3 else 0.0


def sparse_plus(x: float) -> float:
    """A line from 0 at -1 to 1 at 1."""
    return min(max((x + 1.0) / 2.0, 0.0), 1.0)


def inside(corner: float, slope: float = 1.0) -> Callable[[float], float]:
    """The slope between two corners on both sides of zero."""
    return lambda x: slope if -corner < x < corner else 0.0


def outside(corner: float) -> Callable[[float], float]:
    """1 beyond two corners on both sides of zero."""
    return lambda x: 0.0 if -corner <= x <= corner else 1.0


OF_NUMBERS: Mapping[str, Callable[[float], float]] = {
    "elu": elu,
    "celu": elu,
    "selu": selu,
    "softplus": logistic,
    "softsign": softsign,
    "exponential": exponential,
    "silu": silu,
    "gelu": gelu,
    "mish": mish,
    "leaky_relu": lambda x: 1.0 if x > 0 else 0.2,
    "relu6": lambda x: 1.0 if 0 < x < 6 else 0.0,
    "hard_silu": hard_silu,
    "hard_tanh": inside(1.0),
    "hard_shrink": outside(0.5),
    "soft_shrink": outside(0.5),
    "tanh_shrink": lambda x: math.tanh(x) * math.tanh(x),
    "log_sigmoid": lambda x: logistic(-x),
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": inside(1.0, 0.5),
    "squareplus": lambda x: (1.0 + x / math.hypot(x, 2.0)) / 2.0,
}
"""By the name of the activation."""
