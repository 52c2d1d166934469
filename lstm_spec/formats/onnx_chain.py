"""ONNX exports of recurrent models, followed from the input to the output as a chain of layers.

The tensor is followed with a name and a length for each of its axes, so that the Transpose,
Squeeze, Slice and Reshape which exporters put around an LSTM are understood, rather than matched
against the habits of one exporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lstm_spec.formats.onnx_axes import axis, in_words, names
from lstm_spec.formats.onnx_flow import Flow, Walk
from lstm_spec.formats.onnx_graph import Graph, Node, open_graph
from lstm_spec.formats.onnx_layers import embedding, lstm
from lstm_spec.formats.onnx_meeting import met
from lstm_spec.formats.onnx_operators import OPERATORS
from lstm_spec.formats.onnx_values import Values
from lstm_spec.formats.reader import Request
from lstm_spec.formats.stored import NotReadable, NotSpecified, Stored

SHAPE_ONLY = ("Shape", "Size")
STAND_INS = {"b": 1009, "t": 997}
"""In the place of a length that is free: primes, so that no product is mistaken for another."""

ORDERS = {3: ("btf", "tbf", "bft"), 2: ("bf", "bt")}
"""In which order the axes of an input may stand: the first one is taken that makes sense."""


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
        given = main_input(graph)
        try:
            order, walk, flow = in_some_order(graph, given)
        except NotSpecified as refused:
            raise written_out(graph, refused) from None
        return Stored(
            file=request.path,
            format=self.name,
            library="onnx",
            version="",
            backend=" ".join(one for one in (graph.producer, graph.version) if one),
            style="chain",
            layers=flow.layers,
            input_shape=graph.inputs[given],
            training={"input axes": order, "output axes": names(flow.axes)},
            remarks=tuple(walk.remarks),
        )


def written_out(graph: Graph, refused: NotSpecified) -> NotSpecified:
    """The refusal, with the reason behind it where the exporter has written out what layers do."""
    if any(node.op in ("LSTM", "GRU", "RNN") for node in graph.nodes):
        return refused
    return NotSpecified(
        f"the graph has no LSTM operator among its {len(graph.nodes)}: the exporter has written "
        f"out step by step what the layers do, which is not specified ({refused})",
        refused.read_so_far,
    )


def main_input(graph: Graph) -> str:
    """The one input that is no initial state of an LSTM."""
    states = {one for node in graph.nodes if node.op == "LSTM" for one in node.inputs[5:7] if one}
    inputs = [name for name in graph.inputs if name not in states]
    if len(inputs) != 1:
        raise NotSpecified(
            f"the graph has {len(inputs)} inputs ({', '.join(inputs)}): only a chain with one "
            "input is specified"
        )
    return inputs[0]


def in_some_order(graph: Graph, given: str) -> tuple[str, Walk, Flow]:
    """The walk that makes sense of the graph, for the first order of the input's axes that does.

    Raises the refusal of the walk that came furthest.
    """
    shape = graph.inputs[given]
    if len(shape) not in ORDERS:
        raise NotSpecified(f"the input has the shape {shape}, no sequence of features")
    refusals: list[NotSpecified] = []
    for order in ORDERS[len(shape)]:
        walk = Walk(graph, Values(graph), [])
        try:
            return order, walk, followed(walk, given, order)
        except NotSpecified as refused:
            refusals.append(refused)
    raise max(refusals, key=lambda one: len(one.read_so_far))


def followed(walk: Walk, given: str, order: str) -> Flow:
    """The tensor at the output, with the layers that made it."""
    graph = walk.graph
    axes = tuple(
        axis(name, length or STAND_INS.get(name, 1))
        for name, length in zip(order, graph.inputs[given], strict=True)
    )
    flows = {given: Flow(axes)}
    walk.values.shapes[given] = flows[given].shape
    for node in graph.nodes:
        read = [flows[name] for name in node.inputs if name in flows]
        if not read or node.op in SHAPE_ONLY:
            continue
        for name, flow in step(walk, node, read).items():
            flows[name] = flow
            walk.values.shapes[name] = flow.shape
    return at_the_end(walk, flows)


def step(walk: Walk, node: Node, read: Sequence[Flow]) -> dict[str, Flow]:
    """What one operator makes. Raises NotSpecified by name, with what was read so far."""
    try:
        if any(one.state for one in read):
            return states_only(walk, node, read)
        if len(read) > 1:
            return {node.outputs[0]: met(node, list(read))}
        (flow,) = read
        if node.op == "LSTM":
            return dict(lstm(walk, node, flow))
        if node.op == "Gather" and walk.values.of(node.inputs[0]) is not None:
            return {node.outputs[0]: embedding(walk, node, flow)}
        if node.op not in OPERATORS:
            raise NotSpecified(f"the operator {node} is not specified")
        return {node.outputs[0]: OPERATORS[node.op](walk, node, flow)}
    except NotSpecified as missing:
        raise NotSpecified(str(missing), [str(one) for one in read[0].layers]) from None


def states_only(walk: Walk, node: Node, read: Sequence[Flow]) -> dict[str, Flow]:
    """The final state of an LSTM: where its axes are moved or it goes on, it is a layer's output.

    Several final states put together are an output of the graph beside the chain.
    """
    if len(read) > 1 and node.op == "Concat" and all(one.state for one in read):
        return {node.outputs[0]: read[0]}
    if len(read) == 1 and node.op in OPERATORS:
        flow = OPERATORS[node.op](walk, node, read[0])
        moves = flow.layers == read[0].layers
        last = read[0].last
        if not moves and last is not None and last.config.get("gives") == "cell":
            raise NotSpecified(f"the operator {node} reads the cell state of an LSTM")
        return {
            node.outputs[0]: flow if moves and flow.half is None else replace(flow, state=False)
        }
    raise NotSpecified(f"the operator {node} reads the final state of an LSTM beside the chain")


def at_the_end(walk: Walk, flows: dict[str, Flow]) -> Flow:
    """The one output that is the chain's; final states beside it are remarked upon."""
    outputs = [name for name in walk.graph.outputs if name in flows]
    chains = [name for name in outputs if not flows[name].state] or outputs[:1]
    if len(chains) != 1:
        raise NotSpecified(
            f"the graph has {len(chains)} outputs ({', '.join(chains)}): only a chain with one "
            "output is specified"
        )
    beside = [name for name in outputs if name not in chains]
    if beside:
        walk.remarks.append(
            f"the graph also returns final states ({', '.join(beside)}), which are not compared"
        )
    flow = flows[chains[0]]
    read = [str(one) for one in flow.layers]
    last = flow.last
    if names(flow.axes) not in ("bf", "btf", "tbf") or flow.turned or flow.half is not None:
        raise NotSpecified(
            f"the graph returns ({in_words(flow.axes)}), in reverse or in part", read
        )
    if last is not None and last.config.get("gives") == "cell":
        raise NotSpecified("the graph returns the cell state of an LSTM", read)
    return flow
