"""What a document prints after training, as data: rows of text and curves, made by the network.

Every function here runs a model in the way its document does, resets included. Nothing is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lstm_spec.contract import Array, Model
from lstm_spec.data.alphabet import numbers_to_letters, scale


@dataclass(frozen=True)
class Section:
    """Some lines under a heading; ``curves`` are named series over samples, for a plot."""

    heading: str
    lines: tuple[str, ...] = ()
    curves: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Demonstration:
    """The sections of a demonstration in the order of the document."""

    sections: tuple[Section, ...]


def likeliest(outputs: Array) -> Array:
    """The class of the largest output, over the last axis."""
    return np.asarray(np.argmax(outputs, axis=-1))


def answers(model: Model, x: Array) -> list[int]:
    """The class given for each row, one call of ``predict`` with batch size 1 per row.

    A stateless network answers each row by itself. A stateful one carries its state from row to
    row, so the order of the rows matters; nothing is reset here.
    """
    return [int(likeliest(model.predict(row[None], 1)[0])) for row in x]


def recite(model: Model, first: int, count: int) -> list[int]:
    """``count`` answers of a stateful one-letter network that is fed its own last answer.

    It is reset before (a cold start) and after. ``first`` is the number of the first letter.
    """
    model.reset_states()
    said: list[int] = []
    letter = first
    for _ in range(count):
        x = scale(np.array([letter])).reshape(1, 1, 1).astype(np.float32)
        letter = int(likeliest(model.predict(x, 1)[0]))
        said.append(letter)
    model.reset_states()
    return said


def recite_prefix(model: Model, first: int, count: int, width: int) -> list[int]:
    """The same for a stateless network that sees everything said so far, zero-padded on the left.

    x is (1, width, 1); the newest letter is the last step.
    """
    said = [first]
    for _ in range(count):
        x = np.zeros((1, width, 1), np.float32)
        x[0, width - len(said) :, 0] = scale(np.array(said))
        said.append(int(likeliest(model.predict(x, 1)[0])))
    return said[1:]


def letter_table(patterns: Sequence[Sequence[int]], said: Sequence[int]) -> tuple[str, ...]:
    """One line ``ABC -> D`` per pattern."""
    return tuple(
        f"{numbers_to_letters(list(pattern))} -> {numbers_to_letters([answer])}"
        for pattern, answer in zip(patterns, said, strict=True)
    )


def chain(first: int, said: Sequence[int]) -> tuple[str, ...]:
    """One line per answer, the answer of a line being the question of the next."""
    return letter_table([[letter] for letter in [first, *said[:-1]]], said)


def echo_rows(expected: Array, predicted: Array) -> tuple[str, ...]:
    """One line of expected and predicted integers per row; both are (rows, time, classes)."""
    return tuple(
        f"expected {_integers(wanted)}  predicted {_integers(got)}"
        + ("" if np.array_equal(wanted, got) else "  *")
        for wanted, got in zip(likeliest(expected), likeliest(predicted), strict=True)
    )


def _integers(row: Array) -> str:
    return "[" + " ".join(f"{int(number):2d}" for number in row) + "]"
