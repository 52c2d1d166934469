"""Where two branches of an ONNX graph meet again: understood in the few forms that layers have."""

from __future__ import annotations

from dataclasses import replace

from lstm_spec.formats.onnx_axes import axis, names
from lstm_spec.formats.onnx_flow import Flow
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.stored import NotSpecified

MERGES = {"Concat": "concat", "Add": "sum", "Mul": "mul"}

GATED = {
    ("sigmoid",): "silu",
    ("softplus", "tanh"): "mish",
}
"""x times a function of x: which functions these are, one after the other, and the product."""


def met(node: Node, flows: list[Flow]) -> Flow:
    """The tensor that an operator makes of two.

    Raises NotSpecified where they are neither the halves of a bidirectional LSTM nor a function.
    """
    if len(flows) == 2 and node.op in MERGES:
        one, other = flows
        if {one.half, other.half} == {0, 1} and one.layers == other.layers:
            return halves(node, one, other)
        if node.op == "Mul":
            product = gated(node, *sorted(flows, key=lambda flow: len(flow.layers)))
            if product is not None:
                return product
    raise NotSpecified(
        f"the graph is no chain: the operator {node} reads {len(flows)} tensors that depend on the "
        "input"
    )


def halves(node: Node, one: Flow, other: Flow) -> Flow:
    """Both directions of an LSTM, merged."""
    merge = MERGES[node.op]
    if names(one.axes) != names(other.axes):
        raise NotSpecified(f"the operator {node} merges directions of different shapes")
    axes = list(one.axes)
    if merge == "concat":
        place = int(node.attributes.get("axis", -1)) % len(axes)
        if axes[place].names != "f" or one.half != 0:
            raise NotSpecified(f"the operator {node} puts the backward half of an LSTM first")
        axes[place] = axis("f", 2 * axes[place].length)
    made = one.changed(merge=merge)
    return replace(made, axes=tuple(axes), half=None)


def gated(node: Node, plain: Flow, changed: Flow) -> Flow | None:
    """X times a function of x as one activation."""
    more = changed.layers[len(plain.layers) :]
    words = tuple(str(one.config.get("word")) for one in more if one.kind == "Activation")
    same = changed.layers[: len(plain.layers)] == plain.layers and len(words) == len(more)
    if not same or words not in GATED or plain.axes != changed.axes:
        return None
    return plain.with_layer("Activation", node, {}, word=GATED[words])
