"""Readers in processes of their own: crashes, silence, and the table that is made of answers."""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lstm_spec.environments import Recipe
from reference.saved_models import fixtures, interpreter, loads
from reference.saved_models.fixtures import Call, Saved
from reference.saved_models.load_table import Table

FILES = ("good.h5", "refused.h5", "deadly.h5", "otherwise.h5")


def a_recipe(folder, module, **variables):
    """An environment of our own Python, whose Keras is one of the modules beside this file."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    given = {"KERAS_MODULE": f"tests.formats.{module}", **variables}
    return Recipe(str(folder), "", "", (), "", environment=str(folder), variables=given)


def test_a_module_that_hangs_is_ended_with_its_children(tmp_path):
    recipe = a_recipe(tmp_path / "env", "a_keras_that_hangs", CHILD=str(tmp_path / "child"))
    with pytest.raises(interpreter.Stopped, match="no answer in 3 s"):
        interpreter.run(recipe, "in_keras.writing", str(tmp_path), seconds=3)
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 10
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(child)


def is_running(process):
    """Whether it runs; one that has ended and was not waited for does not."""
    try:
        os.kill(process, 0)
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_what_a_module_said_last_is_told(tmp_path):
    recipe = a_recipe(tmp_path / "env", "no_such_keras")
    with pytest.raises(interpreter.Stopped, match="No module named"):
        interpreter.run(recipe, "in_keras.writing", str(tmp_path), seconds=60)


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """What a reader says of the four files; the third one ends its process."""
    recipe = a_recipe(tmp_path / "env", "a_keras_that_crashes")
    monkeypatch.setattr(loads, "kerases", lambda: {"reader": recipe})
    saved = [
        Saved(
            environment="writer",
            name=file.split(".")[0],
            files=(tmp_path / file,),
            architecture=None,
            batch_size=None,
            refused=False,
            calls=(Call(False, (np.zeros(2),), (np.array([1.0, 1.0 + (file == FILES[3])]),)),),
            writer={},
        )
        for file in FILES
    ]
    names = loads.write_jobs(saved, tmp_path)
    assert names == [("writer", file) for file in FILES]
    return loads.read_all("reader", tmp_path, len(names))


def test_a_crash_counts_for_its_own_file_alone(answers):
    assert [sorted(one) for one in answers] == [
        ["difference"],
        ["error"],
        ["error"],
        ["difference"],
    ]
    assert answers[0]["difference"] == 0
    assert answers[1]["error"].startswith("ValueError: an old file")
    assert "ended with 11" in answers[2]["error"]
    assert answers[3]["difference"] == pytest.approx(0.5)


def test_a_reader_that_does_not_start_is_not_blamed_on_the_files(tmp_path, monkeypatch):
    recipe = a_recipe(tmp_path / "env", "no_such_keras")
    monkeypatch.setattr(loads, "kerases", lambda: {"reader": recipe})
    loads.write_jobs([], tmp_path)
    with pytest.raises(interpreter.Stopped):
        loads.read_all("reader", tmp_path, 1)


def test_the_table_keeps_errors_once_and_without_places(answers, tmp_path):
    files = [("writer", file) for file in FILES]
    table = Table(files, ["good"])
    table.put("reader", answers, tmp_path)
    table.put("another", answers, tmp_path)
    table.write(tmp_path / "table.json")
    written = json.loads((tmp_path / "table.json").read_text())
    assert written["results"]["reader"] == [0.0, {"refused": 0}, {"refused": 1}, 0.5]
    assert written["results"]["another"] == written["results"]["reader"]
    assert written["errors"][0] == "ValueError: an old file, in FOLDER at 0x..."
    assert len(written["errors"]) == 2


def test_readers_that_are_not_named_keep_their_results_unless_the_files_changed(answers, tmp_path):
    files = [("writer", file) for file in FILES]
    table = Table(files, ["good"])
    table.put("reader", answers, tmp_path)
    table.write(tmp_path / "table.json")
    again = Table.read(tmp_path / "table.json", files, ["good"])
    assert again.results == table.results
    assert again.errors == table.errors
    assert Table.read(tmp_path / "table.json", files[:2], ["good"]).results == {}


# The measured table -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured():
    return json.loads(loads.DATA.read_text("utf-8"))


def test_every_reader_of_the_table_has_read_every_file_of_every_keras(measured):
    kerases = interpreter.kerases()
    assert set(measured["results"]) == set(kerases)
    assert {writer for writer, _ in measured["files"]} == set(kerases)
    assert {len(row) for row in measured["results"].values()} == {len(measured["files"])}
    expected = []
    for writer in kerases:
        models = fixtures.manifest(writer)["models"]
        expected += [
            [writer, file]
            for name in loads.MODELS
            if name in models
            for file in models[name]["files"]
        ]
    assert measured["files"] == expected


def test_the_table_is_compact(measured):
    assert loads.DATA.stat().st_size < 1_500_000
    assert measured["command"] == "python -m reference.saved_models.loads"
