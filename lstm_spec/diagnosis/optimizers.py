"""Optimisers that move the weights otherwise than they were told to.

Most mistakes are those of an optimiser that was told something else: momentum that is dampened is
the momentum of a smaller learning rate. Such a mistake is written as that other description, and
the oracle trains with it; what no description says is a formula for one movement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Model, Unsupported, rmsprop_epsilon_of
from lstm_spec.diagnosis.finding import Finding, matches, nearest
from lstm_spec.model import (
    LSTM,
    SGD,
    Adam,
    AdamW,
    AnyOptimizer,
    CosineDecay,
    ExponentialDecay,
    ModelSpec,
    PiecewiseConstant,
    RMSprop,
)

ROWS, STEPS, FEATURES, UNITS = 2, 3, 3, 4
FAMILIES = ("TRAIN", "LIFE", "PIPE")
RATE, DECAY, MOMENTUM, LIMIT = 0.375, 0.25, 0.75, 2.0**-6

Arrays = list[Array]
Formula = Callable[[Arrays, Arrays], Arrays]
"""(weights, gradients) to what is added to each array."""


@dataclass(frozen=True)
class OtherPlace:
    """The same optimiser of an engine that adds the epsilon of RMSprop at the other place."""


Way = AnyOptimizer | Formula | OtherPlace


@dataclass(frozen=True)
class Case:
    """An optimiser, and what it does by mistake, in words."""

    asked: AnyOptimizer
    mistakes: Mapping[str, Way]
    updates: int = 3


def descent(*, limit: Callable[[Array], Array] = lambda g: g, decay: float = 0.0) -> Formula:
    """Plain descent along a gradient that is limited, of weights that decay."""

    def moved(weights: Arrays, slopes: Arrays) -> Arrays:
        return [-RATE * limit(g) - RATE * decay * w for w, g in zip(weights, slopes, strict=True)]

    return moved


def _as_long(length: float) -> Callable[[Array], Array]:
    return lambda g: g * (length / np.linalg.norm(g))


def _only_upwards(g: Array) -> Array:
    return np.minimum(g, LIMIT)


def _with_decay_in_the_limit(weights: Arrays, slopes: Arrays) -> Arrays:
    return descent(limit=_as_long(LIMIT))(
        weights, [g + DECAY * w for w, g in zip(weights, slopes, strict=True)]
    )


def _without_the_bias(weights: Arrays, slopes: Arrays) -> Arrays:
    decaying, still = descent(decay=DECAY)(weights, slopes), descent()(weights, slopes)
    return [*decaying[:-1], still[-1]]


SMALL = 0.125
COUPLED = AdamW(SMALL, epsilon=2.0**-6, weight_decay=DECAY)


def _coupled(weights: Arrays, slopes: Arrays) -> Arrays:
    """The first update of Adam, whose moments see the decay as well."""
    epsilon = COUPLED.epsilon / np.sqrt(1 - COUPLED.beta_2)
    sums = [g + DECAY * w for w, g in zip(weights, slopes, strict=True)]
    return [-SMALL * one / (np.abs(one) + epsilon) for one in sums]


MOVED_AFTERWARDS = RATE * (1 - RATE * DECAY)
"""The share of the gradient that is left where the weights decay after they have been moved."""

PLAIN = RMSprop(0.125, rho=0.75, epsilon=2.0**-6)
AVERAGED = SGD(RATE, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=2)
OF_MOMENTUM = "the momentum is ignored"
OF_THE_MOVEMENT = "the movement is limited and not the gradient"

GROUPS: dict[str, tuple[Case, ...]] = {
    "momentum": (
        Case(
            SGD(RATE, MOMENTUM),
            {
                OF_MOMENTUM: SGD(RATE),
                "momentum looks ahead without being asked to": SGD(RATE, MOMENTUM, nesterov=True),
                "the velocity takes in only the share 1 - momentum of a gradient": SGD(
                    (1 - MOMENTUM) * RATE, MOMENTUM
                ),
                "the velocity is multiplied by the learning rate once more": SGD(
                    RATE, RATE * MOMENTUM
                ),
            },
        ),
        Case(
            SGD(RATE, MOMENTUM, nesterov=True),
            {"the look ahead of Nesterov is ignored": SGD(RATE, MOMENTUM), OF_MOMENTUM: SGD(RATE)},
        ),
    ),
    "limits": (
        Case(
            SGD(RATE, clipnorm=LIMIT),
            {
                "clipnorm is ignored": SGD(RATE),
                "the norm is taken over all arrays": SGD(RATE, global_clipnorm=LIMIT),
                OF_THE_MOVEMENT: SGD(RATE, clipnorm=LIMIT / RATE),
            },
        ),
        Case(
            SGD(RATE, global_clipnorm=LIMIT),
            {
                "global_clipnorm is ignored": SGD(RATE),
                "the norm is taken of each array by itself": SGD(RATE, clipnorm=LIMIT),
                OF_THE_MOVEMENT: SGD(RATE, global_clipnorm=LIMIT / RATE),
            },
        ),
        Case(
            SGD(RATE, clipvalue=LIMIT),
            {
                "clipvalue is ignored": SGD(RATE),
                "negative entries are not limited": descent(limit=_only_upwards),
                OF_THE_MOVEMENT: SGD(RATE, clipvalue=LIMIT / RATE),
            },
        ),
        Case(
            SGD(RATE, clipnorm=8.0),
            {"a gradient within the limit is made longer": descent(limit=_as_long(8.0))},
            updates=1,
        ),
    ),
    "rmsprop": (
        Case(
            PLAIN,
            {
                "epsilon is {} the root": OtherPlace(),
                "rho and 1 - rho are exchanged": replace(PLAIN, rho=0.25),
            },
        ),
        Case(
            replace(PLAIN, momentum=0.5),
            {
                "the momentum of RMSprop is ignored": PLAIN,
                "with momentum, epsilon is {} the root": OtherPlace(),
            },
        ),
        Case(
            replace(PLAIN, centered=True),
            {"the mean is not taken out of the mean square": PLAIN},
        ),
    ),
    "decay": (
        Case(
            SGD(RATE, weight_decay=DECAY),
            {
                "weights do not decay": SGD(RATE),
                "weight decay is not multiplied by the learning rate": SGD(
                    RATE, weight_decay=DECAY / RATE
                ),
                "weights decay after they have been moved": SGD(
                    MOVED_AFTERWARDS, weight_decay=RATE * DECAY / MOVED_AFTERWARDS
                ),
                "weight decay takes a share of the gradient and not of the weights": SGD(
                    (1 + DECAY) * RATE
                ),
                "the bias does not decay": _without_the_bias,
            },
        ),
        Case(
            SGD(RATE, clipnorm=LIMIT, weight_decay=DECAY),
            {
                "weight decay is added to the gradient before that is limited": (
                    _with_decay_in_the_limit
                )
            },
        ),
        Case(
            COUPLED,
            {
                "weight decay is added to the gradient": _coupled,
                "weights do not decay": Adam(0.125, epsilon=2.0**-6),
            },
            updates=1,
        ),
    ),
    "accumulation": (
        Case(
            SGD(RATE, gradient_accumulation_steps=2),
            {
                "gradients are not accumulated": SGD(RATE),
                "accumulated gradients are added up and not averaged": SGD(
                    2 * RATE, gradient_accumulation_steps=2
                ),
            },
            updates=4,
        ),
    ),
    "averages": (
        Case(
            AVERAGED,
            {
                "averages do not replace the weights in training": SGD(RATE),
                "ema_momentum is the share of the new weights": replace(
                    AVERAGED, ema_momentum=0.25
                ),
            },
        ),
    ),
    "schedules": (
        Case(
            SGD(ExponentialDecay(RATE, 1, 0.5)),
            {
                "every batch has the first learning rate of a schedule": SGD(RATE),
                "a schedule counts the batch itself": SGD(ExponentialDecay(RATE / 2, 1, 0.5)),
            },
        ),
        Case(
            SGD(ExponentialDecay(RATE, 2, 0.25, staircase=True)),
            {"the stairs of a schedule are ignored": SGD(ExponentialDecay(RATE, 2, 0.25))},
        ),
        Case(
            SGD(CosineDecay(RATE, 2, alpha=0.5)),
            {"a cosine schedule ends at zero": SGD(CosineDecay(RATE, 2))},
        ),
        Case(
            SGD(PiecewiseConstant((1,), (RATE, RATE / 4))),
            {
                "a boundary is the first batch of the next piece": SGD(
                    PiecewiseConstant((0,), (RATE, RATE / 4))
                )
            },
        ),
    ),
}
"""Cases of a kind: after the first that finds a mistake, the others of its group have nothing to
add."""


def settings(
    kind: str, subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    """Each case of a kind is trained for a few updates; its weights are compared with each
    mistake's.

    Of the options of SGD nothing is said where SGD without options moves the weights wrongly.
    """
    cases = GROUPS[kind]
    if _mistake(Case(SGD(RATE), {}), subject, oracle, trial) != "":
        cases = tuple(one for one in cases if not isinstance(one.asked, SGD))
    for case in cases:
        try:
            mistake = _mistake(case, subject, oracle, trial)
        except Unsupported:
            continue
        if mistake:
            other = {"inside": "outside"}.get(rmsprop_epsilon_of(oracle), "inside")
            return [Finding(mistake.format(other), FAMILIES)]
    return []


def _mistake(
    case: Case, subject: Implementation, oracle: Implementation, trial: Trial
) -> str | None:
    spec = ModelSpec((LSTM(UNITS),), FEATURES, optimizer=case.asked)
    weights = trial.weights(spec)
    batches = [
        (trial.array(ROWS, STEPS, FEATURES), 8 * trial.array(ROWS, UNITS))
        for _ in range(case.updates)
    ]

    def trained(model: Model) -> Arrays:
        for x, y in batches:
            model.train_on_batch(x, y)
        return model.get_weights()

    def moved(by: Formula) -> Arrays:
        model = trial.model(oracle, spec, weights)
        for x, y in batches:
            now = model.get_weights()
            steps = by(now, model.gradients(x, y).weights)
            model.set_weights([w + step for w, step in zip(now, steps, strict=True)])
        return model.get_weights()

    def by(way: Way) -> Arrays:
        if isinstance(way, OtherPlace):
            return trained(trial.model(_elsewhere(oracle), spec, weights))
        if callable(way):
            return moved(way)
        return trained(trial.model(oracle, replace(spec, optimizer=way), weights))

    got = trained(trial.model(subject, spec, weights))

    def agrees(way: Way) -> bool:
        return all(map(matches, got, by(way)))

    return nearest({"": case.asked, **case.mistakes}, agrees)


def _elsewhere(oracle: Implementation) -> Implementation:
    """The oracle whose RMSprop adds epsilon at the other place; Unsupported if there is none."""
    engine: Any = oracle
    if not hasattr(engine, "with_rmsprop_epsilon"):
        raise Unsupported(f"{oracle.name} adds epsilon at one place only")
    other = "outside" if rmsprop_epsilon_of(oracle) == "inside" else "inside"
    made: Implementation = engine.with_rmsprop_epsilon(other)
    return made
