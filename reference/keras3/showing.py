"""Layers of a Keras 3 model that show their states, and a call of one layer after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference.keras3.recurrent import (
    BY_HAND,
    cells_in,
    is_bidirectional,
    is_recurrent,
    nested,
    step_by_step,
)


def showing_states(keras: Any, layers: Sequence[Any]) -> list[Any]:
    """The same layers, but a built twin with ``return_state`` for every stateless recurrent one."""
    shown = list(layers)
    for index, layer in enumerate(layers):
        if is_recurrent(layer) and not layer.stateful:
            shown[index] = returning_states(keras, layer)
            given = layer.input
            shown[index].build((given[0] if isinstance(given, list | tuple) else given).shape)
    return shown


def returning_states(keras: Any, layer: Any) -> Any:
    """A fresh layer of the same configuration that returns its final states as well.

    It starts with zeros: its weights are given to it before each use, and on OpenVINO the
    orthogonal start of 300 units takes more than a minute.
    """
    if is_bidirectional(layer):
        twin = returning_states(keras, layer.forward_layer)
        own = returning_states(keras, layer.backward_layer) if has_its_own(layer) else None
        return keras.layers.Bidirectional(twin, merge_mode=layer.merge_mode, backward_layer=own)
    changes: dict[str, Any] = {"return_state": True}
    if isinstance(layer, keras.layers.LSTM):
        changes["recurrent_initializer"] = "zeros"
        changes["implementation"] = layer.cell.implementation  # which the configuration lacks
        if hasattr(layer, "use_cudnn"):
            changes["use_cudnn"] = layer.use_cudnn
    return type(layer).from_config({**layer.get_config(), **changes})


def has_its_own(layer: Any) -> bool:
    """Whether the backward layer of a ``Bidirectional`` is not the mirror of its forward one."""
    said = [one.get_config() for one in (layer.forward_layer, layer.backward_layer)]
    for config in said:
        config.pop("name")
        config.pop("go_backwards")
    return bool(said[0] != said[1])


def run(
    keras: Any,
    layers: Sequence[Any],
    x: Any,
    mask: Any = None,
    states: Sequence[Any] = (),
    path: str = "",
    **how: Any,
) -> tuple[Any, list[Any]]:
    """Call one layer after the other; the outputs, and h, c of every direction at the end.

    ``mask`` is given to the first recurrent layer that reads x or what is like it (one of inner
    steps comes with the input alone), ``states`` (h, c, h, c, ...) to all of them, and what is too
    many to the last, for Keras to judge. Raises ValueError if a layer is left without;
    whatever else the layers hand on is Keras' own doing. Up to 3.10 they hand on a mask only if it
    comes with the input, which is how ``Sequential`` gives it.
    """
    value, given = x, list(states)
    recurrent = [layer for layer in layers if is_recurrent(layer)]
    if mask is not None:
        value = keras.ops.convert_to_tensor(x)
        value._keras_mask = keras.ops.convert_to_tensor(mask)
        mask = mask if mask.ndim == 2 else None
    final: list[Any] = []
    for layer in layers:
        if not is_recurrent(layer):
            value = layer(value, **how)
            continue
        own: list[Any] = []
        if states:
            count = len(given) if layer is recurrent[-1] else 2 * cells_in(layer)
            if not given:
                raise ValueError("there is no initial state for each recurrent layer")
            own, given = given[:count], given[count:]
        if path == BY_HAND and can_be_stepped(layer, value, own):
            value, returned = step_by_step(keras, layer, value, own, **how)
            final += returned
            continue
        arguments = dict(how)
        if own:
            arguments["initial_state"] = nested(layer, own)
        if mask is not None:
            arguments["mask"], mask = mask, None
        value, returned = layer(value, **arguments), []
        if getattr(layer, "merge_mode", "") is None:
            value, returned = list(value[:2]), list(value[2:])
        elif isinstance(value, (list, tuple)):
            value, *returned = value
        final += keras.tree.flatten(layer.states if layer.stateful else returned)
    return value, final


def can_be_stepped(layer: Any, value: Any, states: Sequence[Any]) -> bool:
    """Whether a loop over the cell of this layer has nothing to do that is the layer's own.

    That would be a mask, a state to be carried or judged, or a penalty on what it gives.
    """
    alone = not is_bidirectional(layer) and not layer.stateful
    alone = alone and layer.activity_regularizer is None
    masked = getattr(value, "_keras_mask", None) is not None
    return alone and not masked and len(states) in (0, 2)
