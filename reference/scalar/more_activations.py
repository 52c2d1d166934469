"""Activations that later generations of Keras have added, one number at a time.

``partial_derivatives`` has their derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def softplus(x: float) -> float:
    """log(1 + exp(x)); far to the right that is x itself."""
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def exponential(x: float) -> float:
    """exp(x); infinity where no double is large enough."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def elu(x: float) -> float:
    """X above zero, exp(x) - 1 below."""
    return x if x > 0 else math.expm1(x)


def selu(x: float) -> float:
    """With the two numbers of Klambauer et al. 2017."""
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return scale * x if x > 0 else scale * alpha * math.expm1(x)


def gelu(x: float) -> float:
    """X times the normal distribution function at x."""
    return x * 0.5 * math.erfc(-x / math.sqrt(2.0))


def mish(x: float) -> float:
    """X tanh(softplus(x))."""
    return x * math.tanh(softplus(x))


def relu6(x: float) -> float:
    """Between 0 and 6."""
    return min(max(x, 0.0), 6.0)


def hard_shrink(x: float) -> float:
    """Nothing within 0.5 of zero."""
    return x if abs(x) > 0.5 else 0.0


def soft_shrink(x: float) -> float:
    """Half a step towards zero, and no further."""
    if x > 0.5:
        return x - 0.5
    return x + 0.5 if x < -0.5 else 0.0


def sparse_plus(x: float) -> float:
    """A parabola between 0 and x."""
    if x <= -1:
        return 0.0
    return x if x >= 1 else (x + 1) * (x + 1) / 4


OF_NUMBERS: Mapping[str, Callable[[float], float]] = {
    "elu": elu,
    "celu": elu,
    "selu": selu,
    "softplus": softplus,
    "softsign": lambda x: x / (1.0 + abs(x)),
    "exponential": exponential,
    "silu": lambda x: x * logistic(x),
    "gelu": gelu,
    "mish": mish,
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "relu6": relu6,
    "hard_silu": lambda x: x * relu6(x + 3.0) / 6.0,
    "hard_tanh": lambda x: min(max(x, -1.0), 1.0),
    "hard_shrink": hard_shrink,
    "soft_shrink": soft_shrink,
    "tanh_shrink": lambda x: x - math.tanh(x),
    "log_sigmoid": lambda x: -softplus(-x),
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": lambda x: min(max(0.5 * (x + 1.0), 0.0), 1.0),
    "squareplus": lambda x: (x + math.sqrt(x * x + 4.0)) / 2.0,
}
"""Functions of a single number."""


def softmax(xs: Sequence[float]) -> list[float]:
    """exp(x) over the sum of all exp(x)."""
    largest = max(xs)
    powers = [math.exp(x - largest) for x in xs]
    total = math.fsum(powers)
    return [one / total for one in powers]


def log_softmax(xs: Sequence[float]) -> list[float]:
    """X minus the logarithm of the sum of all exp(x)."""
    largest = max(xs)
    log_sum = math.log(math.fsum(math.exp(x - largest) for x in xs))
    return [x - largest - log_sum for x in xs]


def sparsemax_keras3(xs: Sequence[float]) -> list[float]:
    """What is left above a threshold, which Keras 3 takes from the sum of all partial sums."""
    total, partial_sums, count = 0.0, 0.0, 0
    for x in sorted(xs, reverse=True):
        if 1.0 + (count + 1) * x <= total + x:
            break
        total += x
        partial_sums += total
        count += 1
    threshold = (partial_sums - 1.0) / count
    return [max(x - threshold, 0.0) for x in xs]


OF_VECTORS: Mapping[str, Callable[[Sequence[float]], list[float]]] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "sparsemax_keras3": sparsemax_keras3,
}
"""Functions of a whole vector."""
