"""A mistake about states is planted by replacing one part of the NumPy engine.

    @plant("only h is carried", "STATE-02")
    class OnlyH(NumpyModel):
        ...

registers an engine that makes this mistake, and the clauses that must see it. A whole
implementation may be given as well, for mistakes of ``build`` and ``load``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reference.mutants.planting import PARTS
from reference.numpy import NumpyImplementation, implementation


class Planted(NamedTuple):
    """A mistake, the engine that makes it, and the clauses that notice."""

    name: str
    subject: NumpyImplementation
    clauses: tuple[str, ...]


PLANTED: list[Planted] = []


def plant(name: str, *clauses: str):
    """Register the engine in which the decorated class takes the place of one part."""

    def register(wrong: type) -> type:
        if issubclass(wrong, NumpyImplementation):
            subject = wrong(name=name)
        else:
            part = next(PARTS[base] for base in wrong.__mro__ if base in PARTS)
            subject = replace(implementation, name=name, **{part: wrong})
        PLANTED.append(Planted(name, subject, clauses))
        return wrong

    return register


def zeros(states):
    return [(0 * h, 0 * c) for h, c in states]


def aside(model, operation):
    """Run ``operation`` and put the states back to where they were."""
    states = list(model.states)
    result = operation()
    model.states = states
    return result
