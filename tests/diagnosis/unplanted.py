"""Mistakes of many kinds that nobody planted: written to see what the diagnosis says of them.

Each class stands beside the words that are right about it. A mistake that has none, or of which the
diagnosis says nothing, is one for which it has no name; no mistake may be named in other words.
"""

from dataclasses import replace

from reference.mutants.planting import PARTS, RIGHT
from reference.numpy import NumpyImplementation

AGAIN = "the same input gives other numbers"
"""What is right about a race."""

WRONG = {}
"""The name of each mistake: an engine that makes it, and the words that are right about it."""


def wrong(*words):
    def register(cls):
        if issubclass(cls, NumpyImplementation):
            made = cls(name=cls.__name__, capabilities=RIGHT.capabilities)
        else:
            part = next(PARTS[base] for base in cls.__mro__ if base in PARTS)
            made = replace(RIGHT, name=cls.__name__, **{part: cls})
        WRONG[cls.__name__] = made, words
        return cls

    return register
