"""The arrays of Keras 3 (and of the ``.keras`` files of tf.keras 2.12 and later), layer by layer.

Below ``layers`` each layer has a group that is called after its class, with a number where there
are several; its arrays are numbered below ``vars``. Versions before 3.2 called the place
``_layer_checkpoint_dependencies`` and took the layer's own name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lstm_spec.formats import hdf5
from lstm_spec.formats.keras_configuration import INPUT, Architecture, Described
from lstm_spec.formats.stored import NotReadable, StoredArray

PLACES = ("layers", "_layer_checkpoint_dependencies")
INSIDE = {
    "LSTM": ("cell",),
    "Bidirectional": ("forward_layer/cell", "backward_layer/cell"),
    "TimeDistributed": ("layer",),
}
"""Where the arrays of a layer lie that has them in a part of itself."""


def layer_groups(
    root: Any, found: Architecture, of: str
) -> Iterator[tuple[Described, tuple[StoredArray, ...]]]:
    """Every layer with its arrays. Raises NotReadable where a group belongs to another layer."""
    place = next((one for one in PLACES if one in root), None)
    if place is None:
        raise NotReadable(f"{of} is damaged: its weights have no group 'layers'")
    container = hdf5.group_at(root, place, of)
    counts: Counter[str] = Counter()
    for layer in found.layers:
        by_class = snake_case(layer.kind)
        counts[by_class] += 1
        number = counts[by_class] - 1
        numbered = f"{by_class}_{number}" if number else by_class
        key = next((one for one in (layer.name, numbered) if _fits(container, one, layer)), None)
        if key is None:
            yield layer, _of_nothing(layer, container, of)
        else:
            yield layer, of_layer(container, key, layer, of)


def _fits(container: Any, key: str, layer: Described) -> bool:
    """Whether a group is this layer's: newer files repeat the name of the layer inside it."""
    if key not in container:
        return False
    said = container[key].get("vars")
    name = None if said is None else hdf5.attribute(said, "name")
    return name in (None, layer.name)


def _of_nothing(layer: Described, container: Any, of: str) -> tuple[StoredArray, ...]:
    """A layer without a group has no arrays; one that must have some is missed later, by name."""
    return ()


def of_layer(container: Any, key: str, layer: Described, of: str) -> tuple[StoredArray, ...]:
    """The arrays of one layer, forward part first."""
    if layer.kind == INPUT:
        return ()
    group = hdf5.group_at(container, key, of)
    parts = INSIDE.get(layer.kind, ("",))
    if layer.kind in INSIDE and not all(_has(group, part) for part in parts):
        return arrays_below(container, key, of)
    return tuple(one for part in parts for one in variables(group, part, of))


def _has(group: Any, part: str) -> bool:
    here = group
    for step in part.split("/"):
        if step not in here:
            return False
        here = here[step]
    return True


def variables(group: Any, part: str, of: str) -> list[StoredArray]:
    """What is numbered below ``vars``: 0, 1, 2, ..., without a gap."""
    path = f"{part}/vars" if part else "vars"
    if not _has(group, path):
        return []
    held = hdf5.group_at(group, path, of)
    found = [hdf5.array_at(held, str(number), of) for number in range(len(held))]
    return [StoredArray(f"{path}/{one.name}", one.values) for one in found]


def arrays_below(root: Any, path: str, of: str) -> tuple[StoredArray, ...]:
    """Every array below a group, in the order of the names, however deep it lies."""
    group = hdf5.group_at(root, path, of)
    found: list[StoredArray] = []
    for name in sorted(group):
        link = group.get(name, getlink=True)
        below = hdf5.child(group, name, of) if link is not None else None
        if hasattr(below, "shape"):
            found.append(hdf5.array_at(group, name, of))
        elif isinstance(below, Mapping):
            found += arrays_below(group, name, of)
    return tuple(found)


def snake_case(kind: str) -> str:
    """The name of a class as Keras 3 writes it in paths: GlobalMaxPooling1D, global_max_pooling1d.

    The three substitutions are those of Keras' own ``to_snake_case``.
    """
    name = re.sub(r"\W+", "", kind)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
