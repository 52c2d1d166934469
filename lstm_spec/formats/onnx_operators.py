"""What each ONNX operator does to the tensor that is followed, and which layer it is.

Axes: ``b`` batch, ``t`` time, ``f`` features, ``d`` the directions of an LSTM. Operators that only
move axes leave no layer behind; those that compute leave one, in ONNX' own words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_spec.formats.onnx_graph import Graph, Node
from lstm_spec.formats.stored import Array, NotSpecified, StoredArray, StoredLayer

LAST = np.iinfo(np.int32).max
"""Exporters write an end that is larger than any length."""


class Walk:
    """Where the walk stands: the axes of the tensor, and the layers so far."""

    def __init__(self, graph: Graph, axes: list[str]) -> None:
        self.graph = graph
        self.axes = list(axes)
        self.layers: list[StoredLayer] = []
        self.remarks: list[str] = []
        self.directions = 1

    def place_of_input(self, node: Node) -> int:
        """Which input of the first operator the graph's own input is."""
        return next(k for k, name in enumerate(node.inputs) if name in self.graph.inputs)

    def add(self, kind: str, node: Node, arrays: dict[str, Array], **config: Any) -> None:
        """One layer more."""
        stored = tuple(StoredArray(name, values) for name, values in arrays.items())
        self.layers.append(StoredLayer(kind, node.name, config, stored))

    def change(self, **config: Any) -> None:
        """The last layer with other settings."""
        last = self.layers[-1]
        self.layers[-1] = StoredLayer(
            last.kind, last.name, {**last.config, **config}, last.arrays, last.call
        )

    def last_lstm(self, node: Node) -> StoredLayer:
        """The layer before this operator, which must be an LSTM."""
        if not self.layers or self.layers[-1].kind != "LSTM":
            raise NotSpecified(f"the operator {node} takes a step of something that is no LSTM")
        return self.layers[-1]

    def constant(self, node: Node, place: int, what: str) -> Array:
        """A constant input. Raises NotSpecified where it is computed."""
        name = node.inputs[place] if len(node.inputs) > place else ""
        value = self.graph.constant(name) if name else None
        if value is None:
            raise NotSpecified(f"the operator {node} has a {what} that is not constant")
        return value

    def axis(self, node: Node, value: int) -> int:
        """The place of an axis that may be counted from the end."""
        place = value + len(self.axes) if value < 0 else value
        if not 0 <= place < len(self.axes):
            raise NotSpecified(f"the operator {node} names an axis {value} that is not there")
        return place

    def features_last(self, node: Node) -> None:
        """Raise NotSpecified unless the features are the last axis."""
        if self.axes[-1] != "f":
            raise NotSpecified(
                f"the operator {node} works along {name_of(self.axes[-1])}, not along the features"
            )

    def close(self) -> None:
        """At the end only an order of batch, time and features may be left."""
        if sorted(self.axes) not in (["b", "f"], ["b", "f", "t"]):
            left = ", ".join(map(name_of, self.axes))
            raise NotSpecified(f"the graph returns an array of the axes {left}")


def name_of(axis: str) -> str:
    """An axis in words."""
    return {"b": "batch", "t": "time", "f": "features", "d": "directions", "1": "one"}[axis]


# Axes ---------------------------------------------------------------------------------------------


def transpose(walk: Walk, node: Node) -> None:
    """Axes in another order."""
    order = node.attributes.get("perm") or list(reversed(range(len(walk.axes))))
    walk.axes = [walk.axes[one] for one in order]


def axes_of(walk: Walk, node: Node) -> list[int]:
    """The axes of Squeeze and Unsqueeze: an attribute, or the second input since opset 13."""
    if "axes" in node.attributes:
        return [int(one) for one in node.attributes["axes"]]
    return [int(one) for one in np.atleast_1d(walk.constant(node, 1, "list of axes"))]


def squeeze(walk: Walk, node: Node) -> None:
    """Axes of length 1 go: the directions of an LSTM that has one."""
    places = [walk.axis(node, one) for one in axes_of(walk, node)]
    for place in places:
        one_direction = walk.axes[place] == "d" and walk.directions == 1
        if walk.axes[place] != "1" and not one_direction:
            raise NotSpecified(f"the operator {node} removes the axis {name_of(walk.axes[place])}")
    walk.axes = [axis for k, axis in enumerate(walk.axes) if k not in places]


def unsqueeze(walk: Walk, node: Node) -> None:
    """Axes of length 1 come, which a convolution in two dimensions wants."""
    rank = len(walk.axes) + len(axes_of(walk, node))
    for place in sorted(one % rank for one in axes_of(walk, node)):
        walk.axes.insert(place, "1")


