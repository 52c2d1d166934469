"""A recipe of npm packages: installed without running their scripts, and run by Node."""

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_spec import environments
from lstm_spec.environments import Recipe
from lstm_spec.environments.create import MissingInterpreter, create
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.subjects import address

ENGINE = Path(__file__).parents[2] / "examples" / "node" / "lstm_engine.js"

FAKE = """#!/bin/sh
while [ "$1" != "--prefix" ]; do echo "$1" >> "$LOG"; shift; done
mkdir -p "$2/node_modules"; echo "$3" >> "$LOG"
"""


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path / "environments"))
    adapter = f"{ENGINE}:"
    return Recipe("an-engine", "an engine", "", (), adapter, packages=("engine@1.2.3",))


def put_on_path(folder, monkeypatch, *programs):
    folder.mkdir()
    for program in programs:
        (folder / program).write_text(FAKE)
        (folder / program).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if programs else str(folder))


def test_packages_are_installed_without_their_scripts(recipe, tmp_path, monkeypatch):
    put_on_path(tmp_path / "bin", monkeypatch, "npm", "node")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    assert not recipe.is_ready
    create(recipe)
    said = (tmp_path / "log").read_text().split()
    assert said[0] == "install"
    assert "--ignore-scripts" in said
    assert said[-1] == "engine@1.2.3"
    assert recipe.is_ready
    assert not replace(recipe, packages=("engine@1.2.4",)).is_ready


def test_without_npm_the_remedy_is_named(recipe, tmp_path, monkeypatch):
    put_on_path(tmp_path / "bin", monkeypatch)
    with pytest.raises(MissingInterpreter, match="Node"):
        create(recipe)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not on this machine")
def test_the_adapter_is_run_by_node(recipe, monkeypatch):
    recipe.folder.mkdir(parents=True)
    recipe.stamp()
    monkeypatch.setattr(address, "recipes", lambda: {recipe.name: recipe})
    with address.Address(recipe.name).open() as subject:
        assert subject.name == "JavaScript example"
        model = subject.build(ModelSpec((LSTM(4),), features=3))
        assert model.call(np.zeros((2, 5, 3), np.float32)).outputs.shape == (2, 4)


def test_a_recipe_for_python_keeps_its_fingerprint():
    recipe = Recipe("one", "one", "3.11", ("numpy==2.2.6",), "one.py:implementation")
    assert recipe.fingerprint == replace(recipe, description="another").fingerprint
    assert recipe.fingerprint != replace(recipe, packages=("engine@1.2.3",)).fingerprint
    assert environments.root() in recipe.folder.parents
