"""What a script consists of: definitions that it needs, lines that build, arrays by name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.formats.stored import NotSpecified
from lstm_spec.meaning.saved_model import SavedModel

Array = NDArray[Any]

WIDTH = 99
"""No line of a script is longer, as far as its calls can be broken."""


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
    """The docstring: what the script is, and who has compared it.

    The name of the file and what it says of its writer are somebody else's text: of it, nothing
    reaches the script that could end a docstring.
    """
    name, writer = harmless(saved.file.name), harmless(str(saved.writer))
    return (
        f'"""{name}, rebuilt for {target}.\n\n'
        f"{saved.format}, written by {writer}.\n"
        "lstm-spec wrote this script and compared its outputs with what the file means.\n"
        'The arrays are in the .npz file beside it; build() returns the model.\n"""'
    )


def harmless(text: str) -> str:
    """The text with a question mark for everything but letters, digits and a few signs."""
    return re.sub(r"[^A-Za-z0-9 _.,:;+()-]", "?", text)[:60]


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


def literal(value: Any) -> str:
    """A value as Python text, words in double quotes."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def unless(value: Any, default: Any) -> str | None:
    """An argument as text, or None where it has its default."""
    return None if value == default else literal(value)


def laid_out(line: str, indent: int, end: str = "") -> str:
    """A statement or an argument on one line or, where that is too long, one line an argument."""
    space = " " * indent
    if len(space + line + end) <= WIDTH or "(" not in line or not line.endswith(")"):
        return f"{space}{line}{end}\n"
    head, _, rest = line.partition("(")
    inner = "".join(laid_out(one, indent + 4, ",") for one in separated(rest[:-1]))
    return f"{space}{head}(\n{inner}{space}){end}\n"


def separated(arguments: str) -> list[str]:
    """The arguments of a call, apart at the commas outside all brackets."""
    found, depth = [""], 0
    for letter in arguments:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [one.strip() for one in found if one.strip()]
