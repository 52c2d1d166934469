"""Training with every field of the layers at more than one value: an engine may have a faster way
for the commonest network, and must not take it for another one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from lstm_spec.checking.lockstep import random_batch
from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Strength, clause
from lstm_spec.contract import Capability, Implementation, Unsupported
from lstm_spec.model import LSTM, SGD, AnyLayer, Dense, Loss, Masking, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

UNITS, FEATURES, CLASSES = 3, 2, 4
SHAPES = ((2, 3), (3, 3), (1, 1))
"""Rows and steps of three updates: fewer rows than steps, as many, and a single one of both."""

ORDER = (1, 2, 0)
"""The order of the updates. A library that compiles a function for the first shape, and one for any
shape as soon as both numbers have changed (TensorFlow), then compiles two functions and not three.
"""

BESIDE_THE_COMMONEST: dict[str, LSTM] = {
    "an LSTM": LSTM(UNITS),
    "an LSTM that goes backwards": LSTM(UNITS, go_backwards=True),
    "an LSTM without a bias": LSTM(UNITS, use_bias=False),
    "an LSTM that returns every step": LSTM(UNITS, return_sequences=True),
    "an LSTM with a hard sigmoid": LSTM(UNITS, recurrent_activation="hard_sigmoid_keras2"),
    "an LSTM with relu": LSTM(UNITS, activation="relu"),
    "an LSTM whose gates are tanh": LSTM(UNITS, recurrent_activation="tanh"),
}

ENDS: tuple[tuple[str, Dense, Loss], ...] = (
    ("softmax and cross-entropy", Dense(CLASSES, "softmax"), "categorical_crossentropy"),
    ("a linear output and squares", Dense(CLASSES), "mse"),
    ("softmax and squares", Dense(CLASSES, "softmax"), "mse"),
    ("sigmoid and squares", Dense(CLASSES, "sigmoid"), "mse"),
    ("tanh and squares", Dense(CLASSES, "tanh"), "mse"),
)
SIGMOID: tuple[str, Dense, Loss] = (
    "sigmoid and cross-entropy",
    Dense(CLASSES, "sigmoid"),
    "categorical_crossentropy",
)


def _specs(
    layers: Iterator[tuple[str, tuple[AnyLayer, ...], Loss]],
) -> Iterator[tuple[str, ModelSpec]]:
    for what, stack, loss in layers:
        yield what, ModelSpec(stack, FEATURES, loss=loss, optimizer=SGD(0.1))


def _trained(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    specs: Iterator[tuple[str, ModelSpec]],
) -> None:
    """An update of each model for each of the shapes; for one of them, in turns, where it is slow.

    What the subject cannot build is left out; if it can build nothing, it is unsupported.
    """
    refusals = []
    trained = 0
    for place, (what, spec) in enumerate(specs):
        weights = trial.weights(spec)
        try:
            ours, theirs = trial.twins(subject, oracle, spec, weights)
        except Unsupported as reason:
            refusals.append(reason)
            continue
        batches = [random_batch(trial, spec, rows, steps) for rows, steps in SHAPES]
        order = ORDER if is_fast(trial) else ORDER[place % len(ORDER) :][:1]
        for x, y in (batches[number] for number in order):
            told = f"{what}, {len(x)} rows of {x.shape[1]} steps"
            if isinstance(spec.layers[0], Masking):
                x[-1, 1:] = 0
            got, expected = ours.train_on_batch(x, y), theirs.train_on_batch(x, y)
            trial.assert_close(got["loss"], expected["loss"], f"loss of {told}", LOSS)
            trial.assert_weights_close(
                spec, ours.get_weights(), theirs.get_weights(), f"{told}: weight", LOCKSTEP
            )
        trained += 1
    if not trained:
        raise refusals[0]


@clause(
    "TRAIN-95",
    "An LSTM below a Dense layer learns by its own equations whatever its direction, bias and "
    "activations are, and whether it returns one step or all.",
    source="design: an engine may have a faster way for the commonest network",
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def every_lstm_below_a_dense_layer_trains(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each field is at another value once, with one of the two common ends. As many rows as steps,
    and a single one of both, are the shapes that a special case of the code may be made for.
    """
    ends = itertools.cycle(ENDS[:2])
    stacks = ((what, lstm, next(ends)) for what, lstm in BESIDE_THE_COMMONEST.items())
    layers = ((f"{what}, {end}", (lstm, dense), loss) for what, lstm, (end, dense, loss) in stacks)
    _trained(subject, oracle, trial, _specs(layers))


@clause(
    "TRAIN-96",
    "Every activation of a Dense layer learns by its own derivative.",
    source="contract, losses; Keras documentation of Dense",
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def every_dense_layer_learns_by_its_own_derivative(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Softmax with squares needs the softmax's own derivative, which cross-entropy cancels. With
    two Dense layers the gradient has to pass the upper one.
    """
    stacks: list[tuple[str, tuple[AnyLayer, ...], Loss]] = [
        (what, (LSTM(UNITS), dense), loss) for what, dense, loss in ENDS
    ]
    stacks.append(("two Dense layers", (LSTM(UNITS), Dense(UNITS), Dense(CLASSES)), "mse"))
    _trained(subject, oracle, trial, _specs(iter(stacks)))


@clause(
    "TRAIN-97",
    "Cross-entropy takes the outputs of a Dense layer as they are: sigmoids are neither divided by "
    "their sum nor taken for a softmax.",
    source="contract, losses: -sum y log p",
    needs=(Capability.TRAIN, Capability.LAYERS),
    strength=Strength.SHOULD,
)
def cross_entropy_takes_the_outputs_as_they_are(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Keras divides by the sum; whoever carries weights over to an engine that does not, trains
    another network without a message.
    """
    what, dense, loss = SIGMOID
    every = (LSTM(UNITS, return_sequences=True), dense)
    stacks: list[tuple[str, tuple[AnyLayer, ...], Loss]] = [
        (what, (LSTM(UNITS), dense), loss),
        (f"{what}, at every step", every, loss),
        (f"{what}, at every step that is not masked", (Masking(), *every), loss),
    ]
    _trained(subject, oracle, trial, _specs(iter(stacks)))


@clause(
    "GRAD-95",
    "Gradients through every activation of a Dense layer are those of the function that is named.",
    source="contract, losses; calculus",
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def gradients_through_unusual_ends(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Also softmax with squares, which nobody combines by habit; one step at the end, and all."""
    for what, dense, loss in ENDS:
        for lstm in (LSTM(UNITS), LSTM(UNITS, return_sequences=True)):
            spec = ModelSpec((lstm, dense), FEATURES, loss=loss)
            ours, theirs = trial.twins(subject, oracle, spec)
            x, y = random_batch(trial, spec, rows=2, steps=3)
            got, expected = ours.gradients(x, y), theirs.gradients(x, y)
            trial.assert_close(got.loss, expected.loss, f"loss of {what}", LOSS)
            trial.assert_weights_close(
                spec, got.weights, expected.weights, f"{what}: gradient", GRADIENT
            )
