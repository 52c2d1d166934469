"""What every layer does to ONE row: a list of steps, each a list of numbers.

Batches are nowhere in this file, so a row cannot depend on its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, assert_never, get_args

from lstm_spec.model import (
    LSTM,
    AnyLayer,
    BiasInitializer,
    Bidirectional,
    Dense,
    Dropout,
    Initializer,
    Maps,
    Masking,
    MergeMode,
    ModelSpec,
    RepeatVector,
    TimeDistributed,
)
from reference.scalar import around
from reference.scalar.around import activated
from reference.scalar.calculus import (
    Number,
    dot,
    exp,
    inverse_root,
    log_softmax,
    made,
    mean,
    number_of,
)
from reference.scalar.dropout import GATES, NOTHING, Dice, Drops, Thrown, dropped, dropped_between
from reference.scalar.row import Row, Vector
from reference.scalar.rules import penalty

State = tuple[Vector, Vector]
"""(h, c) of one row in one LSTM direction."""

Weights = list[Any]
"""Matrices as lists of rows, biases as lists, in the order of ``ModelSpec.weight_shapes``."""


MAPS: Maps = {
    "LSTM": (
        "units",
        "activation",
        "recurrent_activation",
        "use_bias",
        "forget_bias",  # by the weights that it is given to begin with
        "return_sequences",
        "go_backwards",
        "stateful",  # by the model that carries the state
        "dropout",
        "recurrent_dropout",
        "seed",
        "zero_output_for_mask",
        "mask_in_reading_order",
        "peephole",
        "projection",
        "coupled_gates",
        "gate_clip",
        "cell_clip",
        "kernel_initializer",  # by the weights that it is given to begin with, as the next two
        "recurrent_initializer",
        "bias_initializer",
        "kernel_regularizer",
        "recurrent_regularizer",
        "bias_regularizer",
        "activity_regularizer",
        "kernel_constraint",
        "recurrent_constraint",
        "bias_constraint",
        "trainable",
        "recurrent_bias",
        "projection_clip",
        "layer_norm",
    ),
    "LSTM.kernel_initializer": get_args(Initializer),
    "LSTM.recurrent_initializer": get_args(Initializer),
    "LSTM.bias_initializer": get_args(BiasInitializer),
    "Bidirectional": ("layer", "merge_mode", "backward_layer"),
    "TimeDistributed": ("layer",),
    "Bidirectional.merge_mode": ("concat", "sum", "mul", "ave", "apart"),
    "Dense": ("units", "activation", "use_bias", "trainable"),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
    **around.MAPS,
}
"""What is computed here."""


def columns_over(*blocks: Any) -> list[Vector]:
    """The columns of matrices with the same number of columns, one put below the other."""
    rows = [row for block in blocks for row in block]
    return [list(column) for column in zip(*rows, strict=True)]


class Cell(NamedTuple):
    """The weights of one direction, as one step of one row needs them."""

    columns: list[Vector]
    """For every unit of every gate, the weights of x, of h and the bias in one list: first all
    units of the input gate, then forget gate, cell, output gate."""
    peepholes: Sequence[Vector]
    """What a unit of the input, the forget and the output gate sees of its own cell state."""
    biases: Vector
    """All biases together, for every unit of every gate; with layer normalisation alone they are
    not in the columns, because they come after it."""
    gains: Vector
    """For every unit of every gate, with layer normalisation."""
    projection: list[Vector]
    """For every number of a projected h, its weights of the units."""


def limited(xs: Vector, limit: float) -> Vector:
    """The numbers, cut off at plus and minus the limit; 0 is none."""
    if not limit:
        return xs
    return [
        x if abs(number_of(x)) < limit else made(math.copysign(limit, number_of(x)), (x, 0.0))
        for x in xs
    ]


def entering(layer: LSTM, cell: Cell, z: Vector, gate: int) -> Vector:
    """What enters the activation of one gate: z, normalised and cut off if the layer says so."""
    if layer.layer_norm:
        place = gate * layer.units
        pairs = zip(normalised(z), cell.gains[place:], cell.biases[place:], strict=False)
        z = [number * gain + bias for number, gain, bias in pairs]
    return limited(z, layer.gate_clip)


def normalised(z: Vector) -> Vector:
    """Each number minus the mean, divided by the root of the variance and a little more."""
    centre = mean(z)
    apart = [one - centre for one in z]
    spread = inverse_root(mean([one * one for one in apart]) + 1e-8)
    return [one * spread for one in apart]


def lstm_step(layer: LSTM, cell: Cell, x: Vector, h: Vector, c: Vector, drops: Drops) -> State:
    """One time step of one row."""
    squash, gate = layer.activation, layer.recurrent_activation
    units = range(layer.units)
    seen = [[*dropped(x, drops.x, gate), *dropped(h, drops.h, gate), 1.0] for gate in range(GATES)]
    z = [dot(seen[place // layer.units], column) for place, column in enumerate(cell.columns)]
    z_i, z_f, z_g, z_o = ([z[k * layer.units + unit] for unit in units] for k in range(4))
    if layer.peephole:
        z_i = [z_i[unit] + cell.peepholes[0][unit] * c[unit] for unit in units]
        z_f = [z_f[unit] + cell.peepholes[1][unit] * c[unit] for unit in units]
    i = activated(gate, entering(layer, cell, z_i, 0))
    f = activated(gate, entering(layer, cell, z_f, 1))
    g = activated(squash, entering(layer, cell, z_g, 2))
    if layer.coupled_gates:
        f = [1.0 - one for one in i]
    new_c: Vector = [f[unit] * c[unit] + i[unit] * g[unit] for unit in units]
    new_c = limited(new_c, layer.cell_clip)
    if layer.peephole:
        z_o = [z_o[unit] + cell.peepholes[2][unit] * new_c[unit] for unit in units]
    o = activated(gate, entering(layer, cell, z_o, 3))
    squashed = activated(squash, new_c)
    new_h: Vector = [o[unit] * squashed[unit] for unit in units]
    if layer.projection:
        new_h = [dot(new_h, column) for column in cell.projection]
        new_h = limited(new_h, layer.projection_clip)
    return new_h, new_c


def lstm(layer: LSTM, cell: Cell, row: Row, state: State, drops: Drops) -> tuple[Row, State]:
    """Every step of one row in the order of reading; a masked step does not happen."""
    h, c = state
    order = list(range(len(row.steps)))
    if layer.go_backwards:
        order.reverse()
    nothing: Vector = [0.0] * layer.width
    output = nothing
    outputs: list[Vector] = []
    for t in order:
        if row.valid is None or row.valid[t]:
            h, c = lstm_step(layer, cell, row.steps[t], h, c, drops)
            output = h
        elif layer.zero_output_for_mask:
            output = nothing
        outputs.append(output)
    if not layer.return_sequences:
        return Row([output], None, sequence=False), (h, c)
    if row.valid is None or layer.mask_in_reading_order:
        return Row(outputs, row.valid), (h, c)
    return Row(outputs, [row.valid[t] for t in order]), (h, c)


def bidirectional(
    layer: Bidirectional,
    cells: tuple[Cell, Cell],
    row: Row,
    states: list[State],
    drops: list[Drops],
    activity: list[Number],
) -> tuple[Row, list[State]]:
    """Both directions; the second one's sequence is turned back in time."""
    forwards, backwards = layer.cells
    ahead, ahead_state = lstm(forwards, cells[0], row, states[0], drops[0])
    back, back_state = lstm(backwards, cells[1], row, states[1], drops[1])
    activity += [on_activity(forwards, ahead), on_activity(backwards, back)]
    second = back.steps[::-1]
    steps = [
        merged(layer.merge_mode, one, other) for one, other in zip(ahead.steps, second, strict=True)
    ]
    return Row(steps, ahead.valid, ahead.sequence), [ahead_state, back_state]


