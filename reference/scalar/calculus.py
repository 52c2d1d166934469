"""Numbers that remember how they were made, so that the chain rule can be followed back.

Every function takes floats or ``Value``s. Floats alone give a float: nothing is remembered where no
derivative is wanted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

_serials = itertools.count()


class Value:
    """A number, what it was made of, and in the end the slope of a result with respect to it.

    ``parents`` holds pairs (value, partial derivative with respect to that value).
    """

    __slots__ = ("number", "parents", "serial", "slope")

    def __init__(self, number: float, parents: Sequence[tuple[Value, float]] = ()) -> None:
        self.number = number
        self.parents = parents
        self.slope = 0.0
        self.serial = next(_serials)

    def __add__(self, other: Number) -> Number:
        return made(self.number + number_of(other), (self, 1.0), (other, 1.0))

    def __sub__(self, other: Number) -> Number:
        return made(self.number - number_of(other), (self, 1.0), (other, -1.0))

    def __mul__(self, other: Number) -> Number:
        b = number_of(other)
        return made(self.number * b, (self, b), (other, self.number))

    def __rsub__(self, other: float) -> Number:
        return made(other - self.number, (self, -1.0))

    __radd__ = __add__
    __rmul__ = __mul__


Number = float | Value


def number_of(value: Number) -> float:
    """The plain number."""
    return value.number if isinstance(value, Value) else value


def made(number: float, *operands: tuple[Number, float]) -> Number:
    """A result with its partial derivatives; a plain float if no operand is a ``Value``."""
    parents = [(value, partial) for value, partial in operands if isinstance(value, Value)]
    return Value(number, parents) if parents else number


def differentiate(result: Number) -> None:
    """Leave in every value that ``result`` was made of the slope of ``result``."""
    if not isinstance(result, Value):
        return
    reached, waiting = {result}, [result]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent not in reached:
                reached.add(parent)
                waiting.append(parent)
    result.slope = 1.0
    # A value is made after everything that it is made of: latest first, every slope is complete.
    for value in sorted(reached, key=lambda one: one.serial, reverse=True):
        for parent, partial in value.parents:
            parent.slope += partial * value.slope


def dot(xs: Sequence[Number], ws: Sequence[Number]) -> Number:
    """The sum of x w over the pairs."""
    total = 0.0
    parents: list[tuple[Value, float]] = []
    for x, w in zip(xs, ws, strict=True):
        b = w.number if isinstance(w, Value) else w
        if isinstance(x, Value):
            a = x.number
            parents.append((x, b))
        else:
            a = x
        if isinstance(w, Value):
            parents.append((w, a))
        total += a * b
    return Value(total, parents) if parents else total


def mean(xs: Sequence[Number]) -> Number:
    """The sum divided by the count."""
    return dot(xs, [1.0 / len(xs)] * len(xs))


def exp(x: Number) -> Number:
    """Euler's number to the power of x."""
    a = math.exp(number_of(x))
    return made(a, (x, a))


def log(x: Number) -> Number:
    """The natural logarithm; minus infinity for zero, NaN below it."""
    a = number_of(x)
    if a > 0:
        return made(math.log(a), (x, 1.0 / a))
    return -math.inf if a == 0 else math.nan


def inverse_root(x: Number) -> Number:
    """One divided by the square root."""
    a = 1.0 / math.sqrt(number_of(x))
    return made(a, (x, -0.5 * a**3))


def tanh(x: Number) -> Number:
    """The hyperbolic tangent."""
    a = math.tanh(number_of(x))
    return made(a, (x, 1.0 - a * a))


def sigmoid(x: Number) -> Number:
    """1 / (1 + exp(-x)); for x below zero in the form that cannot overflow."""
    z = number_of(x)
    a = 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))
    return made(a, (x, a * (1.0 - a)))


def relu(x: Number) -> Number:
    """The number where it is above zero, else zero."""
    z = number_of(x)
    return made(z, (x, 1.0)) if z > 0 else made(0.0, (x, 0.0))


def ramp(slope: float) -> Callable[[Number], Number]:
    """A hard sigmoid: 0.5 + slope * x, cut off at 0 and at 1."""

    def hard_sigmoid(x: Number) -> Number:
        a = 0.5 + slope * number_of(x)
        if a <= 0 or a >= 1:
            return made(0.0 if a <= 0 else 1.0, (x, 0.0))
        return made(a, (x, slope))

    return hard_sigmoid


def log_softmax(xs: Sequence[Number]) -> list[Number]:
    """Every x minus the logarithm of the sum of all exp(x)."""
    largest = max(number_of(x) for x in xs)
    rest = [exp(x - largest) for x in xs]
    log_sum = log(dot(rest, [1.0] * len(rest)))
    return [x - largest - log_sum for x in xs]


ACTIVATIONS: dict[str, Callable[[Number], Number]] = {
    "linear": lambda x: x,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "hard_sigmoid_keras2": ramp(0.2),
    "hard_sigmoid_keras3": ramp(1.0 / 6.0),
}
"""The activations of single numbers; softmax needs a whole vector."""
