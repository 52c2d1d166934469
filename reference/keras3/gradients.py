"""Loss and gradients by the backend's own automatic differentiation, one function per backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_spec.contract import Array, Gradients, Unsupported


class Step(NamedTuple):
    """What is differentiated: the loss of x through ``forward``, for ``variables`` and for x."""

    keras: Any
    loss: Callable[[Any], Any]
    variables: list[Any]
    x: Any


def loss_and_gradients(
    keras: Any,
    model: Any,
    layers: Sequence[Any],
    forward: Callable[[Any], Any],
    x: Array,
    y: Array,
    sample_weight: Array | None = None,
) -> Gradients:
    """The compiled loss of ``model`` for the outputs of ``forward``, and its gradients.

    They are with respect to the weights of ``layers`` and to x; zero for weights that are not
    trained. Raises ``Unsupported`` on a backend
    without automatic differentiation.
    """
    ways = {"tensorflow": with_tensorflow, "torch": with_torch, "jax": with_jax}
    way = ways.get(keras.config.backend())
    if way is None:
        raise Unsupported(f"Keras on {keras.config.backend()} does not differentiate")
    number_type = model.compute_dtype
    target = keras.ops.convert_to_tensor(y, number_type)

    given = sample_weight is not None
    weights = keras.ops.convert_to_tensor(sample_weight, number_type) if given else None

    def loss(x: Any) -> Any:
        return model.compute_loss(x=x, y=target, y_pred=forward(x), sample_weight=weights)

    variables = [variable for layer in layers for variable in layer.trainable_variables]
    value, found, x_gradient = way(
        Step(keras, loss, variables, keras.ops.convert_to_tensor(x, number_type))
    )
    numbers = keras.ops.convert_to_numpy
    slopes = {id(one): numbers(slope) for one, slope in zip(variables, found, strict=True)}
    weights = [
        slopes.get(id(one), np.zeros(one.shape)) for layer in layers for one in layer.weights
    ]
    return Gradients(float(value), weights, numbers(x_gradient))


def with_tensorflow(step: Step) -> tuple[Any, list[Any], Any]:
    """``tf.GradientTape`` around the training call."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(step.x)
        loss = step.loss(step.x)
    values = [variable.value for variable in step.variables]
    *found, x_gradient = tape.gradient(loss, [*values, step.x])
    return loss, found, x_gradient


def with_torch(step: Step) -> tuple[Any, list[Any], Any]:
    """``torch.autograd.grad`` of the training call."""
    import torch

    x = step.x.detach().requires_grad_(True)
    loss = step.loss(x)
    values = [variable.value for variable in step.variables]
    *found, x_gradient = torch.autograd.grad(loss, [*values, x])
    return loss.detach(), found, x_gradient


def with_jax(step: Step) -> tuple[Any, list[Any], Any]:
    """``jax.value_and_grad`` inside ``keras.StatelessScope``, as ``stateless_call`` does it."""
    import jax

    def loss_of(values: list[Any], x: Any) -> Any:
        mapping = list(zip(step.variables, values, strict=True))
        with step.keras.StatelessScope(mapping, collect_losses=True):
            return step.loss(x)

    values = [variable.value for variable in step.variables]
    loss, (found, x_gradient) = jax.value_and_grad(loss_of, argnums=(0, 1))(values, step.x)
    return loss, found, x_gradient