def take_last(walk: Walk, node: Node) -> None:
    """The last step of an LSTM's sequence."""
    said = walk.last_lstm(node).config
    if said["gives"] != "sequence":
        raise NotSpecified(f"the operator {node} takes a step of what is no sequence")
    if said["direction"] != "forward":
        raise NotSpecified(
            f"the operator {node} takes the last step of an LSTM that runs {said['direction']}: "
            "there its backward part has read one step only, which is not specified"
        )
    walk.change(gives="last")


def cut(walk: Walk, node: Node) -> None:
    """A Slice: everything, or the last step."""
    if "starts" in node.attributes:
        starts, ends = node.attributes["starts"], node.attributes["ends"]
        axes = node.attributes.get("axes") or list(range(len(starts)))
    else:
        starts = list(walk.constant(node, 1, "start"))
        ends = list(walk.constant(node, 2, "end"))
        named = len(node.inputs) > 3 and node.inputs[3]
        axes = list(walk.constant(node, 3, "axis")) if named else list(range(len(starts)))
        stepped = len(node.inputs) > 4 and node.inputs[4]
        if stepped and (walk.constant(node, 4, "step") != 1).any():
            raise NotSpecified(f"the operator {node} leaves steps out")
    for start, end, axis in zip(starts, ends, axes, strict=True):
        place = walk.axis(node, int(axis))
        if int(start) == 0 and int(end) >= LAST:
            continue
        if walk.axes[place] != "t" or int(start) != -1 or int(end) < LAST:
            raise NotSpecified(f"the operator {node} cuts the {name_of(walk.axes[place])}")
        take_last(walk, node)
        walk.axes[place] = "1"


def gather(walk: Walk, node: Node) -> None:
    """A row of a table for each token, or the last step of a sequence."""
    table = walk.graph.constant(node.inputs[0])
    axis = int(node.attributes.get("axis", 0))
    if table is not None:
        if walk.axes != ["b", "t"] or axis != 0 or table.ndim != 2:
            raise NotSpecified(f"the operator {node} looks up something that is no table")
        walk.add("Embedding", node, {"table": table})
        walk.axes = ["b", "t", "f"]
        return
    place = walk.axis(node, axis)
    index = walk.constant(node, 1, "index")
    if walk.axes[place] == "d" and walk.directions == 1 and int(index) in (0, -1):
        del walk.axes[place]
    elif walk.axes[place] == "t" and index.ndim == 0 and int(index) == -1:
        take_last(walk, node)
        del walk.axes[place]
    else:
        raise NotSpecified(f"the operator {node} picks from the {name_of(walk.axes[place])}")


def reshape(walk: Walk, node: Node) -> None:
    """Directions and features become one axis, or a row's steps and features do."""
    wanted = (
        node.attributes["shape"]
        if "shape" in node.attributes
        else walk.graph.elements(node.inputs[1])
    )
    if wanted is None:
        raise NotSpecified(f"the operator {node} makes a shape that is computed")
    axes = [one for one in walk.axes if not (one == "d" and walk.directions == 1)]
    if len(wanted) == len(axes):
        walk.axes = axes
    elif axes[-2:] == ["d", "f"] and len(wanted) == len(axes) - 1:
        walk.axes = [*axes[:-2], "f"]
        walk.change(merged=True)
    elif axes == ["b", "t", "f"] and len(wanted) == 2:
        walk.add("Flatten", node, {})
        walk.axes = ["b", "f"]
    else:
        raise NotSpecified(f"the operator {node} makes the shape {wanted} of {walk.axes}")


def flatten(walk: Walk, node: Node) -> None:
    """All steps of a row side by side."""
    if walk.axes == ["b", "f"]:
        return
    if walk.axes != ["b", "t", "f"] or int(node.attributes.get("axis", 1)) != 1:
        raise NotSpecified(f"the operator {node} flattens something other than the steps of a row")
    walk.add("Flatten", node, {})
    walk.axes = ["b", "f"]


def concat(walk: Walk, node: Node) -> None:
    """Reached only if both parts come from one tensor, which is no chain."""
    raise NotSpecified(f"the operator {node} puts tensors together: the graph is no chain")


# Layers -------------------------------------------------------------------------------------------


