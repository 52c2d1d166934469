"""Stateful layers: what is carried from call to call, and what a reset leaves."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.model import LSTM, SGD, Bidirectional, Dense, ModelSpec
from lstm_spec.vectors.case import (
    FEATURES,
    ROWS,
    UNITS,
    Draft,
    Draw,
    Operation,
    call,
    operation,
    pairs,
    reset,
    vector,
)
from lstm_spec.vectors.mask_cases import EVERYTHING, GARBAGE, picture

STATEFUL = ModelSpec(
    (LSTM(UNITS, return_sequences=True, stateful=True),), FEATURES, batch_size=ROWS
)
LAST = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS, optimizer=SGD(0.25))


def three_calls_and_a_reset(draw: Draw, spec: ModelSpec) -> Draft:
    """Three different batches, a reset, a fourth, two resets, a fifth."""
    first, second, third, fourth, fifth = (call(draw.x()) for _ in range(5))
    operations = [first, second, third, reset(), fourth, reset(), reset(), fifth]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "state/three-calls-and-a-reset",
    "Three batches, each from the state that the previous one left; batches after resets.",
    clauses="STATE-01 STATE-02 STATE-03 STATE-31 STATE-32 STATE-33",
    notices=(
        "no carry; h only, c only, exchanged, averaged, of another row, one batch late",
        "a state lost at every second or third batch",
        "a reset that does nothing, or clears one of h and c, or one row",
    ),
)
def one_layer(draw: Draw) -> Draft:
    """The trace that no mistake about carrying survives."""
    return three_calls_and_a_reset(draw, STATEFUL)


@vector(
    "state/rows-change-places",
    "The same rows twice, the second time in another order: a state belongs to a position.",
    clauses="STATE-03 STATE-04",
    notices=("a state that follows the contents of a row",),
)
def rows_change_places(draw: Draw) -> Draft:
    """Row 0 of the second batch starts from the state of row 0 of the first."""
    x = draw.x()
    return Draft(LAST, draw.weights(LAST), [call(x), call(x[[2, 0, 1]]), call(x)])


@vector(
    "state/other-lengths",
    "Calls of five, one, seven and two steps.",
    clauses="STATE-10 STATE-11 STATE-12",
    notices=("a carry that is lost when the number of steps changes",),
)
def other_lengths(draw: Draw) -> Draft:
    """The state has no time axis."""
    operations = [call(draw.x(steps=steps)) for steps in (5, 1, 7, 2)]
    return Draft(STATEFUL, draw.weights(STATEFUL), operations)


@vector(
    "state/batches-inside-predict",
    "Nine rows in batches of three, three more, as one batch, by a direct call, after a reset.",
    clauses="STATE-05 STATE-06 STATE-07 STATE-08 STATE-14 STATE-22 LIFE-03",
    notices=("batches that start from zero", "a state lost after predict"),
)
def batches_inside_predict(draw: Draw) -> Draft:
    """Row i continues row i - 3."""

    def predict(rows: int) -> Operation:
        return operation("predict", x=draw.x(rows, steps=2), batch_size=ROWS)

    one_batch = (operation("predict_on_batch", x=draw.x(steps=2)) for _ in range(2))
    operations = [predict(9), predict(3), *one_batch, call(draw.x(steps=2)), reset(), predict(3)]
    return Draft(LAST, draw.weights(LAST), operations)


@vector(
    "state/stateless-predict",
    "A layer that is not stateful: batches of three, three and one, each from zero.",
    clauses="STATE-21 STATE-27 SEQ-12",
    notices=("a stateless predict that carries", "a last batch dropped or padded"),
)
def stateless_predict(draw: Draw) -> Draft:
    """A smaller last batch is allowed."""
    spec = ModelSpec((LSTM(UNITS),), FEATURES)
    operations = [operation("predict", x=draw.x(7), batch_size=3), call(draw.x())]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "state/masked",
    "Masked calls: rows that are masked in a whole batch carry their state across it.",
    clauses="MASK-27 MASK-28 MASK-29 MASK-30",
    notices=("a masked row that loses its state", "a masked call that is not carried"),
)
def masked(draw: Draw) -> Draft:
    """Open, holes and a whole row, the whole batch, open again."""
    holes = picture("x.xx.", ".....", ".xxxx")
    operations = [call(draw.x())]
    for mask in (holes, EVERYTHING, np.zeros_like(holes)):
        operations.append(call(np.where(mask[:, :, None], draw.x(), GARBAGE), mask))
    return Draft(STATEFUL, draw.weights(STATEFUL), [*operations, call(draw.x())])


@vector(
    "state/given-state-overrides",
    "A state given to a stateful layer overrides the carried one, and the final state is carried.",
    clauses="STATE-30",
    notices=("a given state ignored, or not carried on",),
)
def given_state_overrides(draw: Draw) -> Draft:
    """The third call starts where the second ended."""
    given = draw.states(STATEFUL)
    operations = [call(draw.x()), call(draw.x(), None, given), call(draw.x())]
    return Draft(STATEFUL, draw.weights(STATEFUL), operations)


@vector(
    "state/set-and-get",
    "States set, read back, used, read, and read after a reset.",
    clauses="STATE-38 STATE-39 STATE-40 STATE-41",
    notices=("h and c exchanged when they are set or read",),
)
def set_and_get(draw: Draw) -> Draft:
    """Through the two operations of an engine that shows its states."""
    put = operation("set_states", states=pairs(draw.states(LAST)))
    get = operation("get_states")
    operations = [call(draw.x()), put, get, call(draw.x()), get, reset(), get]
    return Draft(LAST, draw.weights(LAST), operations)


@vector(
    "state/stack",
    "Two stateful layers, each with its own state; a reset clears both.",
    clauses="STATE-34 STATE-45",
    notices=("a reset of one layer only", "a second layer without a carry"),
)
def stack(draw: Draw) -> Draft:
    """Four and two units."""
    layers = (LSTM(UNITS, return_sequences=True, stateful=True), LSTM(2, stateful=True))
    return three_calls_and_a_reset(draw, ModelSpec(layers, FEATURES, batch_size=ROWS))


@vector(
    "state/set-and-get-of-a-stack",
    "States of two layers, set and read: first layer first.",
    clauses="STATE-47",
    notices=("states read or set from the last layer to the first",),
)
def set_and_get_of_a_stack(draw: Draw) -> Draft:
    """Both layers are equally wide, so that no shape gives an exchange away."""
    layers = (LSTM(UNITS, return_sequences=True, stateful=True), LSTM(UNITS, stateful=True))
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    put = operation("set_states", states=pairs(draw.states(spec)))
    get = operation("get_states")
    return Draft(spec, draw.weights(spec), [call(draw.x()), get, put, get, call(draw.x())])


@vector(
    "state/stateless-layer-in-a-stack",
    "A stateful layer below one that is not.",
    clauses="STATE-46",
    notices=("a carry in the stateless layer, too",),
)
def stateless_layer(draw: Draw) -> Draft:
    """Only the first layer carries."""
    layers = (LSTM(UNITS, return_sequences=True, stateful=True), LSTM(2))
    return three_calls_and_a_reset(draw, ModelSpec(layers, FEATURES, batch_size=ROWS))


@vector(
    "state/backwards",
    "A stateful backward layer continues from its state, and starts each call at the last step.",
    clauses="STATE-48",
    notices=("a backward layer without a carry",),
)
def backwards(draw: Draw) -> Draft:
    """Each row is read from its last step."""
    layer = LSTM(UNITS, return_sequences=True, stateful=True, go_backwards=True)
    return three_calls_and_a_reset(draw, ModelSpec((layer,), FEATURES, batch_size=ROWS))


@vector(
    "state/bidirectional",
    "Both directions of a stateful bidirectional layer carry; a reset clears both.",
    clauses="STATE-35 STATE-49",
    notices=("a backward direction that is not carried or not reset",),
)
def bidirectional(draw: Draw) -> Draft:
    """Each direction from its own end."""
    layer = LSTM(UNITS, return_sequences=True, stateful=True)
    return three_calls_and_a_reset(
        draw, ModelSpec((Bidirectional(layer),), FEATURES, batch_size=ROWS)
    )


@vector(
    "state/weights-stay",
    "Calls, a prediction, an evaluation and a reset, after which the weights are read.",
    clauses="LIFE-10 LIFE-28 STATE-36",
    notices=("states that are kept in the weights, or are listed among them",),
)
def weights_stay(draw: Draw) -> Draft:
    """Nothing has moved them, so they must be the ones that were set, bit for bit."""
    x = draw.x(2 * ROWS)
    operations = [
        call(draw.x()),
        call(draw.x()),
        operation("get_weights"),
        operation("predict", x=x, batch_size=ROWS),
        operation("evaluate", x=x, y=draw.y(LAST, x), batch_size=ROWS),
        reset(),
        operation("get_weights"),
    ]
    return Draft(LAST, draw.weights(LAST), operations, {"weights": tolerances.EXACT})


@vector(
    "state/everything-moves-it",
    "Calls between predict, evaluate, test, gradients, training, fit, new weights and a reset.",
    clauses="LIFE-01 LIFE-02 LIFE-04 LIFE-05 LIFE-06 LIFE-07 LIFE-08 LIFE-11 LIFE-13 LIFE-16 "
    "LIFE-20 LIFE-21 LIFE-25 LIFE-29",
    notices=(
        "a state cleared or kept by evaluate, by training, by validation, at the end of an epoch",
        "a state computed with the weights after the update",
        "new weights that clear the state",
    ),
)
def everything_moves_it(draw: Draw) -> Draft:
    """After each operation a call shows where the state is."""

    def pair(rows: int = ROWS) -> dict[str, object]:
        x = draw.x(rows, steps=2)
        return {"x": x, "y": draw.y(LAST, x)}

    validation = pair()
    fit = operation(
        "fit",
        **pair(2 * ROWS),
        batch_size=ROWS,
        epochs=2,
        shuffle=False,
        validation_x=validation["x"],
        validation_y=validation["y"],
    )
    between: list[Operation] = [
        operation("predict", x=draw.x(2 * ROWS, steps=2), batch_size=ROWS),
        operation("evaluate", **pair(2 * ROWS), batch_size=ROWS),
        operation("test_on_batch", **pair()),
        operation("gradients", **pair()),
        operation("train_on_batch", **pair()),
        fit,
        operation("set_weights", weights=draw.weights(LAST)),
        reset(),
    ]
    operations = [call(draw.x(steps=2))]
    for one in between:
        operations += [one, call(draw.x(steps=2))]
    return Draft(LAST, draw.weights(LAST), operations)


@vector(
    "state/set-then-trained",
    "A state that was set is the one that an update and a fit start from.",
    clauses="LIFE-160 STATE-37",
    notices=("training that starts from zero after a state was set",),
)
def set_then_trained(draw: Draw) -> Draft:
    """One LSTM below a Dense layer, for which engines often have a faster way."""
    layers = (LSTM(UNITS, stateful=True), Dense(2))
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS, optimizer=SGD(0.25))
    operations = []
    for op in ("train_on_batch", "fit"):
        x = draw.x()
        how = {"batch_size": ROWS, "epochs": 1, "shuffle": False} if op == "fit" else {}
        operations += [
            operation("set_states", states=pairs(draw.states(spec))),
            operation(op, x=x, y=draw.y(spec, x), **how),
            call(draw.x()),
        ]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "state/set-above-a-stateless-layer",
    "Of a stateless layer below a stateful one, only the latter has a state to set and to get.",
    clauses="STATE-95",
    notices=("a state set in the first layer", "a state asked for of a stateless layer"),
)
def set_above_a_stateless_layer(draw: Draw) -> Draft:
    """The widths differ."""
    layers = (LSTM(3, return_sequences=True), LSTM(UNITS, stateful=True))
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    setting = operation("set_states", states=pairs(draw.states(spec)[1:]))
    return Draft(
        spec,
        draw.weights(spec),
        [setting, operation("get_states"), call(draw.x()), call(draw.x()), operation("get_states")],
    )
