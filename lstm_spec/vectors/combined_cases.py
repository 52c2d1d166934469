"""Fields and operations together: rows of the covering arrays, each with every operation.

Whatever two values two fields of a description have, one of these models has both
(``lstm_spec.checking.covering``). Masks have outputs "held"; an engine that has other outputs at
masked steps is compared at the valid ones.
"""

from __future__ import annotations

from lstm_spec import tolerances
from lstm_spec.checking.choices import described, is_trainable
from lstm_spec.checking.covering import covering_rows
from lstm_spec.checking.scripts import SCALE
from lstm_spec.contract import Array, States
from lstm_spec.model import Masking, ModelSpec
from lstm_spec.vectors.case import (
    GRID,
    ROWS,
    Draft,
    Draw,
    Maker,
    Operation,
    call,
    operation,
    reset,
    vector,
)

STEPS = 3
"""Of models that take any number."""

FINER = GRID / 4
"""So small weights would be exact in half precision on the usual grid."""

QUANTITIES = ("outputs", "states", "loss", "accuracy", "weights", "weight_gradients", "x_gradient")

PRECISELY = 1000 * tolerances.FLOAT64
"""Of a float64 model after some updates: a number rounded to float32 on the way differs by 1e-8."""


def x_of(draw: Draw, spec: ModelSpec, rows: int, masked: bool = True) -> Array:
    """Input rows; under a Masking layer, with a masked step or two in each, and one without any."""
    x = draw.x(rows, spec.time_steps or STEPS, spec.features)
    first = spec.layers[0]
    if isinstance(first, Masking) and masked:
        for row in range(rows - 1):
            x[row, (row % 2) :: 2 + row % 2][:1] = first.mask_value
    return x


def small_states(draw: Draw, spec: ModelSpec, rows: int) -> States:
    """With linear gates that see the cell state, c would grow without end from a large one."""
    return [
        (draw.array(rows, one.width, scale=SCALE), draw.array(rows, one.units, scale=SCALE))
        for one in spec.recurrent_layers
    ]


def every_operation(draw: Draw, spec: ModelSpec, trained: bool = True) -> list[Operation]:
    """Each operation once, with a smaller last batch where the model takes one."""
    rows = spec.batch_size or ROWS
    many = 2 * rows if spec.stateful or spec.batch_size else 2 * rows + 1

    def batch(count: int) -> dict[str, Array]:
        x = x_of(draw, spec, count)
        return {"x": x, "y": draw.y(spec, x)}

    x = x_of(draw, spec, rows)
    given = None if isinstance(spec.layers[0], Masking) else small_states(draw, spec, rows)
    operations = [
        call(x, None, given),
        call(x_of(draw, spec, rows)),
        operation("predict", x=x_of(draw, spec, many), batch_size=rows),
        operation("evaluate", **batch(many), batch_size=rows),
    ]
    if trained:
        checked = batch(many)
        fit = operation(
            "fit",
            **batch(many),
            validation_x=checked["x"],
            validation_y=checked["y"],
            batch_size=rows,
            epochs=2,
            shuffle=False,
        )
        operations += [
            operation("gradients", **batch(rows)),
            operation("train_on_batch", **batch(rows)),
            fit,
        ]
    operations.append(call(x_of(draw, spec, rows)))
    return [*operations, reset(), call(x)] if spec.stateful else operations


def of(spec: ModelSpec, trained: bool = True) -> Maker:
    """A case of a model with every operation that it can do."""

    def make(draw: Draw) -> Draft:
        weights = [draw.array(*shape, scale=SCALE, grid=FINER) for shape in spec.weight_shapes]
        operations = every_operation(draw, spec, trained)
        precise = dict.fromkeys((*QUANTITIES, "history"), PRECISELY)
        return Draft(spec, weights, operations, precise if spec.dtype == "float64" else {})

    return make


for array in ("commonest", "core", "core, masked"):
    for number, row in enumerate(covering_rows(array), start=1):
        spec = described(row)
        vector(
            f"combined/{array.replace(', ', '-')}-{number:02}",
            f"Every operation of a model of a covering array ({array}).",
            clauses={"commonest": "LIFE-160", "core": "LIFE-140"}.get(array, "LIFE-141"),
            notices=("a mistake that needs two values of two fields together",),
        )(of(spec, is_trainable(spec)))
