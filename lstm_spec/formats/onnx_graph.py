"""An ONNX graph opened with care, and what of it is constant.

Only the protobuf is read: nothing is run, and weights that lie in other files are refused. Tensors
that depend on the input's values are told from those that depend only on its shape, of which
exporters make initial states and the targets of Reshape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_spec.extras import install
from lstm_spec.formats.stored import Array, NotReadable, NotSpecified

LARGEST = 1 << 30
"""Above this protobuf itself gives up at 2 GiB; recurrent models have megabytes."""


@dataclass(frozen=True)
class Node:
    """One operator with its attributes as plain values."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.name} ({self.op})" if self.name else self.op


@dataclass(frozen=True)
class Graph:
    """Operators in order, constants by name, and the inputs and outputs with their shapes."""

    nodes: tuple[Node, ...]
    constants: Mapping[str, Array]
    inputs: Mapping[str, tuple[int | None, ...]]
    outputs: tuple[str, ...]
    producer: str
    version: str

    def maker(self, name: str) -> Node | None:
        """The operator that makes a tensor; None for an input or a constant."""
        return next((one for one in self.nodes if name in one.outputs), None)

    def constant(self, name: str) -> Array | None:
        """The value of a constant; None for anything else."""
        if name in self.constants:
            return self.constants[name]
        node = self.maker(name)
        return _constant_of(node) if node is not None and node.op == "Constant" else None

    def is_zero(self, name: str) -> bool:
        """Whether a tensor holds zeros, whatever its shape."""
        known = self.constant(name)
        if known is not None:
            return not known.any()
        node = self.maker(name)
        if node is None:
            return False
        if node.op == "ConstantOfShape":
            value = node.attributes.get("value")
            return value is None or not np.any(value)
        if node.op in ("Expand", "Unsqueeze", "Squeeze", "Cast", "Identity", "Transpose"):
            return self.is_zero(node.inputs[0])
        if node.op in ("Slice", "Reshape", "Tile", "Gather"):
            return self.is_zero(node.inputs[0])
        return node.op == "Concat" and all(map(self.is_zero, node.inputs))


def _constant_of(node: Node) -> Array | None:
    for key in ("value", "value_int", "value_ints", "value_float", "value_floats"):
        if key in node.attributes:
            return np.asarray(node.attributes[key])
    return None


def open_graph(path: Path) -> Graph:
    """The graph of a file.

    Raises NotReadable for a damaged file and for weights outside it, NotSpecified for functions
    and subgraphs, which hold code of their own.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
        from onnx import numpy_helper
    except ImportError as missing:
        raise NotReadable(
            f"{path.name} is an ONNX model, which needs the package onnx: {install('models')}"
        ) from missing
    if path.stat().st_size > LARGEST:
        raise NotReadable(f"{path.name} is larger than {LARGEST} bytes")
    try:
        model = onnx.load(path, load_external_data=False)
    except (DecodeError, OSError, ValueError) as error:
        raise NotReadable(f"{path.name} is no ONNX model, or a damaged one ({error})") from error
    graph = model.graph
    if not graph.node or not graph.input or not graph.output:
        raise NotReadable(f"{path.name} holds no ONNX graph: it has no operators, or no input")
    if model.functions:
        raise NotSpecified(f"{path.name} holds functions of its own ({model.functions[0].name})")
    constants: dict[str, Array] = {}
    for one in graph.initializer:
        constants[one.name] = _tensor(one, numpy_helper, path.name)
    nodes = tuple(_node(one, numpy_helper, path.name) for one in graph.node)
    inputs = {one.name: _shape(one) for one in graph.input if one.name not in constants}
    return Graph(
        nodes,
        constants,
        inputs,
        tuple(one.name for one in graph.output),
        model.producer_name,
        model.producer_version,
    )


def _tensor(tensor: Any, numpy_helper: Any, of: str) -> Array:
    """The values of a constant, after a look at whether they are there."""
    if tensor.data_location == 1 or tensor.external_data:
        raise NotReadable(
            f"{of} keeps the values of {tensor.name!r} in another file, which is not opened: save "
            "it in one file"
        )
    claimed = int(np.prod([int(one) for one in tensor.dims], dtype=object) or 0)
    held = len(tensor.raw_data) or sum(
        len(getattr(tensor, f"{kind}_data")) for kind in ("float", "double", "int32", "int64")
    )
    if min([0, *tensor.dims]) < 0 or claimed > held:
        raise NotReadable(
            f"{of} is damaged: {tensor.name!r} claims the shape {tuple(tensor.dims)}, but the file "
            f"holds {held} bytes for it"
        )
    try:
        made: Array = np.asarray(numpy_helper.to_array(tensor))
    except (ValueError, TypeError, KeyError) as error:
        raise NotReadable(f"{of} is damaged: {tensor.name!r} cannot be read ({error})") from error
    return made


def _node(node: Any, numpy_helper: Any, of: str) -> Node:
    attributes: dict[str, Any] = {}
    for one in node.attribute:
        if one.HasField("g") or one.graphs:
            raise NotSpecified(
                f"{of} holds the operator {node.op_type} ({node.name}), which has a graph of its "
                "own: exporters write a loop where a layer has a mask or an unusual activation. "
                "Only chains of plain operators are specified"
            )
        attributes[one.name] = _attribute(one, numpy_helper, of)
    if node.domain not in ("", "ai.onnx"):
        raise NotSpecified(
            f"{of} holds the operator {node.op_type} of the domain {node.domain!r}, which is not "
            "ONNX' own"
        )
    return Node(node.op_type, node.name, tuple(node.input), tuple(node.output), attributes)


def _attribute(one: Any, numpy_helper: Any, of: str) -> Any:
    kinds = {1: one.f, 2: one.i, 3: one.s, 6: list(one.floats), 7: list(one.ints)}
    if one.type == 4:
        return _tensor(one.t, numpy_helper, of)
    if one.type == 3:
        return one.s.decode("utf-8", "replace")
    if one.type == 8:
        return [word.decode("utf-8", "replace") for word in one.strings]
    return kinds.get(one.type)


def _shape(value: Any) -> tuple[int | None, ...]:
    """The shape of an input; a length with a name, or none, is None."""
    dims = value.type.tensor_type.shape.dim
    return tuple(one.dim_value if one.HasField("dim_value") else None for one in dims)
