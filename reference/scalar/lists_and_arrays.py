"""The only place where arrays become lists and lists become arrays, and where input is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_spec.contract import Array, States
from lstm_spec.model import LSTM, LSTMState, ModelSpec, loss_facts, meant
from reference.scalar.row import Row

Nested = Any
"""A float, or a list of these."""


def lists(values: Any, what: str) -> Nested:
    """Numbers as nested lists of floats."""
    try:
        return np.asarray(values, dtype=np.float64).tolist()
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must be a full array of numbers: {error}") from error


def array(values: Nested) -> Array:
    """Nested lists of floats as a float64 array."""
    return np.array(values, dtype=np.float64)


def outputs(rows: Sequence[Row]) -> Array:
    """Outputs (batch, time, units), or (batch, units) where they are no sequence."""
    steps: list[Any] = [row.steps if row.sequence else row.steps[0] for row in rows]
    return array(steps)


def shape_of(values: Nested) -> tuple[int, ...]:
    """The shape of nested lists that are not ragged."""
    if not isinstance(values, list):
        return ()
    return (len(values), *shape_of(values[0])) if values else (0,)


def each(change: Callable[[Any], Any], values: Nested) -> Nested:
    """The same nesting, with every innermost number changed."""
    return [each(change, one) for one in values] if isinstance(values, list) else change(values)


def flat(values: Nested) -> list[Any]:
    """Every innermost number in order."""
    if not isinstance(values, list):
        return [values]
    return [number for one in values for number in flat(one)]


def refuse(condition: bool, sentence: str) -> None:
    """Raise ValueError with the sentence if the condition holds."""
    if condition:
        raise ValueError(sentence)


def input_rows(spec: ModelSpec, x: Any, what: str = "x") -> list[list[Nested]]:
    """X as rows of steps of features, checked against the description."""
    shape, inner = np.shape(x), spec.inner_steps
    axes = "batch, time, features" if inner is None else "batch, time, inner steps, features"
    refuse(len(shape) != len(spec.input_shape(1, 1)), f"{what} must be ({axes}), got shape {shape}")
    refuse(0 in shape[:2], f"{what} of shape {shape} is empty: give a row and a step at least")
    refuse(
        shape[-1] != spec.features,
        f"{what} has {shape[-1]} features, the model was built for {spec.features}",
    )
    refuse(
        inner is not None and shape[2] != inner,
        f"{what} has {shape[2]} inner steps, the model was built for {inner}",
    )
    refuse(
        spec.time_steps not in (None, shape[1]),
        f"{what} has {shape[1]} time steps, the model was built for {spec.time_steps}",
    )
    rows: list[list[Nested]] = lists(x, what)
    return rows


def target_rows(spec: ModelSpec, x: Nested, y: Any, what: str = "y") -> list[list[list[float]]]:
    """Y as rows of steps of targets; where outputs are no sequence, a row has a single step.

    The targets of a step are as many numbers as it has outputs, or one label.
    """
    expected, kind = spec.target_shape(len(x), len(x[0])), loss_facts(spec.loss).targets
    outputs, got = spec.output_shape(len(x), len(x[0])), np.shape(y)
    refuse(got != expected, f"{what} must have the shape {expected}, got {got}")
    rows = lists(y, what)
    if kind == "labels":
        ignored = getattr(meant(spec.loss), "ignore_class", None)
        known = [*map(float, range(outputs[-1])), *([] if ignored is None else [ignored])]
        wrong = [one for one in flat(rows) if one not in known]
        refuse(bool(wrong), f"{what} must hold labels from 0 to {outputs[-1] - 1}, got {wrong[:1]}")
        rows = each(lambda label: [label], rows)
    if kind == "bits":
        wrong = [one for one in flat(rows) if not 0 <= one <= 1]
        refuse(bool(wrong), f"{what} must hold numbers from 0 to 1, got {wrong[:1]}")
    return rows if len(outputs) == 3 else [[row] for row in rows]


def mask_rows(x: Nested, mask: Any) -> list[list[Any] | None]:
    """For every row the truth values of its steps; None for all rows where there is no mask."""
    if mask is None:
        return [None] * len(x)
    mask, expected = np.asarray(mask), shape_of(x)[:-1]
    refuse(
        mask.shape != expected or mask.dtype != bool,
        f"mask must be boolean, one truth value for each step = {expected}, got {mask.shape} of "
        f"{mask.dtype}",
    )
    rows: list[list[Any] | None] = mask.tolist()
    return rows


def check_batch(spec: ModelSpec, rows: int) -> None:
    """A stateful model has one state per row of its batch."""
    refuse(
        spec.stateful and rows != spec.batch_size,
        f"x has {rows} rows, but this stateful model keeps the states of {spec.batch_size}",
    )


def check_batches(spec: ModelSpec, rows: int, batch_size: int, what: str = "x") -> None:
    """The batch size is a count, and a stateful model's own, which divides the rows."""
    refuse(batch_size < 1, f"batch_size must be a whole number above zero, got {batch_size!r}")
    if spec.stateful:
        refuse(
            batch_size != spec.batch_size,
            f"batch_size {batch_size} does not fit this stateful model, built for batches of "
            f"{spec.batch_size}",
        )
        refuse(
            rows % batch_size != 0,
            f"{what} has {rows} rows, which the batch size {batch_size} of this stateful model "
            "does not divide",
        )


def weight_lists(spec: ModelSpec, weights: Sequence[Array]) -> list[Nested]:
    """The weights as nested lists, each in the shape that the description asks for."""
    shapes = spec.weight_shapes
    refuse(
        len(weights) != len(shapes),
        f"this model has {len(shapes)} weight arrays, got {len(weights)}",
    )
    for index, (weight, shape) in enumerate(zip(weights, shapes, strict=True)):
        got = np.shape(weight)
        refuse(got != shape, f"weight {index} must have shape {shape}, got {got}")
    return [lists(weight, "a weight") for weight in weights]


RowStates = list[list[tuple[Any, Any]]]
"""For every row, for every direction, (h, c), each a list of numbers."""


def state_rows(layers: Sequence[LSTM], rows: int, states: States, what: str) -> RowStates:
    """Given states, sorted by row; every h and c must be (rows, units of its direction)."""
    refuse(
        len(states) != len(layers),
        f"{what} must hold {len(layers)} pairs (h, c), got {len(states)}",
    )
    for index, (pair, layer) in enumerate(zip(states, layers, strict=True)):
        shapes = layer.state_shapes(rows)
        for name, part, expected in zip("hc", pair, shapes, strict=True):
            refuse(
                np.shape(part) != expected,
                f"{what}: {name} of direction {index} must have shape {expected}, got "
                f"{np.shape(part)}",
            )
    pairs = [(lists(h, what), lists(c, what)) for h, c in states]
    return [[(h[row], c[row]) for h, c in pairs] for row in range(rows)]


def state_arrays(states: RowStates) -> States:
    """The states of the rows as one (h, c) per direction, each (rows, units)."""
    return [
        LSTMState(array([h for h, _ in direction]), array([c for _, c in direction]))
        for direction in zip(*states, strict=True)
    ]