def lstm(walk: Walk, node: Node) -> None:
    """The LSTM operator, with a state of zero or one that the caller gives."""
    layout = int(node.attributes.get("layout", 0))
    if walk.axes != (["b", "t", "f"] if layout else ["t", "b", "f"]):
        raise NotSpecified(f"the operator {node} reads {', '.join(map(name_of, walk.axes))}")
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
    sequence = bool(node.outputs[0]) and _is_read(walk.graph, node.outputs[0])
    final = len(node.outputs) > 1 and _is_read(walk.graph, node.outputs[1])
    carried = len(node.outputs) > 2 and _is_read(walk.graph, node.outputs[2])
    if (sequence and final and not walk.graph.outputs) or (carried and not sequence and not final):
        raise NotSpecified(f"the operator {node} returns its cell state")
    walk.directions = int(arrays["W"].shape[0])
    walk.add(
        "LSTM",
        node,
        arrays,
        gives="sequence" if sequence else "final",
        direction=node.attributes.get("direction", "forward"),
        hidden_size=int(node.attributes.get("hidden_size", arrays["R"].shape[-1])),
        activations=list(node.attributes.get("activations", [])),
        alphas=list(node.attributes.get("activation_alpha") or []),
        betas=list(node.attributes.get("activation_beta") or []),
    )
    if sequence:
        walk.axes = ["b", "t", "d", "f"] if layout else ["t", "d", "b", "f"]
    else:
        walk.axes = ["b", "d", "f"] if layout else ["d", "b", "f"]


def _is_read(graph: Graph, name: str) -> bool:
    return bool(name) and (
        name in graph.outputs or any(name in node.inputs for node in graph.nodes)
    )


def matmul(walk: Walk, node: Node) -> None:
    """A linear map over the features."""
    walk.features_last(node)
    kernel = walk.constant(node, 1, "kernel")
    if kernel.ndim != 2:
        raise NotSpecified(f"the operator {node} has a kernel of {kernel.ndim} axes")
    walk.add("Dense", node, {"kernel": kernel}, bias=False)


def add(walk: Walk, node: Node) -> None:
    """The bias of the linear map before it."""
    place = 1 if walk.graph.constant(node.inputs[1]) is not None else 0
    bias = walk.constant(node, place, "summand")
    last = walk.layers[-1] if walk.layers else None
    if last is None or last.kind != "Dense" or last.config["bias"] or last.config.get("then"):
        raise NotSpecified(f"the operator {node} adds something that is no bias of a Dense layer")
    walk.features_last(node)
    width = last.arrays[0].values.shape[1]
    if bias.size not in (1, width):
        raise NotSpecified(f"the operator {node} adds {bias.size} numbers to {width} features")
    values = np.broadcast_to(bias.reshape(-1), (width,)).copy()
    walk.layers[-1] = StoredLayer(
        "Dense", last.name, {"bias": True}, (*last.arrays, StoredArray("bias", values))
    )


def gemm(walk: Walk, node: Node) -> None:
    """A linear map with its bias, as PyTorch exports it."""
    walk.features_last(node)
    attributes = node.attributes
    plain = attributes.get("alpha", 1.0) == 1.0 and attributes.get("beta", 1.0) == 1.0
    if not plain or attributes.get("transA"):
        raise NotSpecified(f"the operator {node} scales or turns what it multiplies")
    kernel = walk.constant(node, 1, "kernel")
    arrays = {"kernel": kernel.T if attributes.get("transB") else kernel}
    if len(node.inputs) > 2 and node.inputs[2]:
        bias = walk.constant(node, 2, "bias").reshape(-1)
        arrays["bias"] = np.broadcast_to(bias, (arrays["kernel"].shape[1],)).copy()
    walk.add("Dense", node, arrays, bias="bias" in arrays)


def convolution(walk: Walk, node: Node) -> None:
    """A convolution over time."""
    if walk.axes != ["b", "f", "t"]:
        raise NotSpecified(
            f"the operator {node} reads {', '.join(map(name_of, walk.axes))}, not a sequence"
        )
    attributes = node.attributes
    if int(attributes.get("group", 1)) != 1:
        raise NotSpecified(f"the operator {node} works in groups")
    kernel = walk.constant(node, 1, "kernel")
    pads = list(attributes.get("pads") or [0, 0])
    padding = attributes.get("auto_pad", "NOTSET")
    if padding not in ("NOTSET", "VALID", "SAME_UPPER"):
        raise NotSpecified(f"the operator {node} pads {padding}")
    arrays = {"kernel": kernel}
    if len(node.inputs) > 2 and node.inputs[2]:
        arrays["bias"] = walk.constant(node, 2, "bias")
    walk.add(
        "Conv",
        node,
        arrays,
        strides=int((attributes.get("strides") or [1])[0]),
        dilation=int((attributes.get("dilations") or [1])[0]),
        same=padding == "SAME_UPPER",
        before=int(pads[0]),
        after=int(pads[1]),
    )


