"""Cases as files: plain JSON that a person can read, a manifest, and their schema."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np

from lstm_spec.output import targets

MANIFEST = "manifest.json"


class BadVectors(ValueError):
    """The folder does not hold what its manifest says; the message says where."""


class NotConfirmed(AssertionError):
    """The second engine gives other numbers than the first: nothing was written."""


def plain(value: Any) -> Any:
    """Arrays as nested lists, NaN as null; everything else as it is."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def as_text(value: Any, indent: int = 0) -> str:
    """JSON with one line for every innermost list: a row of a matrix is a row of the file.

    Python writes a float with as few digits as give the same double back, 17 at most.
    """
    space = " " * (indent + 1)
    if isinstance(value, dict) and value:
        lines = [
            f"{space}{json.dumps(key)}: {as_text(one, indent + 1)}" for key, one in value.items()
        ]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    if isinstance(value, list) and any(isinstance(one, list | dict) for one in value):
        lines = [space + as_text(one, indent + 1) for one in value]
        return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
    return json.dumps(value, allow_nan=False)


def write(path: Path, value: Any) -> None:
    """Write plain data as JSON with a line feed at its end, the same on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    targets.write(as_text(value) + "\n", path)


def read(path: Path) -> dict[str, Any]:
    """The data of one file. Raises BadVectors if there is none or it is no JSON object."""
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadVectors(f"{path} is no text, so it is no JSON") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadVectors(f"{path}: {error}") from error
    if not isinstance(made, dict):
        raise BadVectors(f"{path}: expected a JSON object")
    return made


def digest(path: Path) -> str:
    """The sha256 of a file in hexadecimal."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadVectors(f"{path} is in the manifest but cannot be read: {error}") from error


def schema() -> dict[str, Any]:
    """The JSON schema of a manifest (its root) and of a case (``$defs/case``)."""
    text = (files("lstm_spec") / "schemas" / "vectors.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def validator(kind: str) -> Any:
    """The part of the schema that describes a ``manifest`` or a ``case``."""
    chosen = {**schema(), "$ref": f"#/$defs/{kind}"}
    jsonschema.Draft202012Validator.check_schema(chosen)
    return jsonschema.Draft202012Validator(chosen)


def validate(data: Mapping[str, Any], kind: str, name: str) -> None:
    """Raise BadVectors unless the data are a ``manifest`` or a ``case`` as the schema has it."""
    error = jsonschema.exceptions.best_match(validator(kind).iter_errors(data))
    if error is not None:
        place = "/".join(map(str, error.absolute_path)) or "the top"
        raise BadVectors(f"{name}: at {place}: {error.message[:300]}")
