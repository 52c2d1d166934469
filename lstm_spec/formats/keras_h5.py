"""``.h5`` and ``.hdf5`` of Keras 1, Keras 2, tf.keras and Keras 3: whole models, or weights alone.

A whole model has its configuration as an attribute ``model_config`` and its arrays below
``model_weights``, a group for each layer; ``save_weights`` wrote the same groups at the root, with
nothing that says what the layers are. Keras 3 writes weights in the form of ``keras_zip``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_spec.formats import hdf5
from lstm_spec.formats.archive import as_json
from lstm_spec.formats.keras_configuration import Architecture, Described, architecture
from lstm_spec.formats.keras_variables import arrays_below, layer_groups
from lstm_spec.formats.reader import Request
from lstm_spec.formats.stored import (
    NeedsMore,
    NotReadable,
    NotSpecified,
    Stored,
    StoredArray,
    StoredLayer,
)

WITHOUT_ARCHITECTURE = (
    "it holds weights alone. From the arrays their widths can be read, but not what decides the "
    "numbers: the activations of the gates (sigmoid or hard_sigmoid) and of the cell, whether a "
    "layer returns sequences or its last output, its direction, the order of the layers, and what "
    "stands between them (Dropout, Activation, Flatten). Give the architecture with "
    "--architecture FILE.json (what model.to_json() returned)"
)


class KerasH5:
    """The reader of the HDF5 files that Keras has written since 2016."""

    name = "Keras HDF5"

    def recognises(self, head: bytes, path: Path) -> bool:
        """Whether the file begins as an HDF5 file does."""
        return head.startswith(hdf5.MAGIC)

    def read(self, request: Request) -> Stored:
        """The model that the file holds, with an architecture where it holds weights alone."""
        of = request.path.name
        with hdf5.opened(request.path, of) as root:
            text = hdf5.attribute(root, "model_config")
            if text is not None:
                if request.architecture is not None:
                    raise NotReadable(f"{of} holds its own architecture: leave --architecture out")
                return whole_model(root, as_json(text, f"the model_config of {of}"), request)
            return weights_alone(root, request)


def whole_model(root: Any, config: Mapping[str, Any], request: Request) -> Stored:
    """Configuration and arrays of one file."""
    of = request.path.name
    found = architecture(config)
    weights = hdf5.group_at(root, "model_weights", of)
    layers = with_arrays(found, weights, of)
    return stored(found, layers, request, *writer(root, weights, found), training(root))


def weights_alone(root: Any, request: Request) -> Stored:
    """Arrays of a file, the layers from the architecture. Raises NeedsMore without one."""
    of = request.path.name
    of_keras_3 = "layer_names" not in root.attrs and "layer_names0" not in root.attrs
    if of_keras_3 and "layers" not in root and "_layer_checkpoint_dependencies" not in root:
        raise NotReadable(
            f"{of} is an HDF5 file, but no model of Keras: it has neither a model_config nor "
            f"layer_names. It holds {', '.join(list(root)[:5]) or 'nothing'}"
        )
    if request.architecture is None:
        raise NeedsMore(f"{of}: {WITHOUT_ARCHITECTURE}", shapes(root, of_keras_3, of))
    config = request.architecture_json()
    found = architecture(config.get("model_config", config))
    if of_keras_3:
        layers = tuple(
            StoredLayer(one.kind, one.name, one.config, arrays, one.call)
            for one, arrays in layer_groups(root, found, of)
        )
        said = config.get("keras_version", "3" if found.is_keras_3 else "")
        return stored(found, layers, request, "keras", str(said), "", {})
    layers = with_arrays(found, root, of)
    version = hdf5.attribute(root, "keras_version") or config.get("keras_version")
    backend = hdf5.attribute(root, "backend") or config.get("backend")
    return stored(found, layers, request, *named(version, backend, layers, found), {})


def shapes(root: Any, of_keras_3: bool, of: str) -> list[str]:
    """What can be said of weights alone: the arrays of every layer."""
    if of_keras_3:
        place = "layers" if "layers" in root else "_layer_checkpoint_dependencies"
        groups = [(name, arrays_below(root, f"{place}/{name}", of)) for name in root[place]]
    else:
        groups = [(name, of_layer(root, name, of)) for name in hdf5.names(root, "layer_names", of)]
    return [
        f"{name}: " + ", ".join(" x ".join(map(str, one.values.shape)) for one in arrays)
        for name, arrays in groups
        if arrays
    ]


def stored(
    found: Architecture,
    layers: tuple[StoredLayer, ...],
    request: Request,
    library: str,
    version: str,
    backend: str,
    training: Mapping[str, str],
) -> Stored:
    """The pieces as one."""
    return Stored(
        file=request.path,
        format=KerasH5.name,
        library=library,
        version=version,
        backend=backend,
        style=found.style,
        layers=layers,
        input_shape=found.input_shape,
        dtype=found.dtype,
        training=training,
        remarks=found.remarks,
    )


def of_layer(weights: Any, name: str, of: str) -> tuple[StoredArray, ...]:
    """The arrays of one layer in the order in which Keras listed them."""
    group = hdf5.group_at(weights, name, of)
    return tuple(hdf5.array_at(group, one, of) for one in hdf5.names(group, "weight_names", of))


def with_arrays(found: Architecture, weights: Any, of: str) -> tuple[StoredLayer, ...]:
    """Every layer with its arrays, found by its name.

    Raises NotReadable where the file holds arrays for layers that are not described, or lacks a
    layer that is.
    """
    listed = hdf5.names(weights, "layer_names", of)
    described = {one.name for one in found.layers}
    more = [name for name in listed if name not in described and of_layer(weights, name, of)]
    if more:
        raise NotReadable(
            f"the architecture does not fit the weights of {of}: it has no layer {more[0]!r} (its "
            f"layers: {', '.join(one.name for one in found.layers)})"
        )
    return tuple(
        StoredLayer(
            one.kind,
            one.name,
            one.config,
            of_layer(weights, one.name, of) if one.name in listed else (),
            one.call,
        )
        for one in found.layers
    )


def writer(root: Any, weights: Any, found: Architecture) -> tuple[str, str, str]:
    """Library, version and backend of a whole model."""
    version = hdf5.attribute(root, "keras_version") or hdf5.attribute(weights, "keras_version")
    backend = hdf5.attribute(root, "backend") or hdf5.attribute(weights, "backend")
    first = [
        StoredLayer(one.kind, one.name, one.config, of_layer(weights, one.name, "the file"))
        for one in found.layers
        if one.name in weights
    ]
    return named(version, backend, first, found)


def named(
    version: Any, backend: Any, layers: Sequence[StoredLayer], found: Architecture
) -> tuple[str, str, str]:
    """Library, version and backend.

    Keras 1 did not write its backend; TensorFlow's arrays have names that end in ``:0``, those of
    Theano do not. ``2.4.0`` and later 2.x are tf.keras, and so is every version with ``-tf``.
    """
    said = str(version or ("3" if found.is_keras_3 else ""))
    number = said.split("-")[0]
    parts = tuple(int(one) for one in number.split(".")[:2] if one.isdigit())
    of_tensorflow = "-tf" in said or (2, 4) <= parts < (3,)
    if not backend:
        arrays = [one.name for layer in layers for one in layer.arrays]
        backend = "" if not arrays else "tensorflow" if arrays[0].endswith(":0") else "theano"
    return ("tf.keras" if of_tensorflow else "keras"), said, str(backend)


def training(root: Any) -> dict[str, str]:
    """Loss and optimiser by name, for the page; nothing else is read of how it was trained."""
    text = hdf5.attribute(root, "training_config")
    if not isinstance(text, str):
        return {}
    try:
        config = as_json(text, "training_config")
    except NotReadable:
        return {}
    return training_names(config, config.get("optimizer_config"))


def training_names(config: Mapping[str, Any], optimizer: Any) -> dict[str, str]:
    """Loss and optimiser in the words of the file."""
    found: dict[str, str] = {}
    for key, value in (("loss", config.get("loss")), ("optimizer", optimizer)):
        if isinstance(value, Mapping):
            inner = value.get("config")
            value = inner if isinstance(inner, str) else value.get("class_name", "of its own")
        if value:
            found[key] = str(value)
    return found


__all__ = ["Described", "KerasH5", "NotSpecified"]
