"""Training traces: the loss before each update and all weights after it."""

from __future__ import annotations

from typing import Any

from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AnyLayer,
    AnyOptimizer,
    Dense,
    Masking,
    ModelSpec,
    RepeatVector,
)
from lstm_spec.vectors.case import (
    FEATURES,
    ROWS,
    UNITS,
    Draft,
    Draw,
    Operation,
    call,
    operation,
    reset,
    vector,
)
from lstm_spec.vectors.mask_cases import with_value

LAYERS: tuple[AnyLayer, ...] = (LSTM(UNITS, return_sequences=True), Dense(2))
STATEFUL: tuple[AnyLayer, ...] = (LSTM(UNITS, return_sequences=True, stateful=True), Dense(2))
RATE = 2.0**-7
"""Near the 0.01 for which tolerances.LOCKSTEP was derived."""

TODAY = Adam(RATE, epsilon=1e-7)


def model(
    optimizer: AnyOptimizer, layers: tuple[AnyLayer, ...] = LAYERS, classes: bool = False
) -> ModelSpec:
    """A small network with an optimiser."""
    return ModelSpec(
        layers,
        FEATURES,
        batch_size=ROWS if layers is not LAYERS else None,
        loss="categorical_crossentropy" if classes else "mse",
        optimizer=optimizer,
    )


def update(draw: Draw, spec: ModelSpec, rows: int = ROWS) -> Operation:
    """One update with a new batch."""
    x = draw.x(rows)
    return operation("train_on_batch", x=x, y=draw.y(spec, x))


def updates(draw: Draw, spec: ModelSpec, count: int = 5) -> Draft:
    """As many updates, then a look at the outputs."""
    operations = [update(draw, spec) for _ in range(count)]
    return Draft(spec, draw.weights(spec), [*operations, call(draw.x())])


@vector(
    "training/sgd",
    "Five updates of SGD, each with its own batch.",
    clauses="TRAIN-01 TRAIN-10 TRAIN-11 TRAIN-12 TRAIN-40",
    notices=(
        "momentum, decay, another learning rate, ascent",
        "two updates a batch, every second batch, the gradient of the batch before",
        "a loss measured after the update",
    ),
)
def sgd(draw: Draw) -> Draft:
    """Five batches."""
    return updates(draw, model(SGD(0.25)))


@vector(
    "training/sgd-large-gradient",
    "Targets of order ten: a large update.",
    clauses="TRAIN-13",
    notices=("clipping by value or by norm",),
)
def sgd_large_gradient(draw: Draw) -> Draft:
    """Two updates at a small rate."""
    spec = model(SGD(0.015625))
    first, second = (update(draw, spec) for _ in range(2))
    for one in (first, second):
        one["given"]["y"] = 16 * one["given"]["y"]
    tolerance = {"loss": 1e-3, "weights": 5e-5}  # losses of order 200, gradients of order 20
    return Draft(spec, draw.weights(spec), [first, second], tolerance)


@vector(
    "training/sgd-stateful",
    "Stateful training: two batches, a reset, two batches; the state is carried, no gradient is.",
    clauses="TRAIN-04 GRAD-40 LIFE-06 LIFE-16 STATE-37",
    notices=("no carry while training", "a gradient into the batch before"),
)
def sgd_stateful(draw: Draw) -> Draft:
    """The reset clears the state and leaves the weights."""
    spec = model(SGD(0.25), STATEFUL)
    first, second, third, fourth = (update(draw, spec) for _ in range(4))
    return Draft(spec, draw.weights(spec), [first, second, reset(), third, fourth, call(draw.x())])


@vector(
    "training/adam-epsilon-1e-7",
    "Five updates of Adam with the epsilon of today.",
    clauses="TRAIN-02 TRAIN-15 TRAIN-16",
    notices=("moments that are not corrected", "decay rates exchanged"),
)
def adam_today(draw: Draw) -> Draft:
    """A learning rate as a user would choose it."""
    return updates(draw, model(TODAY))


