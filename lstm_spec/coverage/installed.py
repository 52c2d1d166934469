"""The arguments that a library really has: asked of it, recorded, and compared with its map."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lstm_spec import environments
from lstm_spec.coverage.library_map import Library

FOLDER = Path(__file__).with_name("arguments")
PROGRAM = Path(__file__).with_name("read_arguments.py")
LISTED = "listed"
SECONDS = 300.0


class CannotRead(Exception):
    """The library could not be asked; the message ends with its last words."""


@dataclass(frozen=True)
class Installed:
    """What one version of a library has."""

    version: str
    interfaces: Mapping[str, Mapping[str, Any] | None]
    """By the name of the interface its ``arguments`` and ``rest``; None if it is missing."""


def ask(library: Library, python: Path, variables: Mapping[str, str] | None = None) -> Installed:
    """What the library of that interpreter has. Raises CannotRead."""
    readable = {one.name: (one.read, one.of) for one in library.interfaces if one.read != LISTED}
    request = json.dumps({"distribution": library.distribution, "interfaces": readable})
    try:
        process = subprocess.run(
            [python, PROGRAM],
            input=request,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
            env={**os.environ, **(variables or {})},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRead(f"{library.name} in {python}: {error}") from error
    if process.returncode:
        last = "\n".join(process.stderr.strip().splitlines()[-3:])
        raise CannotRead(f"{library.name} in {python} ended with {process.returncode}: {last}")
    return Installed(**json.loads(process.stdout.strip().splitlines()[-1]))


def of_this_python(library: Library) -> Installed | None:
    """What the library has that is installed here; None if none is."""
    try:
        version(library.distribution)
    except PackageNotFoundError:
        return None
    return ask(library, Path(sys.executable))


def of_its_environment(library: Library) -> Installed | None:
    """What the library has that its recipe pins; None if the environment is not ready."""
    recipe = environments.recipe(library.environment)
    return ask(library, recipe.interpreter, recipe.surroundings) if recipe.is_ready else None


def record(library: Library) -> Path:
    """Write down what the library of its environment has. Raises CannotRead."""
    found = of_its_environment(library)
    if found is None:
        raise CannotRead(f"first make its environment: lstm-spec env create {library.environment}")
    listed = {one.name: None for one in library.interfaces if one.read == LISTED}
    facts = {
        "command": f"python -m lstm_spec.coverage.record {library.name}",
        "environment": library.environment,
        "version": found.version,
        "interfaces": {
            one.name: found.interfaces[one.name]
            for one in library.interfaces
            if one.name not in listed
        },
    }
    file = FOLDER / f"{library.name}.json"
    file.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return file


def recorded(library: Library) -> Installed:
    """What the library had when its arguments were last written down."""
    facts = json.loads((FOLDER / f"{library.name}.json").read_text("utf-8"))
    return Installed(facts["version"], facts["interfaces"])


def differences(library: Library, installed: Installed) -> list[str]:
    """A sentence for each argument without an entry, and for each entry without an argument."""
    return list(_differences(library, installed))


def _differences(library: Library, installed: Installed) -> Iterator[str]:
    whose = f"{library.name} {installed.version}"
    for one in library.interfaces:
        if one.read == LISTED:
            continue
        found = installed.interfaces.get(one.name)
        if found is None:
            yield f"{whose} has no {one.name}, which the map has"
            continue
        mapped, there = [argument.name for argument in one.arguments], found["arguments"]
        for name in there:
            if name not in mapped:
                yield f"{one.name} of {whose} has the argument {name}, for which the map has none"
        for name in mapped:
            if name not in there:
                yield f"{one.name} of {whose} has no argument {name}, for which the map has one"
        told = bool(one.rest or one.no_rest)
        if found["rest"] and not told:
            yield f"{one.name} of {whose} takes further arguments: the map does not say which"
        if told and not found["rest"]:
            yield f"{one.name} of {whose} takes no further arguments, and the map says it does"