def on_activity(layer: LSTM, outputs: Row) -> Number:
    """The penalty on what a direction has given for one row."""
    rule = layer.activity_regularizer
    return 0.0 if rule is None else penalty(rule, [x for step in outputs.steps for x in step])


def merged(merge_mode: MergeMode, ahead: Vector, back: Vector) -> Vector:
    """The outputs of both directions at one step as one vector."""
    if merge_mode == "concat" or merge_mode == "apart":
        return ahead + back
    pairs = list(zip(ahead, back, strict=True))
    match merge_mode:
        case "sum":
            return [one + other for one, other in pairs]
        case "mul":
            return [one * other for one, other in pairs]
        case "ave":
            return [(one + other) * 0.5 for one, other in pairs]
    assert_never(merge_mode)


def dense(layer: Dense, columns: list[Vector], row: Row, logarithms: bool) -> Row:
    """Every step by itself.

    With ``logarithms`` a softmax gives the logarithms of its outputs, and a sigmoid its logits.
    """
    steps: list[Vector] = []
    for step in row.steps:
        z = [dot([*step, 1.0], column) for column in columns]
        if layer.activation == "softmax":
            log_p = log_softmax(z)
            steps.append(log_p if logarithms else [exp(one) for one in log_p])
        elif layer.activation == "sigmoid" and logarithms:
            steps.append(z)
        else:
            steps.append(activated(layer.activation, z))
    return Row(steps, row.valid, row.sequence)


def masking(layer: Masking, row: Row) -> Row:
    """A step in which every feature equals the value does not count; its features become zero."""
    if isinstance(row.steps[0][0], list):
        every = [masking(layer, Row(step)) for step in row.steps]
        return Row([one.steps for one in every], [one.valid for one in every])
    valid = [any(number_of(x) != layer.mask_value for x in step) for step in row.steps]
    steps: list[Vector] = [
        step if counts else [0.0] * len(step) for step, counts in zip(row.steps, valid, strict=True)
    ]
    return Row(steps, valid)


