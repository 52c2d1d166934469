"""The examples of docs/mutants.md are run as they stand: verify must say no, with exit code 1."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "mutants.md").read_text("utf-8")
BLOCKS = re.findall(r"```python[^\n]*\n(.*?)```", PAGE, re.S)
FILES = [code for code in BLOCKS if "mutant = " in code]

COMMAND = [sys.executable, "-m", "lstm_spec.cli", "verify"]


@pytest.mark.parametrize("code", FILES, ids=["a-part-of-the-engine", "a-function"])
def test_a_strangers_mutant_fails_verification(code, tmp_path):
    (tmp_path / "my_mutants.py").write_text(code, encoding="utf-8")
    assert "lstm-spec verify my_mutants:mutant --only CELL\n" in PAGE
    done = subprocess.run(
        [*COMMAND, "my_mutants:mutant", "-n", "1", "--only", "CELL"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    told = " ".join(done.stdout.split())
    assert (
        "the forget gate is always open" in told
        or "the output uses the cell state without tanh" in told
    )


def test_the_first_example_has_ten_lines():
    lines = [line for line in FILES[0].splitlines() if line.strip()]
    assert len(FILES) == 2
    assert len(lines) <= 10
