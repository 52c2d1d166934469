"""ONNX operators that are a function of each number, or of the features of a step."""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.formats.onnx_flow import Flow, Walk, place_at
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.onnx_layers import of_features
from lstm_spec.formats.stored import NotSpecified, StoredLayer

ACTIVATIONS = {
    "Relu": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Exp": "exponential",
    "Mish": "mish",
    "HardSwish": "hard_silu",
}


def activation(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A function of each number."""
    return flow.with_layer("Activation", node, {}, word=ACTIVATIONS[node.op])


def softmax(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Softmax or its logarithm over the features."""
    place = place_at(flow, node, int(node.attributes.get("axis", -1)))
    if flow.axes[place].names != "f":
        raise NotSpecified(f"the operator {node} works along the {flow.axes[place]}")
    word = "softmax" if node.op == "Softmax" else "log_softmax"
    return flow.with_layer("Activation", node, {}, word=word)


def hard_sigmoid(walk: Walk, node: Node, flow: Flow) -> Flow:
    """The operator of that name says its slope itself."""
    slope = float(node.attributes.get("alpha", 0.2))
    shift = float(node.attributes.get("beta", 0.5))
    return flow.with_layer("Activation", node, {}, word="hard_sigmoid", slope=slope, shift=shift)


def leaky_relu(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A slope below zero."""
    slope = float(node.attributes.get("alpha", 0.01))
    return flow.with_layer("Relu", node, {}, slope=slope, most=None)


def scaled(word: str, **usual: float) -> Callable[[Walk, Node, Flow], Flow]:
    """An activation whose numbers must be the usual ones."""

    def check(walk: Walk, node: Node, flow: Flow) -> Flow:
        for name, number in usual.items():
            if abs(float(node.attributes.get(name, number)) - number) > 1e-6:
                raise NotSpecified(f"the operator {node} has an unusual {name}")
        return flow.with_layer("Activation", node, {}, word=word)

    return check


def limit(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Min, Max and Clip with constants: the limits of a ReLU, or a hard tanh."""
    if node.op == "Clip":
        low, high = walk.optional(node, 1), walk.optional(node, 2)
        least = node.attributes.get("min", None if low is None else float(low.reshape(())))
        most = node.attributes.get("max", None if high is None else float(high.reshape(())))
    else:
        value = float(of_features(walk, node, flow).reshape(()))
        least, most = (value, None) if node.op == "Max" else (None, value)
    last = flow.last
    is_relu = last is not None and (last.config.get("word") == "relu" or last.kind == "Relu")
    if least in (None, 0.0) and is_relu and last is not None:
        if most is None:
            return flow  # what has been limited below already
        word = StoredLayer(
            "Relu", last.name, {"slope": last.config.get("slope", 0.0), "most": most}
        )
        return flow.with_last(word)
    if least == 0.0:
        return flow.with_layer("Relu", node, {}, slope=0.0, most=most)
    if (least, most) == (-1.0, 1.0):
        return flow.with_layer("Activation", node, {}, word="hard_tanh")
    raise NotSpecified(f"the operator {node} limits to {least} and {most}")
