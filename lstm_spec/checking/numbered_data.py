"""Arrays that belong to a number, so that a printed script gives the same arrays everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_spec.contract import Array, States
from lstm_spec.model import Masking, ModelSpec, loss_facts


@dataclass(frozen=True)
class NumberedData:
    """Inputs, targets, weights and states for one model, in batches of ``rows`` rows."""

    spec: ModelSpec
    rows: int
    steps: int
    scale: float = 0.5
    """The size of the weights, and half the size of the states."""

    def numbers(self, data: int, *shape: int) -> Array:
        """Normal numbers that float32 can represent, in the dtype of the model."""
        drawn = draws(data).standard_normal(shape).astype(np.float32)
        return drawn.astype(self.spec.dtype)

    def inputs(self, data: int, rows: int, steps: int) -> Array:
        """X (rows, steps, features); if the model masks a value, some steps have it.

        One step has another single value, which must not be taken for the masked one.
        """
        x = self.numbers(data, *self.spec.input_shape(rows, steps))
        first = self.spec.layers[0]
        if isinstance(first, Masking):
            x[~self.mask(data, rows, steps)] = first.mask_value
            x[0, -1] = 0.0 if first.mask_value else 0.5
        return x

    def mask(self, data: int, rows: int, steps: int) -> Array:
        """A mask (rows, steps) of any pattern, with at least one valid step in each row."""
        valid = draws(data).random((rows, steps)) < 0.6
        valid[np.arange(rows), draws(data).integers(0, steps, rows)] = True
        return valid

    def pairs(self, data: int, rows: int) -> tuple[Array, Array]:
        """Inputs, and targets in the shape of the outputs: numbers, or classes if the loss needs
        them.
        """
        x, shape = self.inputs(data, rows, self.steps), self.spec.output_shape(rows, self.steps)
        if loss_facts(self.spec.loss).targets == "numbers":
            return x, self.numbers(data + 100, *shape) / 2
        classes = draws(data + 100).integers(0, shape[-1], shape[:-1])
        return x, np.eye(shape[-1], dtype=self.spec.dtype)[classes]

    def weights(self, data: int) -> list[Array]:
        """Weights in the layout of the model."""
        drawn = draws(1000 + data)
        shapes = self.spec.weight_shapes
        arrays = [drawn.standard_normal(shape) * self.scale for shape in shapes]
        return [one.astype(np.float32).astype(self.spec.dtype) for one in arrays]

    def states(self, data: int, stateful_only: bool) -> States:
        """A pair (h, c) for each direction, or for each one that carries a state."""
        layers = [one for one in self.spec.recurrent_layers if one.stateful or not stateful_only]
        return [
            (
                2 * self.scale * self.numbers(data + 10 * place, self.rows, layer.width),
                2 * self.scale * self.numbers(data + 10 * place + 1, self.rows, layer.units),
            )
            for place, layer in enumerate(layers)
        ]


def draws(data: int) -> np.random.Generator:
    """The generator that belongs to a number."""
    return np.random.default_rng([2017, data])
