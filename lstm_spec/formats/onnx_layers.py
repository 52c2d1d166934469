"""ONNX operators with weights: LSTM, matrix products, sums, embeddings and normalisations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_spec.formats.onnx_axes import (
    axis,
    in_words,
    names,
    place_of,
)
from lstm_spec.formats.onnx_flow import Flow, Walk, features_last, place_at
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.stored import Array, NotSpecified, StoredArray


def lstm(walk: Walk, node: Node, flow: Flow) -> dict[str, Flow]:
    """The LSTM operator, from a state of zero or one that the caller gives."""
    layout = int(node.attributes.get("layout", 0))
    if names(flow.axes) != ("btf" if layout else "tbf") or len(flow.axes) != 3:
        raise NotSpecified(f"the operator {node} reads ({in_words(flow.axes)})")
    given = [*node.inputs, *[""] * 8][:8]
    if given[4]:
        raise NotSpecified(f"the operator {node} reads lengths, which are not specified")
    if given[7]:
        raise NotSpecified(f"the operator {node} has peepholes, which are not specified")
    for name in given[5:7]:
        if name in walk.graph.inputs:
            walk.remarks.append(
                f"the operator {node} starts from a state that the caller gives ({name}): zero "
                "here, unless you say otherwise"
            )
        elif name and not walk.graph.is_zero(name):
            raise NotSpecified(f"the operator {node} starts from a state that is not zero")
    arrays = {"W": walk.constant(node, 1, "kernel"), "R": walk.constant(node, 2, "kernel")}
    if given[3]:
        arrays["B"] = walk.constant(node, 3, "bias")
    if node.attributes.get("input_forget") or node.attributes.get("clip"):
        raise NotSpecified(f"the operator {node} couples or clips its gates")
    direction = node.attributes.get("direction", "forward")
    directions, units = int(arrays["W"].shape[0]), int(arrays["R"].shape[-1])
    both = direction == "bidirectional"
    made = flow.with_layer(
        "LSTM",
        node,
        arrays,
        gives="sequence",
        both=both,
        merge="",
        backwards=not both and (direction == "reverse") != flow.turned,
        activations=list(node.attributes.get("activations", [])),
        alphas=list(node.attributes.get("activation_alpha") or []),
        betas=list(node.attributes.get("activation_beta") or []),
    )
    if both and flow.turned:
        raise NotSpecified(f"the operator {node} reads steps in reverse in both directions")
    steps, rows = (flow.axes[1], flow.axes[0]) if layout else flow.axes[:2]
    d, f = axis("d", directions), axis("f", units)
    sequence = (rows, steps, d, f) if layout else (steps, d, rows, f)
    final = (rows, d, f) if layout else (d, rows, f)
    turned = direction == "reverse"
    outputs = [
        replace(made, axes=sequence, turned=turned),
        replace(made.changed(gives="final"), axes=final, turned=False, state=True),
        replace(made.changed(gives="cell"), axes=final, turned=False, state=True),
    ]
    return {name: one for name, one in zip(node.outputs, outputs, strict=False) if name}


def embedding(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A row of a table for each token."""
    table = walk.constant(node, 0, "table")
    if names(flow.axes) != "bt" or table.ndim != 2 or node.attributes.get("axis", 0):
        raise NotSpecified(f"the operator {node} looks up something that is no table of words")
    made = flow.with_layer("Embedding", node, {"table": table})
    return replace(made, axes=(*flow.axes, axis("f", int(table.shape[1]))))


