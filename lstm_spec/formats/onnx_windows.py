"""ONNX operators that look at several steps: convolution and pooling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lstm_spec.formats.onnx_axes import (
    ONE,
    axis,
    in_words,
    names,
    place_of,
)
from lstm_spec.formats.onnx_flow import Flow, Walk, place_at
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.onnx_layers import width_of
from lstm_spec.formats.onnx_moves import axes_of
from lstm_spec.formats.stored import NotSpecified


def convolution(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A convolution over time, in one dimension or in two of which one has length 1."""
    if names(flow.axes) != "bft":
        raise NotSpecified(f"the operator {node} reads ({in_words(flow.axes)}), not a sequence")
    attributes = node.attributes
    kernel = walk.constant(node, 1, "kernel")
    place = place_of(flow.axes, "t", f"the operator {node}") - 2
    count = kernel.ndim - 2
    if int(attributes.get("group", 1)) != 1 or count != len(flow.axes) - 2:
        raise NotSpecified(f"the operator {node} works in groups, or in more dimensions than time")
    if any(kernel.shape[2 + k] != 1 for k in range(count) if k != place):
        raise NotSpecified(f"the operator {node} works in more dimensions than time")
    same, before, after = padding(node, count, place)
    arrays = {"kernel": kernel.reshape(*kernel.shape[:2], kernel.shape[2 + place])}
    bias = walk.optional(node, 2)
    if bias is not None:
        arrays["bias"] = bias.reshape(-1)
    strides = int((attributes.get("strides") or [1] * count)[place])
    dilation = int((attributes.get("dilations") or [1] * count)[place])
    config = {
        "strides": strides,
        "dilation": dilation,
        "same": same,
        "before": before + flow.padding[0],
        "after": after + flow.padding[1],
    }
    made = flow.with_layer("Conv", node, arrays, **config)
    reach = (arrays["kernel"].shape[2] - 1) * dilation
    return after_windows(made, int(kernel.shape[0]), reach, strides, same, before + after)


def padding(node: Node, count: int, place: int) -> tuple[bool, int, int]:
    """Whether "same" is asked for, and how many steps are added before and after."""
    word = node.attributes.get("auto_pad", "NOTSET")
    if word not in ("NOTSET", "VALID", "SAME_UPPER"):
        raise NotSpecified(f"the operator {node} pads {word}")
    pads = list(node.attributes.get("pads") or [0] * 2 * count)
    others = [one for k, one in enumerate(pads) if k % count != place]
    if any(others):
        raise NotSpecified(f"the operator {node} pads more than the time")
    if word != "NOTSET":
        return word == "SAME_UPPER", 0, 0
    return False, int(pads[place]), int(pads[place + count])


def after_windows(flow: Flow, width: int, reach: int, strides: int, same: bool, added: int) -> Flow:
    """The axes behind a convolution or a pooling."""
    axes = list(flow.axes)
    for place, one in enumerate(axes):
        if one.names == "f":
            axes[place] = axis("f", width)
        elif one.names == "t" and same:
            axes[place] = axis("t", -(-one.length // strides))
        elif one.names == "t":
            axes[place] = axis("t", max(0, (one.length + added - reach - 1) // strides + 1))
    return replace(flow, axes=tuple(axes), padding=(0, 0))


def max_pool(walk: Walk, node: Node, flow: Flow) -> Flow:
    """The largest of a few steps."""
    if names(flow.axes) != "bft" or flow.padding != (0, 0):
        raise NotSpecified(f"the operator {node} does not pool over time")
    attributes = node.attributes
    sizes = attributes["kernel_shape"]
    place = place_of(flow.axes, "t", f"the operator {node}") - 2
    plain = all(one == 1 for k, one in enumerate(sizes) if k != place)
    dilated = any(one != 1 for one in attributes.get("dilations") or [1])
    if not plain or dilated or attributes.get("ceil_mode") or len(sizes) != len(flow.axes) - 2:
        raise NotSpecified(f"the operator {node} pools in a way that is not specified")
    same, before, after = padding(node, len(sizes), place)
    strides = int((attributes.get("strides") or [1] * len(sizes))[place])
    size = int(sizes[place])
    config = {"size": size, "strides": strides, "same": same, "before": before, "after": after}
    made = flow.with_layer("MaxPool", node, {}, **config)
    return after_windows(made, width_of(flow, node), size - 1, strides, same, before + after)


def pooled(kind: str) -> Callable[[Walk, Node, Flow], Flow]:
    """The mean or the largest value over all steps."""

    def pool(walk: Walk, node: Node, flow: Flow) -> Flow:
        reduces = node.op.startswith("Reduce")
        places = axes_of(walk, node) if reduces else list(range(2, len(flow.axes)))
        found = [place_at(flow, node, one) for one in places]
        if [flow.axes[one].names for one in found if flow.axes[one] is not ONE] != ["t"]:
            raise NotSpecified(f"the operator {node} does not pool over time")
        keeps = not reduces or bool(node.attributes.get("keepdims", 1))
        axes = [
            ONE if k in found else one for k, one in enumerate(flow.axes) if keeps or k not in found
        ]
        return replace(flow.with_layer(kind, node, {}), axes=tuple(axes), turned=False)

    return pool
