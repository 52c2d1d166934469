"""Small arrays that an ONNX graph computes from constants and from shapes.

Exporters compute the targets of Reshape and the sizes of initial states inside the graph. These few
operators on lists of lengths are followed here, with a number in the place of a length that is
free; nothing else of the graph is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_spec.formats.onnx_graph import Graph, Node
from lstm_spec.formats.stored import Array

LARGEST = 1 << 16
"""Lists of lengths are short: whatever grows beyond this is left unknown."""

Known = Sequence[Array]


def _axes(node: Node, known: Known) -> tuple[int, ...]:
    if "axes" in node.attributes:
        return tuple(int(one) for one in node.attributes["axes"])
    return tuple(int(one) for one in np.atleast_1d(known[1])) if len(known) > 1 else ()


def _slice(node: Node, known: Known) -> Array:
    if "starts" in node.attributes:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        places = node.attributes.get("axes", range(len(starts)))
        steps: Any = [1] * len(starts)
    else:
        starts, ends = known[1], known[2]
        places = known[3] if len(known) > 3 else range(len(starts))
        steps = known[4] if len(known) > 4 else [1] * len(starts)
    cuts = [slice(None)] * known[0].ndim
    for start, end, place, step in zip(starts, ends, places, steps, strict=True):
        cuts[int(place)] = slice(int(start), int(end) if abs(end) < 1 << 31 else None, int(step))
    return known[0][tuple(cuts)]


def _gather(node: Node, known: Known) -> Array:
    return np.take(known[0], np.asarray(known[1], np.int64), axis=node.attributes.get("axis", 0))


def _unsqueeze(node: Node, known: Known) -> Array:
    made = known[0]
    for place in sorted(one % (made.ndim + 1) for one in _axes(node, known)):
        made = np.expand_dims(made, place)
    return made


def _expand(node: Node, known: Known) -> Array:
    shape = tuple(int(one) for one in np.atleast_1d(known[1]))
    if int(np.prod(shape)) > LARGEST:
        raise ValueError("too large")
    return np.broadcast_to(known[0], np.broadcast_shapes(known[0].shape, shape))


EVALUATED: dict[str, Callable[[Node, Known], Array]] = {
    "Identity": lambda node, known: known[0],
    "Cast": lambda node, known: known[0],
    "Concat": lambda node, known: np.concatenate(
        [np.atleast_1d(one) for one in known], axis=node.attributes.get("axis", 0)
    ),
    "Slice": _slice,
    "Gather": _gather,
    "Squeeze": lambda node, known: np.squeeze(known[0], _axes(node, known) or None),
    "Unsqueeze": _unsqueeze,
    "Reshape": lambda node, known: known[0].reshape([int(one) for one in known[1]]),
    "Transpose": lambda node, known: np.transpose(known[0], node.attributes.get("perm")),
    "Expand": _expand,
    "Mul": lambda node, known: known[0] * known[1],
    "Add": lambda node, known: known[0] + known[1],
    "Sub": lambda node, known: known[0] - known[1],
    "Div": lambda node, known: known[0] // known[1],
    "ReduceProd": lambda node, known: np.prod(
        known[0], axis=_axes(node, known) or None, keepdims=bool(node.attributes.get("keepdims", 1))
    ),
}
"""What is followed."""


class Values:
    """The small arrays of a graph, computed when they are asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.shapes: dict[str, tuple[int, ...]] = {}
        """The shapes of the tensors that the walk has followed."""
        self.known: dict[str, Array | None] = {}

    def of(self, name: str) -> Array | None:
        """The value of a tensor, or None where it depends on more than shapes and constants."""
        if name not in self.known:
            self.known[name] = None  # a circle, which no graph has, would end here
            self.known[name] = self._of(name)
        return self.known[name]

    def _of(self, name: str) -> Array | None:
        if name in self.graph.constants:
            return self.graph.constants[name]
        node = self.graph.maker(name)
        if node is None:
            return None
        if node.op == "Constant":
            return self.graph.constant(name)
        if node.op == "Shape":
            return self._shape(node)
        if node.op not in EVALUATED:
            return None
        given = [self.of(one) for one in node.inputs if one]
        known = [one for one in given if one is not None]
        if len(known) != len(given) or any(one.size > LARGEST for one in known):
            return None
        try:
            return np.asarray(EVALUATED[node.op](node, known))
        except (ValueError, IndexError, TypeError, ZeroDivisionError):
            return None

    def _shape(self, node: Node) -> Array | None:
        shape = self.shapes.get(node.inputs[0])
        if shape is None:
            value = self.of(node.inputs[0])
            if value is None:
                return None
            shape = value.shape
        start, end = node.attributes.get("start", 0), node.attributes.get("end")
        return np.array(shape[start:end], np.int64)
