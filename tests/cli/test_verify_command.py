"""``lstm-spec verify`` from the outside: sentences, exit codes, files."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from lstm_spec.clauses import Level, select
from lstm_spec.cli import app, load
from lstm_spec.cli.app import err, out
from lstm_spec.contract import Capability
from lstm_spec.lifting import Lifted
from lstm_spec.report import reading

load()

HERE = Path(__file__).parent
ANSWERABLE = [one for one in select([], Level.CORE) if one.needs <= Lifted.capabilities]


def lstm_spec(*words):
    """The command in this process; its judges are processes all the same, one unless asked for."""
    if words[0] in ("verify", "compare") and "-n" not in words:
        words = (*words, "-n", "1")
    with chdir(HERE):
        ran = CliRunner().invoke(app, list(words))
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return SimpleNamespace(returncode=ran.exit_code, stdout=ran.stdout, stderr=ran.stderr)


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    for console in (out, err):
        monkeypatch.setattr(console, "_width", 200)


@pytest.mark.parametrize(
    ("subject", "code", "says"),
    [
        ("nonsense", 2, "there is no implementation called 'nonsense'"),
        ("nunpy", 2, "Did you mean numpy"),
        ("no_such_module:subject", 2, "cannot import 'no_such_module'"),
        ("specimens:rigth", 2, "'specimens' has no attribute 'rigth'. Did you mean right?"),
        ("specimens:not_an_implementation", 3, "lacks name, version, capabilities, build"),
        ("specimens:UnknownCapability", 3, "unknown capabilities: forwards"),
        ("specimens:build_raises", 3, "RuntimeError: no weights on board"),
        ("specimens:wrong_rank", 3, "returned outputs of shape"),
        ("specimens:wrong_units", 3, "shape"),
    ],
)
def test_an_unusable_subject_gets_one_clear_sentence(subject, code, says):
    run = lstm_spec("verify", subject, "-n", "1")
    assert run.returncode == code
    assert says in run.stderr.replace("\n", " ")
    assert "Traceback" not in run.stderr + run.stdout


def test_a_traceback_is_shown_when_asked_for():
    assert "Traceback" in lstm_spec("verify", "no_such_module:subject", "--verbose").stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["numpy", "--oracle", "numpy"], "cannot be its own oracle"),
        (["numpy", "--only", "STATES"], "did you mean STATE"),
        (["numpy", "--expect", "no_such_file.toml"], "no expectation file"),
        (["numpy", "--json", "no/such/folder/r.json"], "the folder does not exist"),
        (["numpy", "-n", "many"], "number of processes, at least 1, or auto"),
        ([], "give one subject"),
    ],
)
def test_wrong_usage_is_explained_before_anything_runs(words, says):
    run = lstm_spec("verify", *words)
    assert run.returncode == 2
    assert says in run.stderr.replace("\n", " ")


def test_a_right_engine_of_few_lines_passes_what_it_can_answer_and_is_asked_nothing_else(tmp_path):
    run = lstm_spec("verify", "specimens:right", "--json", str(tmp_path / "r.json"))
    report = reading.read(tmp_path / "r.json")
    assert run.returncode == 0, run.stdout
    assert report["counts"]["pass"] >= 20
    assert report["counts"]["pass"] + report["counts"]["unsupported"] == report["counts"]["planned"]
    for one in report["clauses"]:
        if one["verdict"] == "unsupported" and one["diagnosis"].startswith("needs "):
            needed = one["diagnosis"].removeprefix("needs ").split(", ")
            assert set(needed) <= set(Capability) - set(Lifted.capabilities)


def test_a_planted_bug_gives_exit_1_and_is_told_in_full(tmp_path):
    words = ("specimens:state_swapped", "--only", "STATE")
    run = lstm_spec("verify", *words, "--junit", str(tmp_path / "r.xml"))
    assert run.returncode == 1
    assert "expected" in run.stdout
    assert "lstm-spec verify specimens:state_swapped --only" in run.stdout
    assert "<failure" in (tmp_path / "r.xml").read_text()


def test_a_crash_costs_only_the_clauses_that_crash(tmp_path):
    words = ("specimens:aborts", "--only", "SEQ", "-n", "2")
    run = lstm_spec("verify", *words, "--json", str(tmp_path / "r.json"))
    report = reading.read(tmp_path / "r.json")
    crashed = [one for one in report["clauses"] if one["verdict"] == "error"]
    assert run.returncode == 1
    assert 0 < len(crashed) < len(ANSWERABLE)
    assert report["counts"]["pass"] > 0
    assert all("signal 6" in one["diagnosis"] for one in crashed)
    assert any("about to abort" in one["diagnosis"] for one in crashed)


def test_what_a_subject_prints_disturbs_nothing():
    assert lstm_spec("verify", "specimens:chatters", "--only", "SEQ").returncode == 0


def test_an_expected_deviation_passes_and_a_surprise_does_not(tmp_path):
    failing = [
        one["id"]
        for one in _report(tmp_path, "specimens:state_swapped", "--only", "SEQ")["clauses"]
        if one["verdict"] == "fail"
    ]
    entry = '[[expect]]\nclause = "{}"\nreason = "swapped"\nsource = "none"\n'
    file = tmp_path / "expect.toml"
    file.write_text("".join(entry.format(one) for one in failing))
    known = ("--expect", str(file), "--only", "SEQ")
    assert lstm_spec("verify", "specimens:state_swapped", *known).returncode == 0
    surprised = lstm_spec("verify", "specimens:right", *known)
    assert surprised.returncode == 1
    assert "unexpected-pass" in surprised.stdout
    file.write_text(entry.format("CELL-999"))
    warned = lstm_spec("verify", "specimens:right", *known)
    assert "CELL-999 matches no clause" in warned.stdout


def test_the_same_seed_gives_the_same_report(tmp_path):
    words = ("specimens:state_swapped", "--only", "STATE", "--seed", "7")
    one, other = (_report(tmp_path, *words) for _ in range(2))
    evidence = [
        [(c["id"], c["verdict"], c.get("evidence"), c.get("diagnosis")) for c in r["clauses"]]
        for r in (one, other)
    ]
    assert evidence[0] == evidence[1]


def test_ctrl_c_leaves_a_valid_partial_report_and_no_process(tmp_path):
    file = tmp_path / "r.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "lstm_spec.cli", "verify", "specimens:hangs", "--json", str(file)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "HANGS_NOW": str(tmp_path / "now")},
    )
    until = time.monotonic() + 60
    while not (tmp_path / "now").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    report = reading.read(file)
    assert report["counts"]["not-run"] > 0
    assert not [
        line for line in _processes() if "lstm_spec.run.judge_process" in line and "hangs" in line
    ]


def _processes():
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield entry.read_text()
        except OSError:  # it ended while we looked
            continue


def _report(folder, *words):
    file = folder / "r.json"
    lstm_spec("verify", *words, "--json", str(file))
    return json.loads(file.read_text())
