"""Large in one dimension and small in the others: each dimension in turn.

Limits of an engine lie at round numbers and at powers of two: a buffer of 256 steps, a block of 128
rows. A trace that is long in one dimension passes them, and costs little if it is narrow in the
others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.model import LSTM, SGD, Adam, AnyOptimizer, Bidirectional, ModelSpec
from lstm_spec.tolerances import FORWARD, GRADIENT

MANY = 307
"""Beyond 256 and 300; a prime, so that no block divides it."""

VERY_MANY = 1031
"""Beyond 1024, at the level ``full``."""


@dataclass(frozen=True)
class Size:
    """How many of each there are in a trace."""

    rows: int = 2
    steps: int = 3
    features: int = 2
    units: int = 2

    def large(self, dimension: str, length: int) -> Size:
        """The same with one dimension as large as that."""
        return replace(self, **{dimension: length})

    def weights(self, trial: Trial, spec: ModelSpec) -> list[Array]:
        """Weights whose sums stay of order one, however many terms they have."""
        return trial.weights(spec, float(np.sqrt(0.5 / max(self.features, self.units))))


SMALL = Size()
OF_A_CALL: Mapping[str, Size] = {
    "rows": SMALL,
    "steps": SMALL,
    "features": SMALL,
    "units": Size(rows=1, steps=2),  # a step costs the square of them
}
"""The dimensions of a call, and what the others are while one is large."""


def calls_of_many(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    length: int,
    dimensions: Iterable[str] = tuple(OF_A_CALL),
    both_directions: bool = False,
) -> None:
    """Outputs and final states with so many of each dimension in turn."""
    for dimension in dimensions:
        size = OF_A_CALL[dimension].large(dimension, length)
        layer = LSTM(size.units, return_sequences=True)
        layers = (Bidirectional(layer) if both_directions else layer,)
        spec = ModelSpec(layers, size.features)
        ours, theirs = trial.twins(subject, oracle, spec, size.weights(trial, spec))
        x = trial.array(size.rows, size.steps, size.features)
        got, expected = ours.call(x), theirs.call(x)
        what = f"with {length} {dimension}"
        trial.assert_close(got.outputs, expected.outputs, f"outputs {what}")
        if Capability.FINAL_STATE in subject.capabilities:
            trial.assert_states_close(got.states, expected.states, f"final state {what}")


def gradients_of_many(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    length: int,
    dimensions: Iterable[str],
) -> None:
    """The loss and all gradients with so many of each dimension in turn.

    With many steps the output is that of the last one, so that the gradient passes through all of
    them.
    """
    for dimension in dimensions:
        size = OF_A_CALL[dimension].large(dimension, length)
        spec = ModelSpec((LSTM(size.units),), size.features)
        ours, theirs = trial.twins(subject, oracle, spec, size.weights(trial, spec))
        x, y = trial.array(size.rows, size.steps, size.features), trial.array(size.rows, size.units)
        got, expected = ours.gradients(x, y), theirs.gradients(x, y)
        what = f"with {length} {dimension}"
        trial.assert_close(got.loss, expected.loss, f"loss {what}", FORWARD)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"gradient {what}", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient with respect to x {what}", GRADIENT)


def series(trial: Trial, length: int, rows: int = 1) -> tuple[ModelSpec, list[Array], Array]:
    """A stateful layer, its weights, and so many batches of one step: (batches, rows, 1, 2)."""
    spec = ModelSpec((LSTM(2, stateful=True),), 2, batch_size=rows)
    return spec, trial.weights(spec), trial.array(length, rows, 1, 2)


def twins_out_of_reach(
    subject: Implementation, oracle: Implementation, trial: Trial, optimizer: AnyOptimizer
) -> tuple[Model, Model, Array, Array]:
    """Twins, and two rows with targets that no output can reach, so that no gradient vanishes."""
    spec = ModelSpec((LSTM(2),), 2, optimizer=optimizer)
    ours, theirs = trial.twins(subject, oracle, spec)
    return ours, theirs, trial.array(2, 2, 2), 4.0 * np.sign(trial.array(2, 2))


OPTIMIZERS: Mapping[str, AnyOptimizer] = {
    "SGD": SGD(2.0**-9),
    "Adam": Adam(2.0**-9, epsilon=1e-2),
}
"""Slow, so that the network still learns after hundreds of updates. The rates are powers of two,
because some engines keep theirs in float32. With so large an epsilon, Adam's step is a smooth
function of the gradient and does not enlarge its noise.
"""

LONG_RUN = 3e-5
"""Weights during hundreds of updates with ``OPTIMIZERS``.

Each update rounds a weight of order one by up to 6e-8 in float32. The errors are random, so a
thousand of them add up to 2e-6; this is ten times as much, as elsewhere. One update moves some
weight by more than 5e-4, so that one that is missing or different is noticed.
"""

LONG_LOSS = 2e-4
"""The loss on targets that are 4 away: it changes by up to eight times what an output changes."""
