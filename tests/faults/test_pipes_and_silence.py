"""A reader that has gone is no deviation, and a run that nobody watches is not silent."""

import io
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from running import SECONDS, inside, verify

from lstm_spec.clauses import FAMILIES, catalogue
from lstm_spec.cli.app import out
from lstm_spec.output import progress
from lstm_spec.output.progress import Stand
from lstm_spec.report import Report, reading, text
from lstm_spec.verdicts import Judgement, Verdict

ROOT = Path(__file__).parents[2]


def test_a_reader_that_has_gone_ends_the_command_with_141_after_the_files(tmp_path):
    """``verify ... | head -1`` used to exit with 1, which reads as deviations."""
    read, write = os.pipe()
    os.close(read)
    ran = verify("--json", tmp_path / "r.json", stdout=write)
    os.close(write)
    assert ran.returncode == 141
    assert ran.stderr == ""
    assert reading.read(tmp_path / "r.json")["counts"]["pass"] == 1


@pytest.mark.parametrize("command", ["list pipelines", "explain STATE-01"])
def test_no_command_calls_a_closed_pipe_a_failure_of_its_own(command):
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", *command.split()],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    os.close(write)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_a_closed_standard_error_takes_no_run_along():
    read, write = os.pipe()
    os.close(read)
    ran = verify("odd_subjects:Slow", "--only", "CELL", stderr=write, env={"SLOW": "0"})
    os.close(write)
    assert ran.returncode == 0
    assert "clauses planned" in ran.stdout


def test_without_a_terminal_a_line_says_now_and_then_how_far_it_is(monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.2)
    words = ["odd_subjects:Slow", "--only", "CELL-01,CELL-02,CELL-03", "-n", "1"]
    ran = inside("verify", *words, env={"SLOW": "0.1"})
    lines = [one for one in ran.stderr.splitlines() if one.startswith("judging: ")]
    assert len(lines) > 1
    assert all(re.match(r"judging: \d of 3 after \d+ s; ", one) for one in lines)
    assert "judging" not in ran.stdout


def test_a_clause_that_takes_long_does_not_silence_the_line(monkeypatch):
    """The line comes by the clock, not with the next judgement."""
    monkeypatch.setattr(progress, "EVERY", 0.05)
    console = Console(file=io.StringIO(), width=80)
    stand = Stand("judging", 447, "opening the subject")
    with progress.progress(console, stand):
        time.sleep(0.3)
    said = console.file.getvalue().splitlines()
    assert len(said) >= 2
    assert set(said) == {"judging: 0 of 447 after 0 s; opening the subject"}


def test_at_80_columns_the_moving_line_cuts_no_word():
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    stand = Stand("judging", 447)
    with progress.progress(console, stand):
        stand.move(300, "STATE-101; 250 pass, 40 unsupported, 9 fail, 1 error")
    assert "STATE-101; 250 pass, 40 unsupported, 9 fail, 1 error" in console.file.getvalue()


def every_verdict():
    """A report in which each family has each verdict, of an implementation with a long name."""
    verdicts = list(Verdict)
    judgements = [
        Judgement(one.id, one.statement, "MUST", verdicts[number % len(verdicts)])
        for number, one in enumerate(catalogue())
    ]
    about = {"name": "keras-2.3-theano", "version": "2.3.1", "backend": "theano 1.0.5"}
    return Report(about, about, "core", 0, len(judgements), judgements)


def test_at_80_columns_no_word_of_a_report_is_cut():
    console = Console(file=io.StringIO(), width=80)
    text.show(every_verdict(), console)
    said = console.file.getvalue()
    assert "…" not in said
    words = said.replace("-\n", "-").split()
    assert {*FAMILIES, "clauses", "seconds", "unsupported", "error"} <= set(words)


@pytest.mark.parametrize(
    "command",
    [
        "list implementations",
        "list pipelines",
        "list clauses --family STATE",
        "env list",
        "matrix keras-2.3-theano keras-2.0 torch-lstmcell",
    ],
)
def test_at_80_columns_no_name_of_a_table_is_cut(command, monkeypatch):
    monkeypatch.setattr(out, "_width", 80)
    ran = inside(
        *command.split(), *(["--reports", ROOT / "reports"] * command.startswith("matrix"))
    )
    assert ran.returncode == 0
    assert "…" not in ran.stdout
    assert all(word in ran.stdout for word in command.split()[2:] if word != "--family")
