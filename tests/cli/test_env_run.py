"""``lstm-spec env run``: a script in an environment of its own, with nothing of ours in its way."""

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lstm_spec import environments
from lstm_spec.cli import app, load
from lstm_spec.cli.app import UNUSABLE, WRONG_USAGE
from lstm_spec.environments import Recipe

load()


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """An environment that is ready: this Python under another name."""
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    one = Recipe("here", "", "3.11", (), "a.py:b", variables={"SPOKEN_TO": "yes"})
    one.interpreter.parent.mkdir(parents=True)
    one.interpreter.symlink_to(sys.executable)
    one.stamp()
    monkeypatch.setattr(environments, "recipes", lambda: {one.name: one})
    return one


def run(*words):
    return CliRunner().invoke(app, ["env", "run", *map(str, words)])


def test_it_runs_with_the_variables_of_the_recipe_and_without_our_packages(recipe, tmp_path):
    script, said = tmp_path / "script.py", tmp_path / "said"
    script.write_text(
        "import os, sys\n"
        f"open({str(said)!r}, 'w').write(' '.join([sys.executable, os.environ['SPOKEN_TO'],"
        " os.environ.get('PYTHONPATH', 'none')]))\n"
    )
    assert run("here", script).exit_code == 0
    assert said.read_text() == f"{recipe.interpreter} yes none"


@pytest.mark.parametrize(
    ("code", "line"),
    [(1, "raise SystemExit(True)"), (139, "import os; os.kill(os.getpid(), 11)")],
)
def test_it_exits_as_the_script_does(recipe, tmp_path, code, line):
    script = tmp_path / "script.py"
    script.write_text(line)
    assert run("here", script).exit_code == code


def test_a_missing_script_and_an_unknown_name_are_told(recipe, tmp_path):
    assert run("here", tmp_path / "nothing.py").exit_code == WRONG_USAGE
    assert run("there", Path(__file__)).exit_code == WRONG_USAGE


def test_without_its_interpreter_it_says_so(recipe, monkeypatch):
    missing = Recipe("old", "", "2.2", (), "a.py:b")
    monkeypatch.setattr(environments, "recipes", lambda: {"old": missing})
    assert run("old", Path(__file__)).exit_code == UNUSABLE
    assert not missing.folder.exists()
