"""An experiment counts if it comes out the same whenever it is done.

What a subject answers is written down while an experiment is done; done again from the same seed,
it must give the same answers. One that gives others (a race, memory that was never written) has no
mistake that could be named, whatever its numbers look like.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.diagnosis.finding import MATCH, Finding
from lstm_spec.model import LSTM, SGD, ModelSpec

FEWEST, MOST, ANSWERS = 3, 8, 60
"""An experiment that finds something is done at least so often in all, and at most; between them,
until it has had so many answers. A race that spoils one answer in seven gives a whole experiment
the same wrong answers each time with a probability below 1e-5."""

LIFE = 30
"""Rounds of a life: a race that spoils one answer in seven spares all of them with a probability of
1e-2, and gives two lives the same answers with 1e-6."""

FEWEST_ROUNDS, SECONDS = 8, 1.0
"""A life of a slow subject has no further round once it has had so many and has taken so long, and
an experiment of it that has been done ``FEWEST`` times is not done again."""

Run = Callable[[Implementation, Implementation, Trial], list[Finding]]
"""Does an experiment with a subject and an oracle."""


class Contradiction(Exception):
    """The same experiment came out otherwise when it was done again."""


def repeated(
    name: str, run: Run, subject: Implementation, oracle: Implementation, seed: int
) -> list[Finding]:
    """What the experiment of this name finds every time that it is done.

    Nothing is found where the subject cannot take part (a missing capability, an exception): the
    clauses have their own verdicts for that. Raises Contradiction where answers or findings differ.
    """
    began = time.monotonic()
    findings, answers = _done(name, run, subject, oracle, seed)
    if not findings:
        return []
    times = min(max(FEWEST, -(-ANSWERS // max(1, len(answers)))), MOST)
    for done in range(1, times):
        if done >= FEWEST and time.monotonic() - began > SECONDS:
            break
        again, others = _done(name, run, subject, oracle, seed)
        if again != findings or not _same(answers, others):
            raise Contradiction
    return findings


def the_same_life(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """A model's life of many operations, twice. Raises Contradiction where the answers differ.

    The second life has as many rounds as the first.
    """
    can = set(subject.capabilities)
    spec = ModelSpec(
        (LSTM(4, stateful=Capability.STATEFUL in can),), 3, batch_size=3, optimizer=SGD(0.01)
    )
    weights, x, y = trial.weights(spec), trial.array(LIFE, 3, 2, 3), trial.array(LIFE, 3, 4)
    rounds = LIFE
    lives: list[list[Array]] = []
    for _ in range(2):
        life, began = Recorded(trial.model(subject, spec, weights)), time.monotonic()
        if Capability.STATEFUL in can:
            life.reset_states()
        for turn in range(rounds):
            one, target = x[turn].copy(), y[turn].copy()
            life.call(one)
            if Capability.PREDICT in can:
                life.predict(np.concatenate([one, one]), len(one))
            if Capability.EVALUATE in can:
                life.evaluate(one, target, len(one))
            if Capability.GRADIENTS in can:
                life.gradients(one, target)
            if Capability.TRAIN in can:
                life.train_on_batch(one, target)
                life.get_weights()
            if Capability.STATEFUL in can and turn % 2:
                life.reset_states()
            if not lives and turn + 1 >= FEWEST_ROUNDS and time.monotonic() - began > SECONDS:
                rounds = turn + 1
                break
        lives.append(life.answers)
    if not _same(*lives):
        raise Contradiction
    return []


def _done(
    name: str, run: Run, subject: Implementation, oracle: Implementation, seed: int
) -> tuple[list[Finding], list[Array]]:
    """The findings of one experiment, and every number that the subject gave in it."""
    recorded = Recorded(subject)
    try:
        findings = run(recorded, oracle, Trial(f"diagnosis: {name}", seed))
    except Contradiction:
        raise
    except Exception:
        findings = []
    return findings, recorded.answers


class Recorded:
    """A subject, or one of its models, whose answers are written down."""

    def __init__(self, inner: Any, answers: list[Array] | None = None) -> None:
        self._inner = inner
        self.answers = [] if answers is None else answers

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value) or name.startswith("_"):
            return value

        def asked(*args: Any, **kwargs: Any) -> Any:
            answer = value(*args, **kwargs)
            if name in ("build", "load", "clone"):
                return Recorded(answer, self.answers)
            self.answers.extend(_arrays(answer))
            return answer

        return asked


def _arrays(answer: Any) -> list[Array]:
    """Copies of the numbers in an answer, in order."""
    if isinstance(answer, np.ndarray):
        return [np.array(answer)]
    if isinstance(answer, bool | int | float | np.number):
        return [np.array(answer, np.float64)]
    if isinstance(answer, Mapping):
        return [one for name in sorted(answer) for one in _arrays(answer[name])]
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return [one for part in answer for one in _arrays(part)]
    return (
        [one for part in vars(answer).values() for one in _arrays(part)] if _plain(answer) else []
    )


def _plain(answer: Any) -> bool:
    """Whether an answer is an object with fields of its own (the dataclasses of the contract)."""
    return hasattr(answer, "__dataclass_fields__")


def _same(one: Sequence[Array], other: Sequence[Array]) -> bool:
    """Whether all numbers agree, but for rounding in another order."""
    return len(one) == len(other) and all(
        a.shape == b.shape
        and (a.dtype == b.dtype)
        and bool(np.allclose(a, b, rtol=MATCH, atol=MATCH, equal_nan=True))
        for a, b in zip(one, other, strict=True)
    )
