"""Loss and gradients by the backend's own automatic differentiation, one function per backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_spec.contract import Array, Gradients, Unsupported


class Step(NamedTuple):
    """What is differentiated: the loss of the inputs, for ``variables`` and for the inputs."""

    keras: Any
    loss: Callable[[list[Any]], Any]
    variables: list[Any]
    inputs: list[Any]
    """x, then h and c of every direction if an initial state was given."""


def loss_and_gradients(
    keras: Any,
    model: Any,
    layers: Sequence[Any],
    forward: Callable[[Any, list[Any]], Any],
    given: tuple[Array, Sequence[Array]],
    y: Array,
    sample_weight: Array | None = None,
) -> Gradients:
    """The compiled loss of ``model`` for the outputs of ``forward``, and its gradients.

    They are with respect to the weights of ``layers``, zero for those that are not trained, and to
    what is ``given``: x, and the states h, c, h, c, ... that are handed to ``forward`` beside it.
    Raises ``Unsupported`` on a backend without automatic differentiation.
    """
    ways = {"tensorflow": with_tensorflow, "torch": with_torch, "jax": with_jax}
    way = ways.get(keras.config.backend())
    if way is None:
        raise Unsupported(f"Keras on {keras.config.backend()} does not differentiate")
    number_type = model.compute_dtype
    x, states = given
    target, *inputs = (keras.ops.convert_to_tensor(one, number_type) for one in (y, x, *states))

    counting = sample_weight is not None
    counts = keras.ops.convert_to_tensor(sample_weight, number_type) if counting else None

    def loss(inputs: list[Any]) -> Any:
        first, *rest = inputs
        outputs = forward(first, rest)
        if isinstance(outputs, list | tuple):  # of a bidirectional layer that does not merge
            width = outputs[0].shape[-1]
            parts = [target[..., :width], target[..., width:]]
            return model.compute_loss(x=first, y=parts, y_pred=list(outputs))
        return model.compute_loss(x=first, y=target, y_pred=outputs, sample_weight=counts)

    variables = [variable for layer in layers for variable in layer.trainable_variables]
    value, found, of_inputs = way(Step(keras, loss, variables, inputs))

    def numbers(values: Any) -> Array:
        """As an array of a type that NumPy has by itself."""
        found: Array = keras.ops.convert_to_numpy(values)
        return found.astype(np.float32) if found.dtype.itemsize == 2 else found

    slopes = {id(one): numbers(slope) for one, slope in zip(variables, found, strict=True)}
    weights = [
        slopes.get(id(one), np.zeros(one.shape)) for layer in layers for one in layer.weights
    ]
    of_x, *of_states = (numbers(one) for one in of_inputs)
    pairs = list(zip(of_states[::2], of_states[1::2], strict=True))
    return Gradients(float(value), weights, of_x, pairs or None)


def with_tensorflow(step: Step) -> tuple[Any, list[Any], list[Any]]:
    """``tf.GradientTape`` around the training call."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(step.inputs)
        loss = step.loss(step.inputs)
    values = [variable.value for variable in step.variables]
    found, of_inputs = tape.gradient(loss, [values, step.inputs])
    return loss, found, of_inputs


def with_torch(step: Step) -> tuple[Any, list[Any], list[Any]]:
    """``torch.autograd.grad`` of the training call."""
    import torch

    inputs = [one.detach().requires_grad_(True) for one in step.inputs]
    loss = step.loss(inputs)
    values = [variable.value for variable in step.variables]
    found = torch.autograd.grad(loss, [*values, *inputs])
    return loss.detach(), list(found[: len(values)]), list(found[len(values) :])


def with_jax(step: Step) -> tuple[Any, list[Any], list[Any]]:
    """``jax.value_and_grad`` inside ``keras.StatelessScope``, as ``stateless_call`` does it."""
    import jax

    def loss_of(values: list[Any], inputs: list[Any]) -> Any:
        mapping = list(zip(step.variables, values, strict=True))
        with step.keras.StatelessScope(mapping, collect_losses=True):
            return step.loss(inputs)

    values = [variable.value for variable in step.variables]
    loss, (found, of_inputs) = jax.value_and_grad(loss_of, argnums=(0, 1))(values, step.inputs)
    return loss, found, of_inputs
