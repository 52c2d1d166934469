"""The rooms of the house: each is small, says what it is for, and uses only rooms below it.

The order of the rooms stands in ``pyproject.toml`` (``tool.importlinter``).
"""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
MODULES_AT_THE_TOP = 12


def lint(house):
    """The outcome of the import linter for the packages in a folder."""
    return subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def a_copy(folder):
    """The configuration and both packages, to be changed."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("lstm_spec", "reference"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def test_every_arrow_points_down_and_there_is_no_circle():
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("lstm_spec/contract.py", "from lstm_spec.cli import app"),
        ("lstm_spec/evidence.py", "import reference.numpy"),
        ("lstm_spec/report/text.py", "import keras"),
        ("reference/numpy/lstm.py", "from reference.numpy.model import NumpyModel"),
    ],
)
def test_an_arrow_that_points_up_is_found(file, line, tmp_path):
    house = a_copy(tmp_path)
    with (house / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    outcome = lint(house)
    assert outcome.returncode == 1
    assert Path(file).parts[0] in outcome.stdout


def test_a_room_without_a_place_in_the_order_is_found(tmp_path):
    house = a_copy(tmp_path)
    (house / "lstm_spec" / "attic").mkdir()
    (house / "lstm_spec" / "attic" / "__init__.py").write_text('"""Nobody knows."""\n')
    outcome = lint(house)
    assert outcome.returncode == 1
    assert "attic" in outcome.stdout


def test_few_modules_stand_at_the_top():
    top = [one.name for one in (ROOT / "lstm_spec").glob("*.py")]
    assert len(top) <= MODULES_AT_THE_TOP, top


@pytest.mark.parametrize("package", ["lstm_spec", "reference"])
def test_every_room_says_what_it_is_for(package):
    silent = [
        str(one.relative_to(ROOT))
        for one in (ROOT / package).rglob("__init__.py")
        if not (ast.get_docstring(ast.parse(one.read_text("utf-8"))) or "").strip()
    ]
    assert silent == []