@vector(
    "training/adam-epsilon-1e-8",
    "Five updates of Adam with the epsilon of Keras 1 and 2.0.",
    clauses="TRAIN-02 TRAIN-15",
    notices=("moments that are not corrected",),
)
def adam_2017(draw: Draw) -> Draft:
    """The same but for epsilon."""
    return updates(draw, model(Adam(RATE, epsilon=1e-8)))


@vector(
    "training/backwards-below-dense",
    "A backward layer below a Dense layer learns by its own equations.",
    clauses="TRAIN-95",
    notices=("a layer that reads backwards and trains forwards",),
)
def backwards_below_dense(draw: Draw) -> Draft:
    """Three updates."""
    return updates(draw, model(SGD(0.25), (LSTM(UNITS, go_backwards=True), Dense(2))), count=3)


def tiny(draw: Draw, spec: ModelSpec) -> Draft:
    """Inputs of order 1e-6: the gradient of the kernel is as small as epsilon, and exact."""
    operations = []
    for _ in range(3):
        x = draw.array(ROWS, 5, FEATURES, scale=2.0**-20, grid=2.0**-28)
        operations.append(operation("train_on_batch", x=x, y=draw.y(spec, x)))
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "training/adam-tiny-gradient-1e-7",
    "Gradients of the kernel as small as an epsilon of 1e-7.",
    clauses="TRAIN-18 TRAIN-19",
    notices=("another epsilon", "epsilon under the root, left out, or behind the correction"),
)
def tiny_today(draw: Draw) -> Draft:
    """Three updates."""
    return tiny(draw, model(TODAY))


@vector(
    "training/adam-tiny-gradient-1e-8",
    "The same gradients with an epsilon of 1e-8.",
    clauses="TRAIN-18 TRAIN-19",
    notices=("an epsilon of 1e-7",),
)
def tiny_2017(draw: Draw) -> Draft:
    """Three updates."""
    return tiny(draw, model(Adam(RATE, epsilon=1e-8)))


@vector(
    "training/adam-other-rates",
    "Decay rates of 0.75 and 0.875, and an epsilon of one eighth.",
    clauses="TRAIN-17 TRAIN-19",
    notices=("decay rates that are always the defaults", "the largest second moment so far"),
)
def other_rates(draw: Draw) -> Draft:
    """A steep beginning; with so large an epsilon its place in the formula shows everywhere."""
    draft = updates(draw, model(Adam(0.5, 0.75, 0.875, 0.125)))
    draft.operations[0]["given"]["y"] = 4 * draft.operations[0]["given"]["y"]
    return draft


@vector(
    "training/adam-classifier",
    "A classifier with Adam as Keras sets it: rate 0.001, epsilon 1e-7.",
    clauses="TRAIN-03 TRAIN-31",
    notices=("another default", "a loss that is a sum"),
)
def classifier(draw: Draw) -> Draft:
    """Five batches, then one row alone."""
    layers: tuple[AnyLayer, ...] = (LSTM(UNITS), Dense(6, "softmax"))
    spec = ModelSpec(layers, FEATURES, loss="categorical_crossentropy", optimizer=Adam())
    operations = [update(draw, spec, rows) for rows in (3, 3, 3, 3, 1)]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "training/adam-stateful",
    "Stateful training with Adam: a reset and new weights leave its moments alone.",
    clauses="TRAIN-05 TRAIN-21 STATE-37 TRAIN-44",
    notices=("a reset or new weights that reset the optimiser",),
)
def adam_stateful(draw: Draw) -> Draft:
    """Two updates, a reset, two updates, new weights, an update."""
    spec = model(TODAY, STATEFUL)
    first, second, third, fourth, fifth = (update(draw, spec) for _ in range(5))
    fresh = operation("set_weights", weights=draw.weights(spec))
    return Draft(spec, draw.weights(spec), [first, second, reset(), third, fourth, fresh, fifth])


