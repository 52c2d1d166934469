"""The folders of the tests stand on ``sys.path`` while they run, so their names have to be free."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {one.parent.name for one in (ROOT / "tests").glob("*/*.py")}


def libraries():
    """The name of every library that the package, an extra or an adapter asks for."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, foreign = asked["project"], asked["tool"]["mypy"]["overrides"][0]["module"]
    lists = [project["dependencies"], *project["optional-dependencies"].values(), foreign]
    return {re.split(r"\W", line.replace("-", "_"))[0] for lines in lists for line in lines}


def test_every_test_lies_in_a_room():
    """pytest puts a test's folder on ``sys.path``: a test here would offer the rooms as modules."""
    assert not list((ROOT / "tests").glob("*.py"))


def test_no_room_is_called_like_a_library():
    """``import jax`` would find a folder ``jax`` where the library is not installed."""
    assert {"jax", "keras", "numpy", "torch"} <= libraries()
    assert not ROOMS & libraries()
