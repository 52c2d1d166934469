"""ONNX exports of recurrent models, walked from the input to the output as a chain of layers.

The tensor is followed with a name for each of its axes (batch, time, features, directions), so that
the Transpose, Squeeze, Slice and Reshape which exporters put around an LSTM are understood, rather
than matched against the habits of one exporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lstm_spec.formats.onnx_graph import Graph, Node, open_graph
from lstm_spec.formats.onnx_operators import OPERATORS, Walk
from lstm_spec.formats.reader import Request
from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored

SHAPE_ONLY = ("Shape", "Size")


class Onnx:
    """The reader of ONNX files: tf2onnx, PyTorch, and others that export plain LSTM operators."""

    name = "ONNX"

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether its suffix says so: protobuf has no first bytes of its own."""
        return path.suffix.lower() == ".onnx" and head[:1] in (b"\x08", b"\x12", b"\x1a", b"\x0a")

    def read(self, request: Request) -> Stored:
        """The chain that the graph is. Raises NotSpecified where it is none."""
        if request.architecture is not None:
            raise NotReadable("an ONNX model says its layers itself: leave --architecture out")
        graph = open_graph(request.path)
        steps = main_path(graph)
        axes = input_axes(graph, steps)
        walk = Walk(graph, axes)
        for node in steps:
            step(walk, node)
        walk.close()
        shape = graph.inputs[steps[0].inputs[walk.place_of_input(steps[0])]]
        remarks = tuple(walk.remarks)
        return Stored(
            file=request.path,
            format=self.name,
            library="onnx",
            version="",
            backend=" ".join(one for one in (graph.producer, graph.version) if one),
            style="chain",
            layers=tuple(walk.layers),
            input_shape=shape,
            training={"input axes": "".join(axes), "output axes": "".join(walk.axes)},
            remarks=remarks,
        )


def step(walk: Walk, node: Node) -> None:
    """One operator of the main path. Raises NotSpecified by name, with what was read so far."""
    operator = OPERATORS.get(node.op)
    if operator is None:
        raise NotSpecified(
            f"the operator {node} is not specified", [str(one) for one in walk.layers]
        )
    try:
        operator(walk, node)
    except NotSpecified as missing:
        raise NotSpecified(str(missing), [str(one) for one in walk.layers]) from None


@dataclass
class Flow:
    """Which tensors hold values of the input, and who reads them."""

    depends: set[str] = field(default_factory=set)
    readers: dict[str, list[Node]] = field(default_factory=dict)


def main_path(graph: Graph) -> list[Node]:
    """The operators between the input and the output, each of which reads the one before it.

    Raises NotSpecified for a graph in which the values of the input part or meet.
    """
    states = state_inputs(graph)
    inputs = [name for name in graph.inputs if name not in states]
    if len(inputs) != 1:
        raise NotSpecified(
            f"the graph has {len(inputs)} inputs ({', '.join(inputs)}): only a chain with one "
            "input is specified"
        )
    flow = Flow({inputs[0]})
    path: list[Node] = []
    for node in graph.nodes:
        read = [name for name in node.inputs if name in flow.depends]
        if not read or node.op in SHAPE_ONLY:
            continue
        if len(set(read)) > 1:
            raise NotSpecified(
                f"the graph is no chain: the operator {node} reads {len(set(read))} tensors that "
                "depend on the input"
            )
        flow.depends.update(one for one in node.outputs if one)
        flow.readers.setdefault(read[0], []).append(node)
        path.append(node)
    parted = [name for name, nodes in flow.readers.items() if len(nodes) > 1]
    if parted:
        nodes = " and ".join(str(one) for one in flow.readers[parted[0]])
        raise NotSpecified(f"the graph is no chain: {nodes} read the same tensor")
    outputs = [one for one in graph.outputs if one in flow.depends]
    ends = [one for one in outputs if not _is_state(graph, one)]
    if not path or len(ends) != 1:
        raise NotSpecified(
            f"the graph has {len(ends)} outputs ({', '.join(ends)}): only a chain with one output "
            "is specified"
        )
    if ends[0] not in path[-1].outputs:
        raise NotSpecified(f"the graph is no chain: it goes on behind its output {ends[0]!r}")
    return path


def _is_state(graph: Graph, name: str) -> bool:
    """Whether an output is the final state of an LSTM that gives something else to the chain."""
    node = graph.maker(name)
    return (
        node is not None
        and node.op == "LSTM"
        and len(node.outputs) > 1
        and name in node.outputs[1:]
        and bool(node.outputs[0])
    )


def state_inputs(graph: Graph) -> set[str]:
    """Inputs of the graph that are the initial state of an LSTM."""
    found: set[str] = set()
    for node in graph.nodes:
        if node.op == "LSTM":
            found |= {one for one in node.inputs[5:7] if one in graph.inputs}
    return found


def input_axes(graph: Graph, path: Sequence[Node]) -> list[str]:
    """What each axis of the input is: b, t and f, by the first operator that knows.

    An LSTM operator reads (time, batch, features) unless its ``layout`` is 1, and a convolution
    (batch, features, time).
    """
    name = next(one for one in path[0].inputs if one in graph.inputs)
    rank = len(graph.inputs[name])
    if rank == 2:
        return ["b", "t"] if path[0].op == "Gather" or _gathers(graph, path[0]) else ["b", "f"]
    if rank != 3:
        raise NotSpecified(f"the input has the shape {graph.inputs[name]}, no sequence of features")
    places = [0, 1, 2]
    for node in path:
        if node.op == "Transpose":
            places = [places[one] for one in node.attributes["perm"]]
        elif node.op in ("LSTM", "Conv"):
            axes = [""] * 3
            layout = {"Conv": "bft"}.get(node.op, "btf" if node.attributes.get("layout") else "tbf")
            for place, word in zip(places, layout, strict=True):
                axes[place] = word
            return axes
        elif node.op in ("Squeeze", "Unsqueeze", "Reshape", "Flatten", "Gather"):
            break
    return ["b", "t", "f"]


def _gathers(graph: Graph, node: Node) -> bool:
    return node.op == "Cast" and any(
        one.op == "Gather" and node.outputs[0] in one.inputs for one in graph.nodes
    )


Anything = Any
