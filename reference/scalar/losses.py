"""Losses and accuracies of single positions, and their means, in plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from lstm_spec.model import (
    VOCABULARIES,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    Dense,
    Huber,
    Maps,
    ModelSpec,
    Reduction,
    SparseCategoricalCrossentropy,
    loss_facts,
    meant,
)
from reference.scalar.calculus import Number, dot, exp, log, log_softmax, mean, number_of
from reference.scalar.row import Row, Vector
from reference.scalar.weighting import Weighed

MAPS: Maps = {
    "loss": VOCABULARIES["loss"],
    "Huber": ("delta",),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing"),
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class"),
    "BinaryCrossentropy": ("from_logits", "label_smoothing"),
}
"""What is computed here."""

Target = list[float]
"""Of one position: a number for each output, or one label."""


def reads_logarithms(spec: ModelSpec) -> bool:
    """Whether the loss reads the logarithms of a softmax, or the logits of a sigmoid.

    A probability may be too close to 0 or 1 for its logarithm to be taken afterwards.
    """
    last, asked = spec.layers[-1], meant(spec.loss)
    ending = last.activation if isinstance(last, Dense) else ""
    match asked:
        case CategoricalCrossentropy() | SparseCategoricalCrossentropy():
            return ending == "softmax" and not asked.from_logits
        case BinaryCrossentropy():
            return ending == "sigmoid" and not asked.from_logits
        case _:
            return False


def position_loss(spec: ModelSpec, outputs: Vector, target: Target) -> Number:
    """The loss of one row, or of one step of a row."""
    asked = meant(spec.loss)
    match asked:
        case "mse":
            return mean([error * error for error in errors(outputs, target)])
        case "mae":
            return mean([size(error) for error in errors(outputs, target)])
        case Huber():
            return mean([huber(error, asked.delta) for error in errors(outputs, target)])
        case CategoricalCrossentropy():
            s, n = asked.label_smoothing, len(target)
            wanted = [y * (1 - s) + s / n for y in target] if s else target
            return dot(logarithms(spec, outputs, asked.from_logits), [-y for y in wanted])
        case SparseCategoricalCrossentropy():
            return logarithms(spec, outputs, asked.from_logits)[int(target[0])] * -1.0
        case BinaryCrossentropy():
            s = asked.label_smoothing
            wanted = [y * (1 - s) + s / 2 for y in target] if s else target
            pairs = zip(outputs, wanted, strict=True)
            logits = asked.from_logits or reads_logarithms(spec)
            return mean([bit(p, y, logits) for p, y in pairs])
    assert_never(asked)


def errors(outputs: Vector, target: Target) -> Vector:
    """By how much each output is above its target."""
    return [one - wanted for one, wanted in zip(outputs, target, strict=True)]


def size(error: Number) -> Number:
    """Its distance from zero, with a slope of zero there."""
    number = number_of(error)
    return error * (1.0 if number > 0 else -1.0 if number < 0 else 0.0)


def huber(error: Number, delta: float) -> Number:
    """A square within delta; beyond it, the straight line that continues it."""
    if abs(number_of(error)) <= delta:
        return error * error * 0.5
    return (size(error) - 0.5 * delta) * delta


def logarithms(spec: ModelSpec, outputs: Vector, from_logits: bool) -> Vector:
    """The logarithms of the probabilities of the classes."""
    if from_logits:
        return log_softmax(outputs)
    return outputs if reads_logarithms(spec) else [log(one) for one in outputs]


def bit(output: Number, y: float, from_logits: bool) -> Number:
    """The cross-entropy of one yes or no. Of a logit z, -log p is log(1 + exp(-z))."""
    if not from_logits:
        return (log(output) * y + log(1.0 - output) * (1 - y)) * -1.0
    larger = max(number_of(output), 0.0)  # so that no power is above one
    rest = exp(output - larger) + exp(0.0 * output - larger)
    return log(rest) + larger - output * y


def measure(
    spec: ModelSpec, rows: list[Row], targets: Sequence[Sequence[Weighed]]
) -> tuple[Number, float]:
    """Loss and accuracy of a batch: the means over the positions that count, 0 if none does.

    A weight multiplies the loss of its position, and is neither counted nor asked for a hit; the
    description says whether the sum is divided by the positions, by the weights or by nothing.
    """
    losses: list[Number] = []
    weights: list[float] = []
    left_out = getattr(meant(spec.loss), "ignore_class", None)
    hits: list[float] = []
    for row, weighed in zip(rows, targets, strict=True):
        for t, outputs in enumerate(row.steps):
            if row.valid is None or row.valid[t]:
                target, weight = weighed[t]
                hits.append(hit(spec, outputs, target))
                if target == [left_out]:
                    continue
                loss = position_loss(spec, outputs, target)
                losses.append(loss if weight == 1.0 else loss * weight)
                weights.append(weight)
    share = sum(hits) / len(hits) if hits else 0.0
    return (reduced(spec.reduction, losses, weights) if losses else 0.0), share


def reduced(reduction: Reduction, losses: list[Number], weights: list[float]) -> Number:
    """One number of the weighed losses of the positions that count."""
    match reduction:
        case "mean":
            return mean(losses)
        case "sum":
            return mean(losses) * len(losses)
        case "weighted mean":
            total = sum(weights)
            return mean(losses) * (len(losses) / total) if total else mean(losses) * 0.0
    assert_never(reduction)


def hit(spec: ModelSpec, outputs: Vector, target: Target) -> float:
    """The accuracy of one position; where there are several bits, the share that is right."""
    match loss_facts(spec.loss).targets:
        case "labels":
            return 1.0 if largest(outputs) == target[0] else 0.0
        case "bits":
            numbers = [number_of(one) for one in outputs]
            half = 0.0 if reads_logarithms(spec) else 0.5  # the logit of a half is zero
            right = [(p > half) == (y > 0.5) for p, y in zip(numbers, target, strict=True)]
            return sum(right) / len(right)
        case _:
            return 1.0 if largest(outputs) == largest(target) else 0.0


def largest(vector: Vector | list[float]) -> int:
    """The position of the largest entry, the first of equals."""
    numbers = [number_of(one) for one in vector]
    return numbers.index(max(numbers))
