"""ONNX operators that move, cut or lengthen axes, and what they leave behind.

Most leave no layer; a cut that keeps the last step, a reshape or a padding changes what the layers
before it give.
"""

from __future__ import annotations

from dataclasses import replace
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
from lstm_spec.formats.onnx_flow import Flow, Walk, place_at
from lstm_spec.formats.onnx_graph import Node
from lstm_spec.formats.stored import NotSpecified

ENDLESS = 1 << 30
"""Exporters write an end that is larger than any length."""


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
