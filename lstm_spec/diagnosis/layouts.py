"""Weights that are read in another layout, each as the change of the weights that has the same
effect.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.diagnosis.equations import Weights

GATES = ("input", "forget", "cell", "output")


def blocks(weight: Array, change: Callable[[int, Array], Array]) -> Array:
    """A weight in which each of the four blocks is changed."""
    parts = np.split(weight, 4, axis=-1)
    return np.concatenate([change(k, part) for k, part in enumerate(parts)], axis=-1)


def _interleaved(weight: Array) -> Array:
    """The columns read as if the four gates of one unit were next to each other."""
    by_unit = weight.reshape(len(weight), -1, 4)
    columns: Array = by_unit.swapaxes(1, 2).reshape(weight.shape)
    return columns


def layouts() -> Iterator[tuple[str, Callable[[list[Array]], Weights]]]:
    """Weights that are read in another way."""
    yield "the bias is subtracted", lambda w: [w[0], w[1], -w[2]]
    yield "the kernel is not used", lambda w: [0 * w[0], w[1], w[2]]
    yield "the recurrent kernel is not used", lambda w: [w[0], 0 * w[1], w[2]]
    yield (
        "only the diagonal of the recurrent kernel is used",
        lambda w: [w[0], blocks(w[1], lambda k, b: b * np.eye(len(b))), w[2]],
    )
    yield (
        "the recurrent kernel is made symmetric",
        lambda w: [w[0], blocks(w[1], lambda k, b: (b + b.T) / 2), w[2]],
    )
    yield "the kernel is interleaved by unit", lambda w: [_interleaved(w[0]), w[1], w[2]]
    yield "the recurrent kernel is interleaved by unit", lambda w: [w[0], _interleaved(w[1]), w[2]]
    yield (
        "both kernels are interleaved by unit",
        lambda w: [_interleaved(w[0]), _interleaved(w[1]), w[2]],
    )
    yield (
        "the kernel is read column by column",
        lambda w: [w[0].ravel(order="F").reshape(w[0].shape), w[1], w[2]],
    )
    yield "the features are read in reversed order", lambda w: [w[0][::-1], w[1], w[2]]
    yield (
        "all gates use the input gate's block of the recurrent kernel",
        lambda w: [w[0], np.tile(np.split(w[1], 4, axis=1)[0], 4), w[2]],
    )
    for k, gate in enumerate(GATES):
        yield f"the {gate} gate's bias is dropped", _bias(k, lambda part, w: 0 * part)
        yield f"the {gate} gate's bias is always one", _bias(k, lambda part, w: 0 * part + 1)
        yield (
            f"the {gate} gate does not use h",
            _recurrent(k, lambda block: 0 * block),
        )
        yield (
            f"the {gate} gate's block of the recurrent kernel is transposed",
            _recurrent(k, np.transpose),
        )
    for (k, gate), (j, other) in itertools.permutations(enumerate(GATES), 2):
        yield (
            f"the {gate} gate uses the {other} gate's bias",
            _bias_of(k, j),
        )


def _recurrent(gate: int, change: Callable[[Array], Array]) -> Callable[[list[Array]], Weights]:
    """The block of one gate in the recurrent kernel, changed."""
    return lambda w: [
        w[0],
        blocks(w[1], lambda k, block: change(block) if k == gate else block),
        w[2],
    ]


def _bias_of(gate: int, other: int) -> Callable[[list[Array]], Weights]:
    """The bias of one gate in place of another's."""
    return _bias(gate, lambda part, whole: np.split(whole, 4)[other])


def _bias(gate: int, change: Callable[[Array, Array], Array]) -> Callable[[list[Array]], Weights]:
    """The bias of one gate, changed: ``change(its block, the whole bias)``."""
    return lambda w: [
        w[0],
        w[1],
        blocks(w[2], lambda k, part: change(part, w[2]) if k == gate else part),
    ]
