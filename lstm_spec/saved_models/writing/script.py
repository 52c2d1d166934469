"""What a script consists of: definitions that it needs, lines that build, arrays by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.formats.stored import NotSpecified
from lstm_spec.meaning.saved_model import SavedModel

Array = NDArray[Any]


class CannotHold(NotSpecified):
    """The target has no words for a part of the model; the sentence names it."""


@dataclass
class Script:
    """A script in the making.

    ``definitions`` are functions of its own by name, in the order in which they were needed;
    ``arrays`` go into the ``.npz`` beside it.
    """

    definitions: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)

    def need(self, name: str, text: str) -> str:
        """Use a definition, which is written once."""
        self.definitions.setdefault(name, text.strip("\n"))
        return name


def heading(saved: SavedModel, target: str) -> str:
    """The docstring: what the script is, and who has compared it."""
    return (
        f'"""{saved.file.name}, rebuilt for {target}.\n\n'
        f"{saved.format}, written by {saved.writer}. lstm-spec wrote this script and compared its\n"
        "outputs with what the file means. The arrays are in the .npz file beside it; build()\n"
        'returns the model.\n"""'
    )


def arrays_by_name(saved: SavedModel) -> dict[str, Array]:
    """The arrays in the order of the description, each under a name that says what it is.

    They are float32, as the file had them, unless the model computes in float64.
    """
    dtype = np.dtype(saved.spec.dtype)
    found: dict[str, Array] = {}
    for number, (layer, held) in enumerate(
        zip(saved.spec.layers, saved.spec.layer_weights, strict=True)
    ):
        for weight in held:
            half = "_backward" if weight.half else ""
            name = f"{number:02}_{type(layer).__name__}{half}_{weight.name.replace(' ', '_')}"
            found[name] = saved.weights[len(found)].astype(dtype)
    return found


def call(function: str, *arguments: Any, **named: Any) -> str:
    """A call as Python text; None stands for an argument that is left out."""
    said = [str(one) for one in arguments]
    said += [f"{name}={value}" for name, value in named.items() if value is not None]
    return f"{function}({', '.join(said)})"


def unless(value: Any, default: Any) -> str | None:
    """An argument as text, or None where it has its default."""
    return None if value == default else repr(value)


def in_lines(calls: Sequence[str], indent: int) -> str:
    """One call a line, with commas."""
    return "".join(f"{' ' * indent}{one},\n" for one in calls)
