"""``vectors check``: oracles confirm, a wrong engine is told where, a changed file is found."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.vectors import exporting, files
from lstm_spec.vectors.case import cases

load()


def run(*arguments):
    return CliRunner().invoke(app, ["vectors", *map(str, arguments)])


def test_both_oracles_confirm_an_exported_folder(folder, exported):
    result = run("check", folder)
    assert result.exit_code == 0, result.output
    count = len(exported[1])
    assert f"numpy: {count} of {count} cases agree" in result.output
    assert f"scalar: {count} of {count} cases agree" in result.output


def test_a_right_engine_in_float32_agrees_and_says_what_it_cannot_do(folder, exported):
    result = run("check", folder, "--implementation", "numpy-float32")
    assert result.exit_code == 0
    precise = sum(1 for one in exported[1] if (one["model"] or {}).get("dtype") == "float64")
    assert f"{precise} not supported" in result.output
    assert "needs float64" in result.output


@pytest.fixture
def wrong_engine(tmp_path, monkeypatch):
    (tmp_path / "engine_that_swaps.py").write_text(
        "from dataclasses import replace\n"
        "from reference.numpy import NumpyModel, implementation\n"
        "class Swaps(NumpyModel):\n"
        "    def starting_states(self, rows, initial_state=None):\n"
        "        return [(c, h) for h, c in super().starting_states(rows, initial_state)]\n"
        "wrong = replace(implementation, name='swaps', model_class=Swaps)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return "engine_that_swaps:wrong"


def test_a_wrong_engine_is_told_which_cases_differ_and_where(folder, wrong_engine):
    result = run("check", folder, "--implementation", wrong_engine)
    assert result.exit_code == 1
    assert "forward/initial-state" in result.output
    assert "forward/sequence" not in result.output, "from zero, swapping changes nothing"


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copied")


def test_a_changed_file_is_found(copied):
    path = copied / "forward" / "sequence.json"
    path.write_text(path.read_text().replace("Five steps", "Four steps"))
    result = run("check", copied)
    assert result.exit_code == 2
    assert "forward/sequence.json is not the file that was exported" in " ".join(
        result.output.split()
    )


def test_a_missing_file_is_found(copied):
    (copied / "gates" / "cell.json").unlink()
    assert run("check", copied).exit_code == 2


def test_a_manifest_that_leads_outside_is_refused(copied):
    manifest = json.loads((copied / files.MANIFEST).read_text())
    manifest["cases"][0]["path"] = "../elsewhere.json"
    (copied / files.MANIFEST).write_text(json.dumps(manifest))
    result = run("check", copied)
    assert result.exit_code == 2
    assert "cases/0/path" in result.output


def test_a_folder_without_a_manifest_is_wrong_usage(tmp_path):
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "manifest.json" in result.output


def test_the_command_exports_and_refuses_a_full_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "cases", lambda seed: cases(seed)[:3])
    result = run("export", tmp_path / "new", "--no-onnx", "--seed", "5")
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "new" / files.MANIFEST).read_text())["seed"] == 5
    again = run("export", tmp_path / "new", "--no-onnx")
    assert again.exit_code == 2
    assert "not empty" in again.output


def test_an_adam_that_adds_epsilon_after_the_correction_is_compared_with_its_like(
    folder, exported, tmp_path, monkeypatch
):
    """``verify`` passes it; its cases of Adam used to differ here."""
    adam = sum(
        1 for one in exported[1] if one["model"] and "Adam" in str(one["model"]["optimizer"])
    )
    (tmp_path / "engine_of_the_paper.py").write_text(
        "from dataclasses import replace\n"
        "from reference.numpy import implementation\n"
        "right = replace(implementation.with_adam_epsilon('after'), name='of the paper')\n"
        "wrong = replace(right, adam_epsilon='before', name='says before')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    right = run("check", folder, "--implementation", "engine_of_the_paper:right")
    assert right.exit_code == 0, right.output
    assert f"{adam} cases of Adam compared with an oracle that adds epsilon after" in " ".join(
        right.output.split()
    )
    wrong = run("check", folder, "--implementation", "engine_of_the_paper:wrong")
    assert wrong.exit_code == 1
    assert int(re.search(r"(\d+) differ", wrong.output)[1]) >= 8
