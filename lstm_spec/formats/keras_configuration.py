"""The JSON with which every Keras describes a model, as a chain of layers.

Four shapes of it are around: a Sequential whose configuration is a bare list (Keras 1.1 to 2.1), or
an object with ``layers`` (2.2 and later), a functional model (``Model`` until 2.3, ``Functional``
since), and what Keras 3 writes, with a ``module`` on each layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lstm_spec.formats.keras_graph import Called, in_order
from lstm_spec.formats.stored import NotReadable, NotSpecified

Shape = tuple[int | None, ...]
INPUT = "InputLayer"


@dataclass(frozen=True)
class Described:
    """A layer without its arrays."""

    kind: str
    name: str
    config: Mapping[str, Any]
    call: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Architecture:
    """What the JSON says: a chain of layers, InputLayers included, and the shape of its input."""

    style: str
    layers: tuple[Described, ...]
    input_shape: Shape | None
    dtype: str
    is_keras_3: bool
    remarks: tuple[str, ...] = ()


def architecture(model: Mapping[str, Any]) -> Architecture:
    """The chain that a model configuration describes.

    Raises NotReadable for something else, NotSpecified for a model that is no chain.
    """
    kind, config = model.get("class_name"), model.get("config")
    if not isinstance(kind, str) or not isinstance(config, Mapping | list):
        raise NotReadable(
            "the JSON describes no Keras model: it has no 'class_name' with a 'config'"
        )
    if kind == "Sequential":
        return _sequential(config, _is_keras_3(model, config))
    if kind in ("Model", "Functional") and isinstance(config, Mapping) and "layers" in config:
        return _functional(config, _is_keras_3(model, config))
    raise NotSpecified(
        f"the model is of the class {model.get('registered_name') or kind!r}, whose Python code "
        "decides what it computes: only Sequential models and functional chains are specified"
    )


def _is_keras_3(model: Mapping[str, Any], config: Any) -> bool:
    """Whether Keras 3 wrote it: an InputLayer has a ``batch_shape`` there, or layers a module."""
    layers = config.get("layers", []) if isinstance(config, Mapping) else []
    inner = [one.get("config") for one in layers if isinstance(one, Mapping)]
    shapes = any(isinstance(one, Mapping) and "batch_shape" in one for one in inner)
    policies = any(
        isinstance(one, Mapping)
        and isinstance(one.get("dtype"), Mapping)
        and one["dtype"].get("class_name") == "DTypePolicy"
        for one in inner
    )
    return (
        shapes
        or policies
        or (
            model.get("module") == "keras"
            and not any(isinstance(one, Mapping) and "batch_input_shape" in one for one in inner)
        )
    )


def _sequential(config: Mapping[str, Any] | list[Any], is_keras_3: bool) -> Architecture:
    entries = config if isinstance(config, list) else config.get("layers")
    layers = tuple(described(one) for one in _entries(entries))
    built = None if isinstance(config, list) else config.get("build_input_shape")
    shape = _input_shape(layers[0], built)
    return Architecture("sequential", layers, shape, _dtype(layers), is_keras_3)


def _functional(config: Mapping[str, Any], is_keras_3: bool) -> Architecture:
    entries = _entries(config["layers"])
    by_name: dict[str, Called] = {}
    for one in entries:
        layer = described(one)
        nodes = one.get("inbound_nodes")
        if not isinstance(nodes, list):
            raise NotReadable(f"the layer {layer.name!r} does not say what it is connected to")
        by_name[layer.name] = Called(layer.kind, layer.name, layer.config, nodes)
    chain = in_order(by_name, config.get("input_layers"), config.get("output_layers"))
    layers = tuple(
        Described(by_name[name].kind, name, by_name[name].config, call) for name, call in chain
    )
    return Architecture(
        "functional", layers, _input_shape(layers[0], None), _dtype(layers), is_keras_3
    )


def _entries(entries: Any) -> list[Mapping[str, Any]]:
    if not isinstance(entries, list) or not entries:
        raise NotReadable("the model configuration has no layers")
    for one in entries:
        if not isinstance(one, Mapping) or not isinstance(one.get("class_name"), str):
            raise NotReadable("the model configuration holds something that is no layer")
    return entries


def described(entry: Mapping[str, Any]) -> Described:
    """One layer of the JSON. A registered class of somebody's own keeps its full name."""
    config = entry.get("config")
    if not isinstance(config, Mapping):
        raise NotReadable(f"the layer {entry.get('class_name')!r} has no configuration")
    kind = str(entry["class_name"])
    registered = entry.get("registered_name")
    if isinstance(registered, str) and registered not in (kind, ""):
        kind = registered
    name = str(config.get("name", entry.get("name", "")))
    return Described(kind, name, config)


def inner_layer(config: Mapping[str, Any], key: str = "layer") -> Described:
    """The layer inside a wrapper. Raises NotReadable where there is none."""
    entry = config.get(key)
    if not isinstance(entry, Mapping) or "class_name" not in entry:
        raise NotReadable(f"a wrapper does not say which layer is in it ({key!r} is missing)")
    return described(entry)


def _input_shape(first: Described, built: Any) -> Shape | None:
    """The shape of a batch, from wherever a generation of Keras put it."""
    for key in ("batch_shape", "batch_input_shape"):
        if isinstance(first.config.get(key), Sequence):
            return _shape(first.config[key])
    if isinstance(built, Sequence) and not isinstance(built, str):
        return _shape(built)
    features = first.config.get("input_dim")
    if first.kind not in ("Embedding", INPUT) and isinstance(features, int):
        return (None, first.config.get("input_length"), features)
    return None


def _shape(values: Sequence[Any]) -> Shape:
    if not all(one is None or isinstance(one, int) for one in values):
        raise NotReadable(f"the shape of the input cannot be read: {values!r}")
    return tuple(None if one is None else int(one) for one in values)


def dtype_of(config: Mapping[str, Any]) -> str:
    """The float type of a layer: a word, or the policy that newer Kerases write instead."""
    said = config.get("dtype", config.get("input_dtype", "float32"))
    if isinstance(said, Mapping):
        inner = said.get("config")
        said = inner.get("name", "float32") if isinstance(inner, Mapping) else "float32"
    return str(said)


def _dtype(layers: Sequence[Described]) -> str:
    """Float64 if a layer with weights computes in it, else the policy of the first that says."""
    said = [dtype_of(one.config) for one in layers if one.kind != "Embedding"]
    floats = [one for one in said if "int" not in one or "float" in one]
    if "float64" in floats:
        return "float64"
    unusual = [one for one in floats if one != "float32"]
    return unusual[0] if unusual else "float32"
