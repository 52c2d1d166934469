"""The engines that ``--on`` names: where each lives, and with which loader it opens files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from lstm_spec import environments
from lstm_spec.environments import Recipe
from lstm_spec.environments.create import create
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import known

KERASES = ("keras-", "tf-keras-")
"""How the names of the pinned Kerases begin."""


@dataclass(frozen=True)
class Engine:
    """One engine.

    ``loader`` is the script that opens files with the library's own loader, None where there is
    none; it runs in ``python`` with these ``variables``.
    """

    name: str
    address: Address
    loader: Path | None = None
    python: Path = Path(sys.executable)
    variables: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 60.0
    """After how long an answer is given up."""


def kerases() -> list[str]:
    """Every pinned Keras, in the order of the years."""
    return [name for name in environments.recipes() if name.startswith(KERASES)]


def named(names: Sequence[str], python: str = "", command: str = "") -> list[Engine]:
    """The engines of ``--on``, ``--python`` and ``--command``, each once.

    Raises NoSuchSubject for a name that leads nowhere.
    """
    words = [word.strip() for one in names for word in one.split(",")]
    found = [engine(word, python) for word in dict.fromkeys(words) if word]
    if command:
        found.append(Engine(command, Address(command=command)))
    return found


def engine(name: str, python: str = "") -> Engine:
    """The engine of that name, perhaps in another interpreter.

    Raises NoSuchSubject where there is none; nothing of the engine is run.
    """
    address = Address(name, python)
    recipe = address.recipe
    if recipe is not None and not python:
        loader = Path(recipe.loader) if recipe.loader else None
        seconds = recipe.answer_seconds
        return Engine(name, address, loader, recipe.interpreter, recipe.surroundings, seconds)
    like = recipe or _same_adapter(name)
    if like is None and ":" not in name and name not in known():
        address.open()  # says what was meant
    interpreter = Path(python or sys.executable)
    if like is None or not like.loader:
        return Engine(name, address, None, interpreter)
    return Engine(name, address, Path(like.loader), interpreter, like.surroundings)


def _same_adapter(name: str) -> Recipe | None:
    """The recipe whose adapter is the file of an installed implementation, with a loader."""
    point = known().get(name)
    found = find_spec(point.module) if point else None
    if found is None or found.origin is None or point is None:
        return None
    place = f"{Path(found.origin).resolve()}:{point.attr}"
    recipes = environments.recipes().values()
    return next((one for one in recipes if one.adapter == place and one.loader), None)


def make_ready(one: Engine, say: Callable[[str], None]) -> None:
    """Make its environment where it is missing.

    Raises MissingInterpreter or InstallationFailed.
    """
    recipe = one.address.recipe
    if recipe is not None and not one.address.python and not recipe.is_ready:
        create(recipe, say)
