"""A functional model walked from its input to its output, as long as it is a chain.

Keras has written the connections in three ways: ``[[["lstm_1", 0, 0]]]`` (1), the same with the
arguments of the call as a fourth entry (2), and an object with ``args`` and ``kwargs`` (3), where
the masks that Keras itself computes stand as operations of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lstm_spec.formats.stored import NotReadable, NotSpecified

MASKS = ("NotEqual", "Any")
"""Operations of which Keras 3 makes the mask of a Masking or an Embedding layer."""


@dataclass(frozen=True)
class Called:
    """A layer of a functional model with its calls, as they stand in the file."""

    kind: str
    name: str
    config: Mapping[str, Any]
    nodes: Sequence[Any]


@dataclass(frozen=True)
class Call:
    """One call: the tensors that it was given, and its other arguments.

    ``constants`` are the arguments without a name that are no tensors, ``tensors`` those arguments
    with a name that are.
    """

    inputs: tuple[str, ...]
    arguments: Mapping[str, Any]
    constants: tuple[Any, ...] = ()
    tensors: Mapping[str, str] | None = None


def in_order(
    layers: Mapping[str, Called], inputs: Any, outputs: Any
) -> list[tuple[str, Mapping[str, Any]]]:
    """The names from the input to the output, each with the arguments of its call.

    Raises NotSpecified with the layer where the chain ends.
    """
    first, last = _endpoints(inputs, "input"), _endpoints(outputs, "output")
    if len(first) != 1:
        raise NotSpecified(
            f"the model has {len(first)} inputs ({', '.join(first)}): only a chain with one input "
            "is specified"
        )
    if len(last) != 1:
        raise NotSpecified(
            f"the model has {len(last)} outputs ({', '.join(last)}): only a chain with one output "
            "is specified"
        )
    calls = {name: _only_call(one) for name, one in layers.items() if one.nodes}
    for name in (first[0], last[0]):
        if name not in layers:
            raise NotReadable(f"the model names a layer {name!r} that it does not describe")
    chain: list[tuple[str, Mapping[str, Any]]] = []
    here = last[0]
    while here != first[0]:
        if here not in calls or any(here == name for name, _ in chain):
            raise NotReadable(f"the layer {here!r} is not connected to the input {first[0]!r}")
        call = calls[here]
        if len(call.inputs) != 1:
            raise NotSpecified(
                f"the model is no chain: the layer {here} ({layers[here].kind}) reads "
                f"{len(call.inputs)} tensors ({', '.join(call.inputs)})",
                [f"behind it: {name} ({layers[name].kind})" for name, _ in reversed(chain)],
            )
        _check_tensors(here, call, layers, calls)
        chain.append((here, call.arguments))
        here = call.inputs[0]
        if here not in layers:
            raise NotReadable(f"the layer {chain[-1][0]!r} reads {here!r}, which is not described")
    chain.append((here, {}))
    chain.reverse()
    _check_all_used(chain, layers, calls)
    return chain


def _endpoints(said: Any, what: str) -> list[str]:
    """The names of the inputs or outputs: one reference, or a list of them."""
    if isinstance(said, Sequence) and said and isinstance(said[0], str):
        return [said[0]]
    if isinstance(said, Mapping):
        said = list(said.values())
    if not isinstance(said, Sequence) or not all(
        isinstance(one, Sequence) and one and isinstance(one[0], str) for one in said
    ):
        raise NotReadable(f"the functional model does not name its {what}")
    return [str(one[0]) for one in said]


def _only_call(layer: Called) -> Call:
    """The one call of a layer. Raises NotSpecified for a layer that is used several times."""
    if len(layer.nodes) != 1:
        raise NotSpecified(
            f"the layer {layer.name} ({layer.kind}) is called {len(layer.nodes)} times: a shared "
            "layer is not part of a chain"
        )
    node = layer.nodes[0]
    if isinstance(node, Mapping):
        return _call_of_keras_3(node)
    if not isinstance(node, Sequence) or not node:
        raise NotReadable(f"the connections of the layer {layer.name!r} cannot be read")
    references = [node] if isinstance(node[0], str) else list(node)
    names: list[str] = []
    arguments: dict[str, Any] = {}
    for one in references:
        if not isinstance(one, Sequence) or not one or not isinstance(one[0], str):
            raise NotReadable(f"the connections of the layer {layer.name!r} cannot be read")
        names.append(one[0])
        if len(one) > 3 and isinstance(one[3], Mapping):
            arguments.update(one[3])
    return Call(tuple(names), arguments)


def _call_of_keras_3(node: Mapping[str, Any]) -> Call:
    inputs: list[str] = []
    constants: list[Any] = []
    for one in node.get("args", []):
        found = _tensors(one)
        inputs += found
        constants += [] if found else [one]
    arguments, tensors = {}, {}
    for name, value in node.get("kwargs", {}).items():
        found = _tensors(value)
        if found:
            tensors[name] = found[0]
        else:
            arguments[name] = value
    return Call(tuple(inputs), arguments, tuple(constants), tensors)


def _tensors(value: Any) -> list[str]:
    """The names of the layers whose outputs stand in an argument."""
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        return [str(value["config"]["keras_history"][0])]
    if isinstance(value, list):
        return [name for one in value for name in _tensors(one)]
    return []


def _check_tensors(
    name: str, call: Call, layers: Mapping[str, Called], calls: Mapping[str, Call]
) -> None:
    """Beside its input a layer may be given only the mask that Keras would give it anyway."""
    for argument, source in (call.tensors or {}).items():
        if argument == "mask" and _is_own_mask(source, layers, calls):
            continue
        raise NotSpecified(
            f"the model is no chain: the layer {name} ({layers[name].kind}) is given "
            f"{argument} from {source!r}"
        )
    for argument, value in call.arguments.items():
        if isinstance(value, list) and any(isinstance(one, list) for one in value):
            raise NotSpecified(
                f"the model is no chain: the layer {name} ({layers[name].kind}) is given "
                f"{argument} from another layer"
            )


def _is_own_mask(name: str, layers: Mapping[str, Called], calls: Mapping[str, Call]) -> bool:
    """Whether operations compute what a Masking or an Embedding layer of this model masks."""
    if name not in calls:
        return False
    kind, call = layers[name].kind, calls[name]
    if kind == "Any":
        config = layers[name].config
        plain = config.get("axis") == -1 and not config.get("keepdims")
        return plain and len(call.inputs) == 1 and _is_own_mask(call.inputs[0], layers, calls)
    if kind != "NotEqual" or len(call.inputs) != 1 or len(call.constants) != 1:
        return False
    value = call.constants[0]
    for other, one in layers.items():
        if other not in calls or calls[other].inputs != call.inputs:
            continue
        if one.kind == "Masking" and one.config.get("mask_value", 0.0) == value:
            return True
        if one.kind == "Embedding" and one.config.get("mask_zero") and value == 0:
            return True
    return False


def _check_all_used(
    chain: Sequence[tuple[str, Any]], layers: Mapping[str, Called], calls: Mapping[str, Call]
) -> None:
    """Every layer of the model lies on the chain, or computes a mask for it."""
    on_it = {name for name, _ in chain}
    for name, one in layers.items():
        if name not in on_it and not (one.kind in MASKS and _is_own_mask(name, layers, calls)):
            raise NotSpecified(
                f"the model is no chain: the layer {name} ({one.kind}) does not lie between the "
                "input and the output"
            )