def matmul(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A linear map over the features."""
    features_last(flow, node)
    kernel = walk.constant(node, 1, "kernel")
    if kernel.ndim != 2:
        raise NotSpecified(f"the operator {node} has a kernel of {kernel.ndim} axes")
    made = flow.with_layer("Dense", node, {"kernel": kernel})
    return replace(made, axes=(*flow.axes[:-1], axis("f", int(kernel.shape[1]))))


def gemm(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A linear map with its bias, as PyTorch exports it."""
    features_last(flow, node)
    attributes = node.attributes
    plain = attributes.get("alpha", 1.0) == 1.0 and attributes.get("beta", 1.0) == 1.0
    if not plain or attributes.get("transA"):
        raise NotSpecified(f"the operator {node} scales or turns what it multiplies")
    kernel = walk.constant(node, 1, "kernel")
    arrays = {"kernel": kernel.T if attributes.get("transB") else kernel}
    bias = walk.optional(node, 2)
    if bias is not None:
        width = arrays["kernel"].shape[1]
        arrays["bias"] = np.broadcast_to(bias.reshape(-1), (width,)).copy()
    made = flow.with_layer("Dense", node, arrays)
    return replace(made, axes=(*flow.axes[:-1], axis("f", int(arrays["kernel"].shape[1]))))


def of_features(walk: Walk, node: Node, flow: Flow) -> Array:
    """A constant summand or factor as one number for each feature, or a single number."""
    known = [walk.optional(node, place) for place in range(len(node.inputs))]
    value = next((one for one in known if one is not None), None)
    if value is None:
        raise NotSpecified(f"the operator {node} combines tensors that are not constant")
    if value.size == 1:
        return value.reshape(())
    place = place_of(flow.axes, "f", f"the operator {node}")
    shape = (*[1] * (len(flow.axes) - value.ndim), *value.shape)
    width = flow.axes[place].length
    if len(shape) != len(flow.axes) or any(
        one != (width if k == place else 1) for k, one in enumerate(shape)
    ):
        raise NotSpecified(
            f"the operator {node} combines an array of shape {value.shape} with "
            f"({in_words(flow.axes)})"
        )
    return value.reshape(-1)


def width_of(flow: Flow, node: Node) -> int:
    """How many features there are."""
    return flow.axes[place_of(flow.axes, "f", f"the operator {node}")].length


def add(walk: Walk, node: Node, flow: Flow) -> Flow:
    """The bias of the layer before it, or a shift of the features."""
    values = np.broadcast_to(of_features(walk, node, flow), (width_of(flow, node),)).copy()
    last = flow.last
    held = () if last is None else tuple(one.name for one in last.arrays)
    if last is not None and last.kind in ("Dense", "Conv") and "bias" not in held:
        return flow.with_last(replace(last, arrays=(*last.arrays, StoredArray("bias", values))))
    if last is not None and last.kind == "Affine" and "beta" not in held:
        return flow.with_last(replace(last, arrays=(*last.arrays, StoredArray("beta", values))))
    return flow.with_layer("Affine", node, {"beta": values})


def multiply(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A factor for each feature; a half behind a sum of two directions is their mean."""
    value = of_features(walk, node, flow)
    factor = 1.0 / value if node.op == "Div" else value
    last = flow.last
    if (
        last is not None
        and last.config.get("merge") == "sum"
        and factor.ndim == 0
        and factor == 0.5
    ):
        return flow.changed(merge="ave")
    values = np.broadcast_to(factor, (width_of(flow, node),)).copy()
    return flow.with_layer("Affine", node, {"gamma": values})


def batch_normalization(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Normalisation with means and variances of its own."""
    if len(flow.axes) < 2 or flow.axes[1].names != "f":
        raise NotSpecified(f"the operator {node} does not normalise the features")
    words = ("gamma", "beta", "mean", "variance")
    arrays = {word: walk.constant(node, k + 1, word) for k, word in enumerate(words)}
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    return flow.with_layer("BatchNormalization", node, arrays, epsilon=epsilon)


def layer_normalization(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Normalisation of each step by its own mean and variance."""
    place = place_at(flow, node, int(node.attributes.get("axis", -1)))
    if place != len(flow.axes) - 1:
        raise NotSpecified(f"the operator {node} normalises more than the features")
    features_last(flow, node)
    arrays = {"gamma": walk.constant(node, 1, "scale")}
    shift = walk.optional(node, 2)
    if shift is not None:
        arrays["beta"] = shift
    epsilon = float(node.attributes.get("epsilon", 1e-5))
    return flow.with_layer("LayerNormalization", node, arrays, epsilon=epsilon)
