"""Single updates, and models that are trained with one optimiser after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lstm_spec.checking.lockstep import Run, in_lockstep, random_batch, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model, Unsupported
from lstm_spec.model import LSTM, AnyOptimizer, ModelSpec
from lstm_spec.tolerances import LOCKSTEP

UNITS, FEATURES, ROWS, STEPS = 4, 3, 2, 4
UPDATES = 50


def spec_of(optimizer: AnyOptimizer, stateful: bool = False) -> ModelSpec:
    """One small LSTM: its kernel, recurrent kernel and bias are three arrays."""
    layers = (LSTM(UNITS, stateful=stateful),)
    return ModelSpec(layers, FEATURES, batch_size=ROWS if stateful else None, optimizer=optimizer)


@dataclass
class Scene:
    """A model of the subject and its twin of the oracle, which knows the gradients."""

    spec: ModelSpec
    ours: Model
    theirs: Model
    trial: Trial

    def batch(self, steps: int = STEPS) -> tuple[Array, Array]:
        """A new random batch."""
        return random_batch(self.trial, self.spec, ROWS, steps)

    def nearer(self, x: Array, y: Array, share: float) -> Array:
        """Targets for which every gradient of the squared error is that share of what it was."""
        outputs = self.theirs.call(x).outputs
        return (outputs + share * (y - outputs)).astype(np.float32)

    def between(self, limit: float) -> tuple[Array, Array]:
        """A batch whose gradients exceed the limit all together, and none of them by itself."""
        x, y = self.batch()
        lengths = norms(self.slopes(x, y))
        middle = np.sqrt(lengths.max() * np.linalg.norm(lengths))
        return x, self.nearer(x, y, limit / middle)

    def slopes(self, x: Array, y: Array) -> list[Array]:
        """The gradients where the subject is, according to the oracle."""
        self.theirs.set_weights(self.ours.get_weights())
        return self.theirs.gradients(x, y).weights

    def moved(self, x: Array, y: Array) -> list[Array]:
        """By how much one update of the subject moves every weight."""
        before = self.ours.get_weights()
        self.ours.train_on_batch(x, y)
        return [now - w for now, w in zip(self.ours.get_weights(), before, strict=True)]

    def agree(self, moved: list[Array], expected: list[Array], what: str, tolerance: float) -> None:
        """Fail unless the weights were moved as expected."""
        self.trial.assert_weights_close(self.spec, moved, expected, what, tolerance)


def scene(
    subject: Implementation, oracle: Implementation, trial: Trial, optimizer: AnyOptimizer
) -> Scene:
    """Twins with random weights."""
    spec = spec_of(optimizer)
    return Scene(spec, *trial.twins(subject, oracle, spec), trial)


def norms(arrays: Iterable[Array]) -> Array:
    """The Euclidean norm of each array."""
    return np.array([float(np.linalg.norm(one)) for one in arrays])


def each_in_lockstep(
    subject: Implementation,
    oracle: Implementation,
    trial: Trial,
    optimizers: Iterable[AnyOptimizer],
    *,
    stateful: bool = False,
    updates: int = UPDATES,
) -> None:
    """Fifty updates with each optimiser from a steep start, with two resets if it is stateful.

    An optimiser that the subject lacks is left out; if it has none of them, it is unsupported.
    """
    lacking, judged = Unsupported("there is no optimiser to try"), False
    for optimizer in optimizers:
        spec = spec_of(optimizer, stateful)
        run = steep_run(trial, oracle, spec, updates, ROWS, STEPS)
        try:
            twins = trial.twins(subject, oracle, spec, run.weights)
        except Unsupported as reason:
            lacking = reason
            continue
        judged = True
        resets = (20, 37) if stateful else ()
        in_lockstep(trial, Run(spec, run.weights, run.batches), *twins, LOCKSTEP, resets)
    if not judged:
        raise lacking
