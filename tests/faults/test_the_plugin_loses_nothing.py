"""``pytest --implementation``: whatever a subject does to its process, pytest goes on."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

HERE = Path(__file__).parent


def run_pytest(folder, *words):
    """The finished run of pytest, with the subjects beside this file."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:benchmark", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(HERE), "FAULTS_SEEN": str(folder)},
    )


@pytest.fixture
def a_test_of_ones_own(tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert True\n")
    return tmp_path


@pytest.mark.parametrize("subject", ["leaves", "crashes"])
def test_a_process_that_ends_is_a_failure_of_each_clause_and_not_of_pytest(subject, tmp_path):
    run = run_pytest(tmp_path, "--implementation", f"faulty:{subject}", "--lstm-only", "SEQ")
    assert run.returncode == 1, run.stdout
    summary = run.stdout.splitlines()[-1]
    assert "failed" in summary, summary
    assert "passed" in summary, summary


def test_a_path_and_an_implementation_are_both_respected(a_test_of_ones_own):
    words = ("test_other.py", "--implementation", "numpy", "--lstm-only", "CELL-04")
    run = run_pytest(a_test_of_ones_own, *words)
    assert run.returncode == 0, run.stdout
    assert "2 passed" in run.stdout


@pytest.mark.parametrize("option", ["--lstm-only=CELL", "--lstm-level=smoke", "--lstm-seed=3"])
def test_an_option_that_would_be_ignored_is_an_error(option, a_test_of_ones_own):
    run = run_pytest(a_test_of_ones_own, option)
    assert run.returncode == 4
    assert "add --implementation NAME" in run.stdout + run.stderr


def test_another_project_may_have_options_of_the_same_short_names(a_test_of_ones_own):
    (a_test_of_ones_own / "conftest.py").write_text(
        "def pytest_addoption(parser):\n"
        "    for name in ('--level', '--only', '--implementation'):\n"
        "        parser.addoption(name)\n"
    )
    run = run_pytest(a_test_of_ones_own, "--level", "high", "--implementation", "theirs")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout


def test_a_node_id_can_be_given_back_and_junit_has_a_class(tmp_path):
    words = ("--implementation", "numpy", "--lstm-only", "CELL")
    listed = run_pytest(tmp_path, *words, "--collect-only", "-q").stdout
    node = next(line for line in listed.splitlines() if "CELL-04" in line)
    run = run_pytest(tmp_path, *words, node, "--junitxml=junit.xml")
    assert "1 passed" in run.stdout, run.stdout
    (case,) = ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
    assert case.get("classname")