def max_pool(walk: Walk, node: Node) -> None:
    """The largest of a few steps."""
    if walk.axes != ["b", "f", "t"]:
        raise NotSpecified(f"the operator {node} does not pool over time")
    attributes = node.attributes
    pads = list(attributes.get("pads") or [0, 0])
    padding = attributes.get("auto_pad", "NOTSET")
    rounded = attributes.get("ceil_mode") or (attributes.get("dilations") or [1]) != [1]
    if rounded or padding not in ("NOTSET", "VALID", "SAME_UPPER"):
        raise NotSpecified(f"the operator {node} pads or counts in a way that is not specified")
    walk.add(
        "MaxPool",
        node,
        {},
        size=int(attributes["kernel_shape"][0]),
        strides=int((attributes.get("strides") or [1])[0]),
        same=padding == "SAME_UPPER",
        before=int(pads[0]),
        after=int(pads[1]),
    )


def batch_normalization(walk: Walk, node: Node) -> None:
    """Normalisation with means and variances of its own."""
    if walk.axes not in (["b", "f"], ["b", "f", "t"]):
        raise NotSpecified(f"the operator {node} does not normalise the features")
    words = ("gamma", "beta", "mean", "variance")
    arrays = {word: walk.constant(node, k + 1, word) for k, word in enumerate(words)}
    walk.add("BatchNormalization", node, arrays, epsilon=node.attributes.get("epsilon", 1e-5))


def pooled(kind: str) -> Callable[[Walk, Node], None]:
    """The mean or the largest value over all steps."""

    def pool(walk: Walk, node: Node) -> None:
        reduces = node.op.startswith("Reduce")
        places = _reduced(walk, node) if reduces else [len(walk.axes) - 1]
        if [walk.axes[walk.axis(node, one)] for one in places] != ["t"]:
            raise NotSpecified(f"the operator {node} does not pool over time")
        place = walk.axis(node, places[0])
        walk.add(kind, node, {})
        keeps = not reduces or bool(node.attributes.get("keepdims", 1))
        walk.axes[place : place + 1] = ["1"] if keeps else []

    return pool


def _reduced(walk: Walk, node: Node) -> list[int]:
    if "axes" in node.attributes:
        return [int(one) for one in node.attributes["axes"]]
    return [int(one) for one in np.atleast_1d(walk.constant(node, 1, "list of axes"))]


ACTIVATIONS = {
    "Relu": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Exp": "exponential",
    "Mish": "mish",
}


def activation(walk: Walk, node: Node) -> None:
    """A function of each number."""
    walk.add("Activation", node, {}, word=ACTIVATIONS[node.op])


def softmax(walk: Walk, node: Node) -> None:
    """Softmax or its logarithm over the features."""
    place = walk.axis(node, int(node.attributes.get("axis", -1)))
    if walk.axes[place] != "f":
        raise NotSpecified(f"the operator {node} works along the {name_of(walk.axes[place])}")
    word = "softmax" if node.op == "Softmax" else "log_softmax"
    walk.add("Activation", node, {}, word=word)


def hard_sigmoid(walk: Walk, node: Node) -> None:
    """The operator of that name says its slope itself."""
    slope = float(node.attributes.get("alpha", 0.2))
    shift = float(node.attributes.get("beta", 0.5))
    walk.add("Activation", node, {}, word="hard_sigmoid", slope=slope, shift=shift)


def leaky_relu(walk: Walk, node: Node) -> None:
    """A slope below zero."""
    walk.add("LeakyRelu", node, {}, slope=float(node.attributes.get("alpha", 0.01)))


def scaled(word: str, **usual: float) -> Callable[[Walk, Node], None]:
    """An activation whose numbers must be the usual ones."""

    def check(walk: Walk, node: Node) -> None:
        for name, number in usual.items():
            if abs(float(node.attributes.get(name, number)) - number) > 1e-6:
                raise NotSpecified(f"the operator {node} has an unusual {name}")
        walk.add("Activation", node, {}, word=word)

    return check


def nothing(walk: Walk, node: Node) -> None:
    """What changes no number: Identity, Dropout outside training, Cast between floats."""


OPERATORS: dict[str, Callable[[Walk, Node], None]] = {
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Slice": cut,
    "Gather": gather,
    "Reshape": reshape,
    "Flatten": flatten,
    "Concat": concat,
    "LSTM": lstm,
    "MatMul": matmul,
    "Add": add,
    "Gemm": gemm,
    "Conv": convolution,
    "MaxPool": max_pool,
    "BatchNormalization": batch_normalization,
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
    "Selu": scaled("selu", alpha=1.6732632423543772, gamma=1.0507009873554805),
    "Identity": nothing,
    "Dropout": nothing,
    "Cast": nothing,
}
"""Every operator that may lie on the way from the input to the output."""