@vector(
    "training/masked",
    "Training on rows with masked steps.",
    clauses="TRAIN-06 MASK-37",
    notices=("a loss over all steps",),
)
def masked(draw: Draw) -> Draft:
    """Three updates."""
    spec = model(SGD(0.25), (Masking(), *LAYERS))
    operations = []
    for _ in range(3):
        x = with_value(draw, 0.0)
        operations.append(operation("train_on_batch", x=x, y=draw.y(spec, x)))
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "training/stateful-encoder-decoder",
    "The network of the echo notebook: two updates, a reset, two updates.",
    clauses="TRAIN-07 PIPE-41",
    notices=("a decoder that is not reset or does not learn",),
)
def encoder_decoder(draw: Draw) -> Draft:
    """Two steps out of five."""
    layers: tuple[AnyLayer, ...] = (
        LSTM(UNITS, stateful=True),
        RepeatVector(2),
        LSTM(UNITS, return_sequences=True, stateful=True),
        Dense(6, "softmax"),
    )
    spec = model(SGD(0.5), layers, classes=True)
    first, second, third, fourth = (update(draw, spec) for _ in range(4))
    return Draft(spec, draw.weights(spec), [first, second, reset(), third, fourth])


def fit(draw: Draw, spec: ModelSpec, rows: int, epochs: int, validation: int = 0) -> Operation:
    """A fit in batches of three, not shuffled, perhaps with validation."""
    x, seen = draw.x(rows, 2), draw.x(validation, 2)
    given: dict[str, Any] = {"x": x, "y": draw.y(spec, x)}
    if validation:
        given |= {"validation_x": seen, "validation_y": draw.y(spec, seen)}
    return operation("fit", **given, batch_size=ROWS, epochs=epochs, shuffle=False)


@vector(
    "training/fit-stateless",
    "Two epochs of seven rows in batches of three with Adam, with validation; then another.",
    clauses="TRAIN-20 TRAIN-50 TRAIN-51 TRAIN-52 TRAIN-53 TRAIN-54 TRAIN-60 TRAIN-61",
    notices=(
        "a last batch dropped or weighed like a full one",
        "validation that trains",
        "moments forgotten at fit or at the end of an epoch",
    ),
)
def fit_stateless(draw: Draw) -> Draft:
    """The history is a mean over rows, each batch measured before its update."""
    spec = model(TODAY)
    operations = [fit(draw, spec, 7, 2, validation=4), fit(draw, spec, 3, 1), update(draw, spec)]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "training/fit-stateful",
    "Two epochs of a stateful model with validation, which runs through the same state.",
    clauses="TRAIN-55 LIFE-13 LIFE-14 LIFE-15 LIFE-20 LIFE-21 LIFE-23",
    notices=("a state cleared between epochs or before or after validation", "shuffled rows"),
)
def fit_stateful(draw: Draw) -> Draft:
    """A call shows where the state is."""
    spec = model(SGD(0.25), STATEFUL)
    operations = [fit(draw, spec, 6, 2, validation=3), call(draw.x()), reset()]
    return Draft(spec, draw.weights(spec), [*operations, fit(draw, spec, 6, 1), call(draw.x())])


@vector(
    "training/fit-of-a-stack-of-three",
    "One epoch of three stateful layers with validation: each layer carries its own state.",
    clauses="LIFE-140 LIFE-20",
    notices=("validation that runs one of the layers from zero",),
)
def fit_of_a_stack_of_three(draw: Draw) -> Draft:
    """A call shows where the states are."""
    below = (LSTM(size, return_sequences=True, stateful=True) for size in (3, UNITS))
    spec = model(SGD(0.25), (*below, LSTM(2, stateful=True)))
    fitting = fit(draw, spec, 6, 1, validation=3)
    return Draft(spec, draw.weights(spec), [fitting, call(draw.x(steps=2))])
