"""``--trace`` writes what is said to a subject in another process, so that it can be said again."""

import json
import subprocess
import sys

import pytest
from running import HERE, SECONDS, lstm_spec, verify

ENGINE = HERE.parent.parent / "examples" / "python" / "lstm_engine.py"


def test_the_trace_of_an_engine_can_be_said_to_it_again(tmp_path):
    file = tmp_path / "said.txt"
    engine = [sys.executable, str(ENGINE)]
    ran = lstm_spec("verify", "--command", " ".join(engine), "--only", "CELL-11", "--trace", file)
    assert ran.returncode == 0, ran.stderr
    lines = file.read_text().splitlines()
    assert {line[:2] for line in lines} == {"# ", "> ", "< "}
    assert lines[0].startswith("# protocol 1 of lstm-spec")
    assert "# CELL-11" in lines
    assert json.loads(lines[1][2:])["op"] == "hello"
    sent = [line[2:] for line in lines if line.startswith("> ")]
    heard = [line[2:] for line in lines if line.startswith("< ")]
    again = subprocess.run(
        engine, input="\n".join(sent) + "\n", capture_output=True, text=True, timeout=SECONDS
    )
    assert again.stdout.splitlines() == heard


def test_the_trace_says_what_became_of_the_subject(tmp_path):
    file = tmp_path / "said.txt"
    words = (f"{HERE / 'faulty.py'}:leaves", "--python", sys.executable, "--only", "SEQ-15")
    assert verify(*words, "--trace", file).returncode == 1
    lines = file.read_text().splitlines()
    after = lines[lines.index("# SEQ-15") :]
    assert "! the subject ended with exit status 0 during call" in after


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("numpy",), "no protocol is spoken that could be written down. Add --python"),
        (("numpy", "--executor", "dask://127.0.0.1:1"), "leave --executor out"),
    ],
)
def test_where_no_protocol_is_spoken_that_is_said(words, says, tmp_path):
    ran = verify(*words, "--trace", tmp_path / "said.txt")
    assert ran.returncode == 2
    assert says in ran.stderr


def test_a_trace_that_cannot_be_written_is_refused_before_the_run(tmp_path):
    ran = verify("numpy", "--python", sys.executable, "--trace", tmp_path)
    assert ran.returncode == 2
    assert "it is a folder" in ran.stderr
