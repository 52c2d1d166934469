"""What each ONNX operator does to the tensor that is followed, and which layer it is.

Operators that only move axes leave no layer behind; those that compute leave one, in ONNX' own
words. A tensor carries the layers that made it, so two branches that meet again are understood
where they are the halves of a bidirectional LSTM, or a function such as x sigmoid(x).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_spec.formats.onnx_axes import (
    ONE,
    Axes,
    axis,
    in_words,
    names,
    place_of,
    regrouped,
)
from lstm_spec.formats.onnx_graph import Graph, Node
from lstm_spec.formats.onnx_values import Values
from lstm_spec.formats.stored import Array, NotSpecified, StoredArray, StoredLayer

ENDLESS = 1 << 30
"""Exporters write an end that is larger than any length."""


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


# Axes ---------------------------------------------------------------------------------------------


def transpose(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Axes in another order."""
    order = node.attributes.get("perm") or list(reversed(range(len(flow.axes))))
    return replace(flow, axes=tuple(flow.axes[one] for one in order))


def axes_of(walk: Walk, node: Node) -> list[int]:
    """The axes of Squeeze and Unsqueeze: an attribute, or the second input since opset 13."""
    if "axes" in node.attributes:
        return [int(one) for one in node.attributes["axes"]]
    return [int(one) for one in np.atleast_1d(walk.constant(node, 1, "list of axes"))]


