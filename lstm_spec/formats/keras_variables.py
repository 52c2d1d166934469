"""The arrays of Keras 3 (and of the ``.keras`` files of tf.keras 2.12 and later), layer by layer.

Below ``layers`` each layer has a group that is called after its class, with a number where there
are several; its arrays are numbered below ``vars``. tf.keras up to 2.13 called the place
``_layer_checkpoint_dependencies``, and left numbers out: ``lstm``, ``lstm_2``, ``lstm_4``.
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
        keys = numbered(container, by_class)
        number = counts[by_class]
        counts[by_class] += 1
        if layer.kind == INPUT or number >= len(keys):
            yield layer, ()  # one that must have arrays is missed later, by name
            continue
        check_name(container, keys[number], layer, of)
        yield layer, of_layer(container, keys[number], layer, of)


def numbered(container: Any, by_class: str) -> list[str]:
    """The groups of a class in their order: ``lstm``, ``lstm_1``, or with gaps, as in tf.keras."""
    found = []
    for key in container:
        match = re.fullmatch(rf"{re.escape(by_class)}(?:_(\d+))?", key)
        if match:
            found.append((int(match[1] or 0), key))
    return [key for _, key in sorted(found)]


def check_name(container: Any, key: str, layer: Described, of: str) -> None:
    """Newer files repeat the name of the layer in its group: it must be the right one."""
    held = hdf5.group_at(container, key, of)
    said = hdf5.attribute(held["vars"], "name") if "vars" in held else None
    if said not in (None, layer.name):
        raise NotReadable(
            f"{of} is damaged: the group {key!r} should hold the layer {layer.name!r}, but says it "
            f"holds {said!r}"
        )


def of_layer(container: Any, key: str, layer: Described, of: str) -> tuple[StoredArray, ...]:
    """The arrays of one layer, forward part first."""
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
