"""Which mistake is it? A subject's own numbers are compared with those of every known mistake.

A mistake is named only if the oracle, made to commit it, gives the subject's numbers on a designed
trace where no other explanation does. Nothing is named for a subject that conforms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.trial import Trial

MATCH = 1e-5
"""Numbers of order one agree to this when one hypothesis explains the other: ten times the float32
tolerance, a hundredth of the distance between any two hypotheses on the designed traces."""


@dataclass(frozen=True)
class Finding:
    """A mistake that reproduces the subject's numbers, in words."""

    sentence: str
    families: tuple[str, ...]
    """The families of clauses whose failures it can explain."""


Experiment = Callable[[Implementation, Implementation, Trial], list[Finding]]


def diagnose(subject: Implementation, oracle: Implementation, seed: int = 0) -> list[Finding]:
    """Every mistake that could be proven; empty for a conforming subject.

    An experiment that the subject cannot take part in (a missing capability, an exception) proves
    nothing and is passed over: the clauses have their own verdicts for that.
    """
    from lstm_spec.diagnosis import carry, conventions, lifecycle, masks

    experiments: list[tuple[Experiment, set[Capability]]] = [
        (conventions.forward, {Capability.FORWARD}),
        (masks.masked, {Capability.MASK}),
        (carry.between_calls, {Capability.STATEFUL}),
        (carry.inside_predict, {Capability.STATEFUL, Capability.PREDICT}),
        (carry.after_reset, {Capability.STATEFUL}),
        (lifecycle.operations, {Capability.STATEFUL}),
    ]
    findings: list[Finding] = []
    for experiment, needs in experiments:
        if needs <= set(subject.capabilities):
            trial = Trial(f"diagnosis: {experiment.__name__}", seed)
            try:
                findings += experiment(subject, oracle, trial)
            except Exception:
                continue
    return findings


def matches(got: Array, expected: Array) -> bool:
    """Whether a hypothesis gives the subject's numbers."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or not np.isfinite(got).all():
        return False
    return bool(np.abs(got - expected).max(initial=0.0) < MATCH)
