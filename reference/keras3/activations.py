"""The activations of a description under the names that Keras 3 has for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lstm_spec.contract import Unsupported
from lstm_spec.model import Activation

SPELLED: Mapping[str, str] = {
    "hard_sigmoid_keras3": "hard_sigmoid",
    "sparsemax_keras3": "sparsemax",
}
"""Activations whose name says which generation's they are; Keras 3 has them under another."""


def keras_activation(keras: Any, activation: Activation) -> str | Callable[[Any], Any]:
    """Keras' own name; the gate of Keras 2 as a function, since Keras 3 gave its name away.

    Raises ``Unsupported`` for one that this version does not have yet.
    """
    if activation == "hard_sigmoid_keras2":
        return hard_sigmoid_keras2(keras)
    name = SPELLED.get(activation, activation)
    if not hasattr(keras.activations, name):
        raise Unsupported(f"Keras {keras.__version__} has no activation {name}")
    return name


@cache
def hard_sigmoid_keras2(keras: Any) -> Callable[[Any], Any]:
    """clip(0.2 x + 0.5, 0, 1), registered so that saved models find it again."""

    @keras.saving.register_keras_serializable(package="lstm_spec")  # type: ignore[untyped-decorator]
    def hard_sigmoid_keras2(x: Any) -> Any:
        return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    function: Callable[[Any], Any] = hard_sigmoid_keras2
    return function