def squeeze(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Axes of length 1 go: the directions of an LSTM that has one, a step that was cut out."""
    places = {place_at(flow, node, one) for one in axes_of(walk, node)}
    if any(flow.axes[one].length != 1 for one in places):
        raise NotSpecified(f"the operator {node} removes one of the axes {in_words(flow.axes)}")
    return replace(flow, axes=tuple(x for k, x in enumerate(flow.axes) if k not in places))


def unsqueeze(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Axes of length 1 come, which a convolution in two dimensions wants."""
    axes, added = list(flow.axes), axes_of(walk, node)
    rank = len(axes) + len(added)
    for place in sorted(one % rank for one in added):
        axes.insert(place, ONE)
    return replace(flow, axes=tuple(axes))


def reshape(walk: Walk, node: Node, flow: Flow) -> Flow:
    """The same numbers under another shape: axes put together, or taken apart again."""
    wanted = node.attributes.get("shape")
    target = np.asarray(wanted) if wanted is not None else walk.optional(node, 1)
    if target is None:
        raise NotSpecified(f"the operator {node} makes a shape that depends on the input's values")
    lengths = [int(one) for one in target]
    given = list(flow.shape)
    keeps_zero = not node.attributes.get("allowzero")
    lengths = [
        given[place] if one == 0 and keeps_zero and place < len(given) else one
        for place, one in enumerate(lengths)
    ]
    if -1 in lengths:
        rest = int(np.prod([one for one in lengths if one != -1]))
        lengths[lengths.index(-1)] = int(np.prod(given)) // rest if rest else 0
    plain = names(flow.axes)
    if plain == "bf" and len(lengths) == 3 and lengths[0] == given[0]:
        made = flow.with_layer("Reshape", node, {}, shape=lengths[1:])
        return replace(made, axes=(flow.axes[0], axis("t", lengths[1]), axis("f", lengths[2])))
    axes = regrouped(flow.axes, lengths, f"the operator {node}")
    return merged_axes(flow, node, axes)


def merged_axes(flow: Flow, node: Node, axes: Axes) -> Flow:
    """What it means that axes were put together."""
    found, made = flow, []
    for one in axes:
        if one.names == "df":
            found = found.changed(merge="concat")
            one = axis("f", one.length)
        elif one.names == "tf" and not found.turned:
            found = found.with_layer("Flatten", node, {})
            one = axis("f", one.length)
        elif one.names not in ("", "b", "t", "f", "d", "bt", "tb"):
            raise NotSpecified(f"the operator {node} puts {one} side by side")
        made.append(one)
    return replace(found, axes=tuple(made))


def flatten(walk: Walk, node: Node, flow: Flow) -> Flow:
    """All steps of a row side by side."""
    place = place_at(flow, node, int(node.attributes.get("axis", 1)))
    before, behind = flow.shape[:place], flow.shape[place:]
    wanted = [int(np.prod(before)), int(np.prod(behind))]
    return merged_axes(flow, node, regrouped(flow.axes, wanted, f"the operator {node}"))


def cut(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A Slice: everything, one direction, the first or the last step, or steps in reverse."""
    if "starts" in node.attributes:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        places: Any = node.attributes.get("axes", range(len(starts)))
        steps: Any = [1] * len(starts)
    else:
        starts = walk.constant(node, 1, "start")
        ends = walk.constant(node, 2, "end")
        named, stepped = walk.optional(node, 3), walk.optional(node, 4)
        places = range(len(starts)) if named is None else named
        steps = [1] * len(starts) if stepped is None else stepped
    for start, end, one, step in zip(starts, ends, places, steps, strict=True):
        place = place_at(flow, node, int(one))
        flow = cut_axis(flow, node, place, int(start), int(end), int(step))
    return flow


def cut_axis(flow: Flow, node: Node, place: int, start: int, end: int, step: int) -> Flow:
    """A Slice along one axis."""
    one = flow.axes[place]
    if step == -1 and start in (-1, one.length - 1) and end <= -one.length:
        if one.names != "t":
            raise NotSpecified(f"the operator {node} reverses the {one}")
        return replace(flow, turned=not flow.turned)
    first = start + one.length if start < 0 else start
    behind = min(end + one.length if end < 0 else end, one.length)
    if step != 1:
        raise NotSpecified(f"the operator {node} leaves out some of the {one}")
    if (first, behind) == (0, one.length):
        return flow
    if behind - first == 1:
        return picked(flow, node, place, first, keeps=True)
    raise NotSpecified(f"the operator {node} cuts the {one}")


def picked(flow: Flow, node: Node, place: int, index: int, keeps: bool) -> Flow:
    """One step or one direction."""
    one = flow.axes[place]
    axes = list(flow.axes)
    axes[place : place + 1] = [ONE] if keeps else []
    made = replace(flow, axes=tuple(axes))
    if one.names == "d":
        return made if one.length == 1 else replace(made, half=index)
    if one.names == "t":
        return last_step(made, node, index, one.length)
    raise NotSpecified(f"the operator {node} picks one of the {one}")


def last_step(flow: Flow, node: Node, index: int, steps: int) -> Flow:
    """The step that an LSTM computed last."""
    layer = flow.last
    if layer is None or layer.kind != "LSTM" or layer.config["gives"] == "final":
        raise NotSpecified(f"the operator {node} takes a step of something that is no LSTM")
    backwards = flow.half == 1 if layer.config["both"] else flow.turned
    wanted = 0 if backwards else steps - 1
    if layer.config["both"] and flow.half is None:
        raise NotSpecified(
            f"the operator {node} takes one step of both directions of an LSTM: there one of them "
            "has read one step only, which is not specified"
        )
    if index != wanted:
        raise NotSpecified(
            f"the operator {node} takes step {index} of {steps}, which is not the one that the "
            "LSTM computed last"
        )
    return replace(flow.changed(gives="final"), turned=False)


def gather(walk: Walk, node: Node, flow: Flow) -> Flow:
    """One step or direction by its number."""
    index = walk.constant(node, 1, "index")
    if index.size != 1:
        raise NotSpecified(f"the operator {node} picks {index.size} of the axes {flow.axes}")
    place = place_at(flow, node, int(node.attributes.get("axis", 0)))
    number = int(index.reshape(-1)[0]) % max(flow.axes[place].length, 1)
    return picked(flow, node, place, number, keeps=index.ndim > 0)


def embedding(walk: Walk, node: Node, flow: Flow) -> Flow:
    """A row of a table for each token."""
    table = walk.constant(node, 0, "table")
    if names(flow.axes) != "bt" or table.ndim != 2 or node.attributes.get("axis", 0):
        raise NotSpecified(f"the operator {node} looks up something that is no table of words")
    made = flow.with_layer("Embedding", node, {"table": table})
    return replace(made, axes=(*flow.axes, axis("f", int(table.shape[1]))))


def reverse_sequence(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Steps in reverse, where the lengths are those of the rows."""
    attributes = node.attributes
    place = int(attributes.get("time_axis", 0))
    lengths = walk.constant(node, 1, "list of lengths")
    steps = flow.axes[place_at(flow, node, place)]
    if steps.names != "t" or (lengths != steps.length).any():
        raise NotSpecified(f"the operator {node} turns a part of the steps round")
    return replace(flow, turned=not flow.turned)


def pad(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Steps of zeros at the ends, for the convolution that follows."""
    pads = node.attributes.get("pads")
    pads = np.asarray(pads if pads is not None else walk.constant(node, 1, "padding"))
    value = walk.optional(node, 2)
    zero = value is None or not value.any()
    place = place_of(flow.axes, "t", f"the operator {node}")
    rank = len(flow.axes)
    others = [int(one) for k, one in enumerate(pads) if k % rank != place]
    if node.attributes.get("mode", "constant") != "constant" or any(others) or not zero:
        raise NotSpecified(f"the operator {node} adds something other than steps of zeros")
    before, after = int(pads[place]), int(pads[place + rank])
    axes = list(flow.axes)
    axes[place] = axis("t", axes[place].length + before + after)
    return replace(
        flow, axes=tuple(axes), padding=(flow.padding[0] + before, flow.padding[1] + after)
    )


def tile(walk: Walk, node: Node, flow: Flow) -> Flow:
    """One vector becomes n equal steps."""
    repeats = [int(one) for one in walk.constant(node, 1, "number of repeats")]
    several = [place for place, one in enumerate(repeats) if one != 1]
    if len(several) != 1 or flow.axes[several[0]] is not ONE or "t" in names(flow.axes):
        raise NotSpecified(f"the operator {node} repeats something that is no vector")
    (place,) = several
    axes = list(flow.axes)
    axes[place] = axis("t", repeats[place])
    made = flow.with_layer("RepeatVector", node, {}, n=repeats[place])
    return replace(made, axes=tuple(axes))


# Layers -------------------------------------------------------------------------------------------


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


def cast(walk: Walk, node: Node, flow: Flow) -> Flow:
    """Between number types; numbers with fractions may not become whole."""
    to_float = int(node.attributes.get("to", 1)) in (1, 10, 11, 16)
    if not to_float and names(flow.axes) != "bt":
        raise NotSpecified(f"the operator {node} rounds to whole numbers")
    return flow


def nothing(walk: Walk, node: Node, flow: Flow) -> Flow:
    """What changes no number: Identity, and Dropout outside training."""
    return flow


OPERATORS: dict[str, Callable[[Walk, Node, Flow], Flow]] = {
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Slice": cut,
    "Gather": gather,
    "Reshape": reshape,
    "Flatten": flatten,
    "ReverseSequence": reverse_sequence,
    "Pad": pad,
    "Tile": tile,
    "MatMul": matmul,
    "Gemm": gemm,
    "Add": add,
    "Mul": multiply,
    "Div": multiply,
    "Conv": convolution,
    "MaxPool": max_pool,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "GlobalAveragePool": pooled("GlobalAveragePool"),
    "GlobalMaxPool": pooled("GlobalMaxPool"),
    "ReduceMean": pooled("GlobalAveragePool"),
    "ReduceMax": pooled("GlobalMaxPool"),
    **dict.fromkeys(ACTIVATIONS, activation),
    "Softmax": softmax,
    "LogSoftmax": softmax,
    "HardSigmoid": hard_sigmoid,
    "LeakyRelu": leaky_relu,
    "Elu": scaled("elu", alpha=1.0),
    "Celu": scaled("celu", alpha=1.0),
    "Selu": scaled("selu", alpha=1.6732632423543772, gamma=1.0507009873554805),
    "Min": limit,
    "Max": limit,
    "Clip": limit,
    "Identity": nothing,
    "Dropout": nothing,
    "Cast": cast,
}
"""Every operator that may lie on the way from the input to the output, but for LSTM itself."""
