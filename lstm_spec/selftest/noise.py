"""How far one correct implementation is from another: the measured side of every tolerance.

``noisy`` is a conforming implementation in float32, ``exact`` the same in float64. Nothing is known
of either but the contract. A quantity is measured over sizes, magnitudes and many seeds; the
largest difference seen stands in ``tolerances.NOISE``, and the tolerance is a multiple of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from lstm_spec.checking.finite_differences import derivative, signs
from lstm_spec.checking.lockstep import Run, random_batch, random_run, steep_run
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.model import LSTM, SGD, Adam, AnyOptimizer, Dense, ModelSpec, loss_facts


@dataclass(frozen=True)
class Setting:
    """One size of problem: rows of ``steps`` steps, inputs of the given magnitude."""

    units: int = 4
    steps: int = 5
    rows: int = 2
    magnitude: float = 1.0

    def __str__(self) -> str:
        return f"units {self.units}, steps {self.steps}, magnitude {self.magnitude:g}"


@dataclass(frozen=True)
class Noise:
    """The differences that were seen for one quantity; ``largest`` at ``seed`` in ``setting``."""

    quantity: str
    largest: float
    median: float
    seed: int
    setting: str
    samples: int


Measure = Callable[[Implementation, Implementation, Trial, Setting], float]
"""The largest difference between noisy and exact in one random problem."""

SMALL = (Setting(), Setting(steps=1), Setting(units=5, steps=6, magnitude=0.1))
"""Sizes at which the clauses ask for gradients and train."""

LONG = (*SMALL, Setting(units=8, steps=30), Setting(steps=100), Setting(magnitude=3.0))
"""Sizes at which the clauses ask for outputs and states."""


def specs(setting: Setting, optimizer: AnyOptimizer | None = None) -> Iterator[ModelSpec]:
    """The models that clauses train: an LSTM with MSE over sequences, and a classifier."""
    chosen = optimizer or SGD(0.1)
    lstm = LSTM(setting.units, return_sequences=True)
    yield ModelSpec((lstm,), features=3, optimizer=chosen)
    layers = (LSTM(setting.units), Dense(6, "softmax"))
    yield ModelSpec(layers, features=3, loss="categorical_crossentropy", optimizer=chosen)


def apart(one: Iterable[Array], other: Iterable[Array]) -> float:
    """The largest difference between arrays, pair by pair."""
    return max(
        float(np.abs(a.astype(np.float64) - b).max()) for a, b in zip(one, other, strict=True)
    )


def outputs_and_states(
    noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting
) -> float:
    """Outputs of every step, and both final states."""
    spec = next(specs(setting))
    x = trial.array(setting.rows, setting.steps, 3, scale=setting.magnitude)
    start = trial.states(spec, setting.rows)
    found = []
    for one in trial.twins(noisy, exact, spec):
        result = one.call(x, initial_state=start)
        found.append([result.outputs, *(part for pair in result.states or [] for part in pair)])
    return apart(*found)


def losses(noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting) -> float:
    """The loss of one batch."""
    found = []
    for spec in specs(setting):
        ours, theirs = trial.twins(noisy, exact, spec)
        x, y = random_batch(trial, spec, setting.rows, setting.steps)
        y *= 2.0 if loss_facts(spec.loss).targets == "numbers" else 1.0
        found.append(abs(ours.gradients(x, y).loss - theirs.gradients(x, y).loss))
    return max(found)


def gradients(
    noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting
) -> float:
    """Gradients of every weight and of x, with targets of order four."""
    found = []
    for spec in specs(setting):
        ours, theirs = trial.twins(noisy, exact, spec)
        x, y = random_batch(trial, spec, setting.rows, setting.steps)
        x, y = (
            x * np.float32(setting.magnitude),
            y * (4 if loss_facts(spec.loss).targets == "numbers" else 1),
        )
        got, right = ours.gradients(x, y), theirs.gradients(x, y)
        found.append(apart([*got.weights, got.x], [*right.weights, right.x]))
    return max(found)


def derivatives(
    noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting
) -> float:
    """Finite differences of the noisy loss against its own gradient, array by array."""
    spec = next(specs(setting))
    model, _ = trial.twins(noisy, exact, spec)
    weights = model.get_weights()
    x, y = random_batch(trial, spec, setting.rows, setting.steps)
    right = model.gradients(x, y).weights
    found = []
    for index, gradient in enumerate(right):
        direction = signs(trial, gradient)

        def loss(h: float, index: int = index, direction: Array = direction) -> float:
            moved = [one.copy() for one in weights]
            moved[index] += np.float32(h) * direction
            model.set_weights(moved)
            return model.gradients(x, y).loss

        found.append(abs(derivative(loss) - float((gradient * direction).sum())))
    return max(found)


def trained(run: Run, ours: Model, theirs: Model) -> float:
    """The largest difference of a weight after any update of a run."""
    largest = 0.0
    for x, y in run.batches:
        ours.train_on_batch(x, y)
        theirs.train_on_batch(x, y)
        largest = max(largest, apart(ours.get_weights(), theirs.get_weights()))
    return largest


def sgd(noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting) -> float:
    """Weights during 50 updates of SGD."""
    spec = next(specs(setting))
    run = random_run(trial, spec, 50, setting.rows, setting.steps)
    return trained(run, *trial.twins(noisy, exact, spec, run.weights))


def steep_adam(
    noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting
) -> float:
    """Weights during 50 updates of Adam that start where no gradient is tiny."""
    spec = next(specs(setting, Adam(0.01, epsilon=1e-10)))
    run = steep_run(trial, exact, spec, 50, setting.rows, setting.steps)
    return trained(run, *trial.twins(noisy, exact, spec, run.weights))


def any_adam(noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting) -> float:
    """Weights of a classifier during 50 updates of Adam from any beginning, steep or not."""
    _, spec = specs(setting, Adam(0.01, epsilon=1e-10))
    run = random_run(trial, spec, 50, setting.rows, setting.steps)
    return trained(run, *trial.twins(noisy, exact, spec, run.weights))


def adam_steps(
    noisy: Implementation, exact: Implementation, trial: Trial, setting: Setting
) -> float:
    """A step of Adam in units of a learning rate of 2^-13, the smallest that a clause uses."""
    rate = 2.0**-13
    spec = replace(next(specs(setting)), optimizer=Adam(rate, epsilon=1e-10))
    run = steep_run(trial, exact, spec, 1, setting.rows, setting.steps)
    return trained(run, *trial.twins(noisy, exact, spec, run.weights)) / rate


QUANTITIES: dict[str, tuple[Measure, tuple[Setting, ...]]] = {
    "FORWARD": (outputs_and_states, LONG),
    "LOSS": (losses, SMALL),
    "GRADIENT": (gradients, SMALL),
    "FINITE_DIFFERENCE": (derivatives, SMALL),
    "LOCKSTEP": (lambda *args: max(sgd(*args), steep_adam(*args)), (Setting(),)),
    "TRAINED": (any_adam, (Setting(), Setting(steps=1), Setting(rows=3))),
    "ADAM_STEP": (adam_steps, (Setting(),)),
}
"""For each tolerance what is measured, and at which sizes."""


def measure(
    quantity: str, noisy: Implementation, exact: Implementation, seeds: Iterable[int] = range(200)
) -> Noise:
    """The noise of one quantity of ``QUANTITIES`` over its settings and the given seeds."""
    function, settings = QUANTITIES[quantity]
    found = [
        (function(noisy, exact, Trial(quantity, seed), setting), seed, str(setting))
        for setting in settings
        for seed in seeds
    ]
    largest, seed, setting = max(found)
    median = float(np.median([difference for difference, _, _ in found]))
    return Noise(quantity, largest, median, seed, setting, len(found))
