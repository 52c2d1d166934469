"""What every layer does to ONE row: a list of steps, each a list of numbers.

Batches are nowhere in this file, so a row cannot depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from lstm_spec.model import (
    LSTM,
    AnyLayer,
    Bidirectional,
    Dense,
    Maps,
    Masking,
    ModelSpec,
    RepeatVector,
)
from reference.scalar.calculus import ACTIVATIONS, Number, dot, exp, log_softmax, number_of

Vector = list[Number]
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
    ),
    "LSTM.activation": tuple(ACTIVATIONS),
    "LSTM.recurrent_activation": tuple(ACTIVATIONS),
    "Bidirectional": ("layer",),
    "Dense": ("units", "activation"),
    "Dense.activation": (*ACTIVATIONS, "softmax"),
    "Masking": ("mask_value",),
    "RepeatVector": ("n",),
}
"""What is computed here; softmax is no activation of an LSTM."""


@dataclass
class Row:
    """What is handed from layer to layer for one row.

    ``steps`` holds one vector per time step, or a single one where ``sequence`` is False;
    ``valid`` says for each step whether it counts, None that all of them do.
    """

    steps: list[Vector]
    valid: list[bool] | None = None
    sequence: bool = True


def columns_over(*blocks: Any) -> list[Vector]:
    """The columns of matrices with the same number of columns, one put below the other."""
    rows = [row for block in blocks for row in block]
    return [list(column) for column in zip(*rows, strict=True)]


def lstm_step(layer: LSTM, columns: list[Vector], x: Vector, h: Vector, c: Vector) -> State:
    """One time step of one row.

    ``columns`` holds, for every unit of every gate, the weights of x, of h and the bias in one
    list: first all units of the input gate, then forget gate, cell, output gate.
    """
    squash, gate = ACTIVATIONS[layer.activation], ACTIVATIONS[layer.recurrent_activation]
    seen = [*x, *h, 1.0]
    units = layer.units
    new_h: Vector = []
    new_c: Vector = []
    for unit in range(units):
        i = gate(dot(seen, columns[unit]))
        f = gate(dot(seen, columns[units + unit]))
        g = squash(dot(seen, columns[2 * units + unit]))
        o = gate(dot(seen, columns[3 * units + unit]))
        cell = f * c[unit] + i * g
        new_c.append(cell)
        new_h.append(o * squash(cell))
    return new_h, new_c


def lstm(layer: LSTM, columns: list[Vector], row: Row, state: State) -> tuple[Row, State]:
    """Every step of one row in the order of reading; a masked step does not happen."""
    h, c = state
    order = list(range(len(row.steps)))
    if layer.go_backwards:
        order.reverse()
    output: Vector = [0.0] * layer.units
    outputs: list[Vector] = []
    for t in order:
        if row.valid is None or row.valid[t]:
            h, c = lstm_step(layer, columns, row.steps[t], h, c)
            output = h
        outputs.append(output)
    if not layer.return_sequences:
        return Row([output], None, sequence=False), (h, c)
    valid = None if row.valid is None else [row.valid[t] for t in order]
    return Row(outputs, valid), (h, c)


def bidirectional(
    layer: Bidirectional, columns: tuple[list[Vector], list[Vector]], row: Row, states: list[State]
) -> tuple[Row, list[State]]:
    """Both directions; the second one's sequence is turned back in time."""
    ahead, ahead_state = lstm(layer.layer, columns[0], row, states[0])
    backwards = replace(layer.layer, go_backwards=True)
    back, back_state = lstm(backwards, columns[1], row, states[1])
    second = back.steps[::-1]
    steps = [one + other for one, other in zip(ahead.steps, second, strict=True)]
    return Row(steps, ahead.valid, ahead.sequence), [ahead_state, back_state]


def dense(layer: Dense, columns: list[Vector], row: Row, logarithms: bool) -> Row:
    """Every step by itself. With ``logarithms`` a softmax gives the logarithms of its outputs."""
    steps: list[Vector] = []
    for step in row.steps:
        z = [dot([*step, 1.0], column) for column in columns]
        if layer.activation == "softmax":
            log_p = log_softmax(z)
            steps.append(log_p if logarithms else [exp(one) for one in log_p])
        else:
            steps.append([ACTIVATIONS[layer.activation](one) for one in z])
    return Row(steps, row.valid, row.sequence)


def masking(layer: Masking, row: Row) -> Row:
    """A step in which every feature equals the value does not count; its features become zero."""
    valid = [any(number_of(x) != layer.mask_value for x in step) for step in row.steps]
    steps: list[Vector] = [
        step if counts else [0.0] * len(step) for step, counts in zip(row.steps, valid, strict=True)
    ]
    return Row(steps, valid)


Prepared = list[tuple[AnyLayer, Any]]
"""Every layer with its weights as columns."""


def prepare(spec: ModelSpec, weights: Weights) -> Prepared:
    """Give every layer its weights as columns: those of the inputs, then the bias."""
    following = iter(weights)

    def lstm_columns(layer: LSTM) -> list[Vector]:
        kernel, recurrent_kernel = next(following), next(following)
        bias = next(following) if layer.use_bias else [0.0] * (4 * layer.units)
        return columns_over(kernel, recurrent_kernel, [bias])

    prepared: Prepared = []
    for layer in spec.layers:
        columns: Any
        match layer:
            case LSTM():
                columns = lstm_columns(layer)
            case Bidirectional():
                columns = lstm_columns(layer.layer), lstm_columns(layer.layer)
            case Dense():
                columns = columns_over(next(following), [next(following)])
            case Masking() | RepeatVector():
                columns = None
            case _:
                assert_never(layer)
        prepared.append((layer, columns))
    return prepared


def run(
    prepared: Prepared, row: Row, states: Sequence[State], logarithms: bool = False
) -> tuple[Row, list[State]]:
    """One row through all layers, from one (h, c) per LSTM direction to the final ones.

    With ``logarithms`` a softmax in the last layer gives the logarithms of its outputs.
    """
    following: Iterator[State] = iter(states)
    final: list[State] = []
    for position, (layer, columns) in enumerate(prepared):
        match layer:
            case LSTM():
                row, state = lstm(layer, columns, row, next(following))
                final.append(state)
            case Bidirectional():
                pair = [next(following), next(following)]
                row, ended = bidirectional(layer, columns, row, pair)
                final += ended
            case Dense():
                row = dense(layer, columns, row, logarithms and position == len(prepared) - 1)
            case RepeatVector():
                row = Row([row.steps[0]] * layer.n)
            case Masking():
                row = masking(layer, row)
            case _:
                assert_never(layer)
    return row, final
