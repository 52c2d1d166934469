"""``pytest --implementation``: clauses as test items."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run_pytest(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:benchmark", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )


def test_the_clauses_are_collected_when_an_implementation_is_named(tmp_path):
    run = run_pytest(tmp_path, "--implementation", "specimens:right", "--lstm-only", "CELL", "-v")
    assert run.returncode == 0, run.stdout
    assert "CELL-01-" in run.stdout
    assert "lstm-spec: specimens:right against the usual oracle, seed 0" in run.stdout


def test_a_failing_clause_reads_like_the_report(tmp_path):
    words = ("--implementation", "specimens:state_swapped", "--lstm-only", "STATE", "-n", "2")
    run = run_pytest(tmp_path, *words)
    assert run.returncode == 1
    assert "reproduce: lstm-spec verify specimens:state_swapped --only" in run.stdout
    assert "Traceback" not in run.stdout


def test_clauses_can_be_selected_by_name(tmp_path):
    run = run_pytest(tmp_path, "--implementation", "specimens:right", "-k", "no_such_words")
    assert "deselected" in run.stdout
    assert run.returncode == 5


def test_a_wrong_name_is_a_usage_error(tmp_path):
    run = run_pytest(tmp_path, "--implementation", "nunpy")
    assert run.returncode == 4
    assert "Did you mean numpy" in run.stdout + run.stderr


def test_an_unknown_family_is_a_usage_error(tmp_path):
    run = run_pytest(tmp_path, "--implementation", "specimens:right", "--lstm-only", "STATES")
    assert run.returncode == 4
    assert "did you mean STATE" in run.stdout + run.stderr


def test_without_an_implementation_the_plugin_does_nothing(tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert True\n")
    run = run_pytest(tmp_path)
    assert run.returncode == 0
    assert "1 passed" in run.stdout
    assert "lstm-spec:" not in run.stdout
