"""A tensor that is followed through a graph, and what is known of the graph on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lstm_spec.formats.onnx_axes import (
    Axes,
)
from lstm_spec.formats.onnx_graph import Graph, Node
from lstm_spec.formats.onnx_values import Values
from lstm_spec.formats.stored import Array, NotSpecified, StoredArray, StoredLayer


@dataclass(frozen=True)
class Flow:
    """A tensor on its way: its axes, and the layers that made it of the input.

    ``half`` is 0 or 1 for one direction of a bidirectional LSTM; ``turned`` says that its steps
    stand in the reverse of their order; ``padding`` are steps of zeros that have been added;
    ``state`` marks the final state of an LSTM.
    """

    axes: Axes
    layers: tuple[StoredLayer, ...] = ()
    half: int | None = None
    turned: bool = False
    padding: tuple[int, int] = (0, 0)
    state: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return tuple(one.length for one in self.axes)

    def with_layer(self, kind: str, node: Node, arrays: dict[str, Array], **config: Any) -> Flow:
        """One layer more."""
        stored = tuple(StoredArray(name, values) for name, values in arrays.items())
        layer = StoredLayer(kind, node.name or node.outputs[0], config, stored)
        return replace(self, layers=(*self.layers, layer))

    def changed(self, **config: Any) -> Flow:
        """The last layer with other settings."""
        last = self.layers[-1]
        return self.with_last(replace(last, config={**last.config, **config}))

    def with_last(self, layer: StoredLayer) -> Flow:
        """Another last layer."""
        return replace(self, layers=(*self.layers[:-1], layer))

    @property
    def last(self) -> StoredLayer | None:
        """The last layer, None at the input."""
        return self.layers[-1] if self.layers else None


@dataclass
class Walk:
    """The graph, its small values, and remarks."""

    graph: Graph
    values: Values
    remarks: list[str]

    def constant(self, node: Node, place: int, what: str) -> Array:
        """A constant input. Raises NotSpecified where it depends on the model's input."""
        value = self.optional(node, place)
        if value is None:
            raise NotSpecified(f"the operator {node} has a {what} that is not constant")
        return value

    def optional(self, node: Node, place: int) -> Array | None:
        """An input that may be left out, or may not be known."""
        name = node.inputs[place] if len(node.inputs) > place else ""
        return self.values.of(name) if name else None


def place_at(flow: Flow, node: Node, value: int) -> int:
    """The place of an axis that may be counted from the end."""
    place = value + len(flow.axes) if value < 0 else value
    if not 0 <= place < len(flow.axes):
        raise NotSpecified(f"the operator {node} names an axis {value} that is not there")
    return place


def features_last(flow: Flow, node: Node) -> None:
    """Raise NotSpecified unless the features are the last axis."""
    if flow.axes[-1].names != "f":
        raise NotSpecified(
            f"the operator {node} works along the {flow.axes[-1]}, not along the features"
        )
