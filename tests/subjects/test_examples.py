"""The engines that docs/contract.md shows: a full report each, and their planted bugs are found."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lstm_spec.clauses import Level, catalogue
from lstm_spec.run.judge import judge
from lstm_spec.run.plan import EFFORT
from lstm_spec.subjects.remote import open_command
from lstm_spec.verdicts import Verdict

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def c_engine(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler called cc on the PATH")
    built = tmp_path_factory.mktemp("c") / "lstm_engine"
    source = EXAMPLES / "c" / "lstm_engine.c"
    words = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(built), str(source), "-lm"]
    subprocess.run(words, check=True, timeout=60)
    return str(built)


@pytest.fixture(scope="module")
def node_engine():
    if shutil.which("node") is None:
        pytest.skip("there is no node on the PATH")
    return f"node {EXAMPLES / 'node' / 'lstm_engine.js'}"


@pytest.fixture(params=["c", "node"])
def engine_command(request):
    return request.getfixturevalue(f"{request.param}_engine")


def verdicts(command, oracle, families):
    """Every clause of these families: its judgement by one process."""
    with open_command(command) as subject:
        found = [
            judge(one, subject, oracle, effort=EFFORT[Level.SMOKE])
            for one in catalogue()
            if one.family in families and one.level is not Level.FULL
        ]
        assert subject.starts == 1
    return found


def test_an_example_holds_every_clause_that_it_can_answer(engine_command, numpy_oracle):
    found = verdicts(engine_command, numpy_oracle, ("CELL", "SEQ", "STATE", "LIFE", "MASK"))
    wrong = [one for one in found if one.verdict not in (Verdict.PASS, Verdict.UNSUPPORTED)]
    assert [f"{one.id}: {one.diagnosis}" for one in wrong] == []
    assert sum(one.verdict is Verdict.PASS for one in found) > 60


@pytest.mark.parametrize(
    ("example", "bug", "family", "at_least"),
    [
        ("c", "gates", "CELL", 5),
        ("c", "reset", "STATE", 3),
        ("node", "transposed", "CELL", 3),
        ("node", "stateless", "STATE", 10),
    ],
)
def test_a_planted_bug_is_found(example, bug, family, at_least, request, numpy_oracle, monkeypatch):
    command = request.getfixturevalue(f"{example}_engine")
    monkeypatch.setenv("LSTM_ENGINE_BUG", bug)
    failed = [
        one
        for one in verdicts(command, numpy_oracle, (family,))
        if one.verdict is Verdict.FAIL and one.diagnosis
    ]
    assert len(failed) >= at_least


def test_the_report_says_which_bug_it_looks_like(c_engine, monkeypatch):
    monkeypatch.setenv("LSTM_ENGINE_BUG", "gates")
    words = ["verify", "--command", c_engine, "--only", "CELL-05", "-n", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", *words], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert "the gates are in the order i, f, o, c" in " ".join(ran.stdout.split())


def test_what_an_example_lacks_is_unsupported_or_refused_in_words(engine_command):
    from lstm_spec.contract import Refused, Unsupported
    from lstm_spec.model import LSTM, Dense, ModelSpec

    with open_command(engine_command) as subject:
        with pytest.raises(Unsupported):
            subject.build(ModelSpec((LSTM(2), Dense(1)), features=3))
        with pytest.raises(Unsupported):
            subject.build(ModelSpec((LSTM(2),), features=3, dtype="float64"))
        model = subject.build(ModelSpec((LSTM(2),), features=3))
        with pytest.raises(Refused):
            model.set_weights(model.get_weights()[:2])
        with pytest.raises(Unsupported):
            model.clone()


def test_the_session_in_the_documentation_is_what_the_c_engine_answers(c_engine):
    page = (EXAMPLES.parent / "docs" / "contract.md").read_text()
    asked = [line[2:] for line in page.splitlines() if line.startswith("> {")]
    answered = [json.loads(line[2:]) for line in page.splitlines() if line.startswith("< {")]
    ran = subprocess.run(
        [c_engine], input="\n".join(asked) + "\n", capture_output=True, text=True, timeout=10
    )
    heard = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(heard) == len(asked) == len(answered) == 6
    for reply, printed in zip(heard, answered, strict=True):
        for one in (reply, printed):
            one.get("ok", {}).pop("outputs", None)  # the last bit belongs to the C library
            one.get("ok", {}).pop("states", None)
        assert reply == printed


def test_the_figures_in_the_documentation_are_those_of_the_oracle(numpy_oracle):
    from lstm_spec.model import LSTM, ModelSpec

    model = numpy_oracle.build(ModelSpec((LSTM(1),), features=1))
    kernel, recurrent = [[0.5, 0.25, 1, 0.75]], [[-0.5, 0.5, 0.25, -0.25]]
    model.set_weights([np.array(kernel), np.array(recurrent), np.array([0.0, 1, 0, 0])])
    ((h, c),) = model.call(np.array([[[1.0], [2.0]]])).states
    assert (
        f"h = {h[0, 0]:.6f}, and c = {c[0, 0]:.6f}"
        in (EXAMPLES.parent / "docs" / "contract.md").read_text()
    )
