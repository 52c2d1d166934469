"""The program in docs/vectors.md reads an exported folder, and knows a wrong number."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "vectors.md"


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "loop.py"
    path.write_text(re.search(r"```python[^\n]*\n(.*?)```", PAGE.read_text(), re.S).group(1))
    return path


def run(program, folder):
    command = [sys.executable, "-I", str(program), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_documented_engine_agrees_with_every_case_it_can_answer(program, folder):
    said = run(program, folder)
    assert "DIFFERS" not in said
    assert len(re.findall(r"^\S+ ok ", said, re.M)) >= 15
    for name in ("forward/one-step", "forward/initial-state", "gates/output"):
        assert name in said


def test_the_documented_loop_sees_a_changed_weight(program, folder, tmp_path):
    copied = shutil.copytree(folder, tmp_path / "copied")
    path = copied / "gates" / "cell.json"
    text = path.read_text()
    number = re.search(r'"weights": \[\s*\[\s*\[.*?(0\.\d{5,})', text, re.S).group(1)
    path.write_text(text.replace(number, f"{float(number) + 0.01}", 1))
    assert re.findall(r"^(\S+) DIFFERS", run(program, copied), re.M) == ["gates/cell"]


def test_the_page_names_every_folder_and_every_operation(exported):
    page = PAGE.read_text()
    folders = {case["id"].split("/")[0] for case in exported[1]}
    operations = {one["op"] for case in exported[1] for one in case["operations"]}
    assert all(f"`{name}`" in page for name in folders)
    assert all(f"`{name}`" in page for name in operations if "." not in name)