def at_every_step(layer: TimeDistributed, columns: Any, row: Row, dice: Sequence[Dice]) -> Row:
    """Each step through the layer inside, as a row of its own that starts from zero."""
    inner = isinstance(row.steps[0][0], list)
    zero: list[State] = [([0.0] * cell.width, [0.0] * cell.units) for cell in layer.cells]
    ended: list[Row] = []
    for t, step in enumerate(row.steps):
        within = row.valid[t] if inner and row.valid else None
        one = Row(step, within) if inner else Row([step], None, sequence=False)
        made, _, _ = run([(layer.layer, columns)], one, zero, dice=Thrown(dice))
        ended.append(made)
    steps = [one.steps if one.sequence else one.steps[0] for one in ended]
    if not inner or row.valid is None:
        return Row(steps, row.valid)
    if ended[0].sequence:
        return Row(steps, [one.valid for one in ended])
    return Row(steps, [any(within) for within in row.valid])


Prepared = list[tuple[AnyLayer, Any]]
"""Every layer with its weights as columns."""


def prepare(spec: ModelSpec, weights: Weights) -> Prepared:
    """Give every layer its weights as columns: those of the inputs, then the bias."""
    following = iter(weights)

    def cell(layer: LSTM) -> Cell:
        kernel, recurrent_kernel = next(following), next(following)
        biases = [next(following) for _ in range(layer.use_bias + layer.recurrent_bias)]
        bias = [sum(column) for column in zip([0.0] * (4 * layer.units), *biases, strict=True)]
        seen = next(following) if layer.peephole else []
        peepholes = [seen[k * layer.units : (k + 1) * layer.units] for k in range(3)]
        gains = next(following) if layer.layer_norm else []
        projection = columns_over(next(following)) if layer.projection else []
        below = [0.0] * len(bias) if layer.layer_norm else bias
        columns = columns_over(kernel, recurrent_kernel, [below])
        return Cell(columns, peepholes, bias, gains, projection)

    def columns_of(layer: AnyLayer, count: int) -> Any:
        match layer:
            case LSTM():
                return cell(layer)
            case Bidirectional():
                forwards, backwards = layer.cells
                return cell(forwards), cell(backwards)
            case Dense():
                kernel = next(following)
                bias = next(following) if layer.use_bias else [0.0] * layer.units
                return columns_over(kernel, [bias])
            case TimeDistributed():
                return columns_of(layer.layer, count)
            case Masking() | RepeatVector():
                return None
            case _:
                return [next(following) for _ in range(count)]

    described = zip(spec.layers, spec.layer_weights, strict=True)
    return [(layer, columns_of(layer, len(weights))) for layer, weights in described]


def run(
    prepared: Prepared,
    row: Row,
    states: Sequence[State],
    logarithms: bool = False,
    dice: Thrown = NOTHING,
) -> tuple[Row, list[State], Number]:
    """One row through all layers, from one (h, c) per LSTM direction to the final ones.

    The third result is the penalty on the activity of the layers.
    With ``dice`` masks of dropout are drawn, as in training.
    With ``logarithms`` a softmax in the last layer gives the logarithms of its outputs, and a
    sigmoid its logits.
    """
    following: Iterator[State] = iter(states)
    thrown, between = iter(dice.directions), iter(dice.between)
    final: list[State] = []
    activity: list[Number] = []
    for position, (layer, columns) in enumerate(prepared):
        match layer:
            case LSTM():
                drops = drawn(thrown, row, 1)
                row, state = lstm(layer, columns, row, next(following), *drops)
                activity.append(on_activity(layer, row))
                final.append(state)
            case Bidirectional():
                pair = [next(following), next(following)]
                drops = drawn(thrown, row, 2)
                row, ended = bidirectional(layer, columns, row, pair, drops, activity)
                final += ended
            case Dense():
                row = dense(layer, columns, row, logarithms and position == len(prepared) - 1)
            case TimeDistributed():
                own = [die for _, die in zip(layer.cells, thrown, strict=False)]
                row = at_every_step(layer, columns, row, own)
            case RepeatVector():
                row = Row([row.steps[0]] * layer.n)
            case Masking():
                row = masking(layer, row)
            case Dropout():
                row = dropped_between(layer, row, next(between, None))
            case _:
                row = around.run(layer, columns, row)
    return row, final, dot(activity, [1.0] * len(activity))


def drawn(dice: Iterator[Dice], row: Row, directions: int) -> list[Drops]:
    """New masks for so many directions of a layer; none outside training, where there is no die."""
    width = len(row.steps[0])
    found = [next(dice, None) for _ in range(directions)]
    return [Drops() if die is None else die.drops(width) for die in found]
