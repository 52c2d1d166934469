"""Mutants that nobody writes: where they are, what is changed, and what becomes of them."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from typer.testing import CliRunner

pytest.importorskip("cosmic_ray", reason="the extra mutation is not installed")

import lstm_spec.data
from lstm_spec import clauses
from lstm_spec.cli import app, load
from lstm_spec.data import one_hot
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.mutants import Source, catalogue
from lstm_spec.run.jobs import JobsLost, Stopped
from lstm_spec.selftest.generated import campaign
from lstm_spec.selftest.generated.changed_engine import changed_engine
from lstm_spec.selftest.generated.changes import every, modules, sites
from lstm_spec.selftest.generated.outcome import (
    Argument,
    Arguments,
    Campaign,
    Judged,
    Outcome,
    read_arguments,
)
from lstm_spec.site.generated_mutants_page import as_json, section
from reference import numpy

load()

(SOURCE,) = catalogue().sources
SPEC = ModelSpec((LSTM(2),), 3)


@cache
def change(file, inside, was, becomes):
    """The change of that line, as the operators make it."""
    (module,) = [one for one in modules(SOURCE.packages) if one.file == file]
    found = [one for one in sites(module) if one.inside == inside]
    (one,) = [one for one in every(found) if (one.was, one.becomes) == (was, becomes)]
    return one


def loaded(one):
    return changed_engine("numpy", SOURCE.packages, one.module.name, one.source)


NEXT_CELL = (
    "reference/numpy/cell.py",
    "LSTMCell.next_cell",
    "after: Array = f * c + i * g",
    "after: Array = f * c - i * g",
)


def test_a_changed_engine_stands_beside_the_right_one():
    x = np.ones((1, 2, 3))
    engine = loaded(change(*NEXT_CELL))
    right = numpy.implementation.build(SPEC).call(x).outputs
    wrong = engine.build(SPEC).call(x).outputs
    assert np.array_equal(np.sign(wrong), -np.sign(right))
    assert sys.modules["reference.numpy"] is numpy
    again = numpy.implementation.build(SPEC).call(x).outputs
    assert np.array_equal(again, right)


def test_changed_data_functions_are_the_subjects_alone():
    before = lstm_spec.data.one_hot
    engine = loaded(
        change(
            "lstm_spec/data/one_hot.py",
            "decode",
            "return np.asarray(np.argmax(rows, axis=-1), dtype=np.int64)",
            "return np.asarray(np.argmax(rows, axis=- 2), dtype=np.int64)",
        )
    )
    rows = np.eye(3)[[0, 1]]
    assert engine.data.one_hot.decode(rows).shape == (3,)
    assert one_hot.decode(rows).shape == (2,)
    assert lstm_spec.data.one_hot is before


@pytest.fixture
def few(monkeypatch):
    """A few clauses, and a process that has not warmed up."""
    some = clauses.select(["CELL-05", "CELL-06", "SEQ-01"])
    monkeypatch.setattr(campaign, "select_clauses", lambda *_: some)
    monkeypatch.setattr(campaign.Warm, "source", None)


def judged(one, source=SOURCE):
    return campaign.judge_change(campaign.Job(source, one, 0))


def test_a_clause_kills_a_changed_engine(few):
    told = judged(change(*NEXT_CELL))
    assert (told.outcome, told.subject) == (Outcome.KILLED, "numpy")
    assert told.clause in ("CELL-05", "CELL-06", "SEQ-01")
    assert told.told


def test_an_engine_that_raises_is_told_apart(few):
    module = "reference/numpy/cell.py", "LSTMCell.step"
    told = judged(change(*module, "squashed = self.phi.of(c_after)", "pass"))
    assert told.outcome is Outcome.RAISED
    assert "squashed" in told.told


def test_an_engine_that_cannot_be_imported_has_raised(few):
    one = replace(change(*NEXT_CELL), source="raise RuntimeError('no')")
    told = judged(one)
    assert (told.outcome, told.clause) == (Outcome.RAISED, "")
    assert told.told.endswith("RuntimeError: no")


def test_an_engine_that_never_answers_is_given_up(few, monkeypatch):
    judged(change(*NEXT_CELL))  # warm
    monkeypatch.setattr(campaign, "PATIENCE", 0.3)
    source = change(*NEXT_CELL).source.replace(NEXT_CELL[-1], "while True: pass")
    told = judged(replace(change(*NEXT_CELL), source=source))
    assert told.outcome is Outcome.TIMED_OUT


def test_an_engine_that_is_deaf_is_ended_from_outside(few, monkeypatch):
    judged(change(*NEXT_CELL))  # warm
    monkeypatch.setattr(campaign, "LIMIT", 1.0)
    deaf = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])"
    changed = change(*NEXT_CELL).source
    source = changed.replace(NEXT_CELL[-1], f"{deaf}\n        while True: pass")
    told = judged(replace(change(*NEXT_CELL), source=source))
    assert (told.outcome, told.told) == (Outcome.TIMED_OUT, "no end within 1 s")


def test_an_engine_that_ends_its_process_has_raised(few):
    source = change(*NEXT_CELL).source.replace(NEXT_CELL[-1], "import os; os._exit(0)")
    told = judged(replace(change(*NEXT_CELL), source=source))
    assert (told.outcome, told.told) == (Outcome.RAISED, "its process ended")


def test_what_changes_nothing_survives(few):
    right = change(*NEXT_CELL).module.source
    told = judged(replace(change(*NEXT_CELL), source=right))
    assert (told.outcome, told.clause) == (Outcome.SURVIVED, "")


def test_an_engine_that_refuses_what_it_passed_has_raised(few):
    module = "reference/numpy/implementation.py", "NumpyImplementation.build"
    was = 'if self.dtype == np.float32 and model.dtype == "float64":'
    told = judged(change(*module, was, "if True:"))
    assert told.outcome is Outcome.RAISED
    assert told.told.startswith("refused: ")


def test_an_engine_that_is_wrong_before_anything_is_changed_is_refused(few):
    wrong = Source(("reference.mutants:there_is_no_forget_gate",), SOURCE.packages)
    with pytest.raises(ValueError, match="there_is_no_forget_gate itself does not pass"):
        judged(change(*NEXT_CELL), wrong)


def ended(outcome, becomes="pass", told=""):
    return Judged(replace(change(*NEXT_CELL), becomes=becomes), outcome, "CELL-05", told)


def test_the_rate_is_of_those_that_could_be_noticed():
    made = Campaign(5, 0, 99, Arguments())
    made.judged = [
        ended(Outcome.KILLED),
        ended(Outcome.RAISED),
        ended(Outcome.TIMED_OUT),
        ended(Outcome.SURVIVED),
        ended(Outcome.EQUIVALENT),
    ]
    assert (made.noticed, made.counted, made.rate) == (3, 4, 0.75)
    low, high = made.interval()
    assert 0.19 < low < 0.2
    assert 0.993 < high < 0.994


def test_an_argument_that_is_refuted_is_told():
    argument = Argument(NEXT_CELL[0], NEXT_CELL[1], NEXT_CELL[2], "pass", "Nobody looks.")
    made = Campaign(2, 0, 99, Arguments((argument,)))
    made.judged = [ended(Outcome.KILLED), ended(Outcome.KILLED, "something else")]
    assert made.wrongly_argued == made.judged[:1]


def test_a_file_of_arguments_that_lacks_something_is_refused(tmp_path):
    file = tmp_path / "arguments.toml"
    file.write_text('[[equivalent]]\nfile = "a.py"\n')
    with pytest.raises(ValueError, match=r"arguments\.toml: .*missing .*why"):
        read_arguments(file)


def test_the_page_counts_what_the_data_hold():
    made = Campaign(2, 7, 99, Arguments(), [ended(Outcome.KILLED), ended(Outcome.SURVIVED)])
    page = section([as_json(made, "lstm-spec selftest --generated 2 --seed 7")])
    assert "- `lstm-spec selftest --generated 2 --seed 7`: 2 mutants drawn from 99 places" in page
    assert "1 were noticed: 50.0% (95 % interval 1.3% to 98.7%)" in page
    assert "| arithmetic | 2 | 1 | 0 | 0 | 1 | 0 |" in page
    (alive,) = [one for one in made.judged if one.outcome is Outcome.SURVIVED]
    place = f"`{alive.change.module.file}` {alive.change.inside}"
    assert f"What survived was changed in {place}. The files above" in page
    assert section([]) == ""


def test_the_command_draws_judges_and_writes(tmp_path):
    """Two mutants against all clauses, in a process of its own."""
    command = ["selftest", "--generated", "2", "--seed", "3", "-n", "1", "--json", "made.json"]
    done = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    data = json.loads((tmp_path / "made.json").read_text())
    assert data["counts"]["drawn"] == len(data["mutants"]) == 2
    assert data["command"] == " ".join(["lstm-spec", *command])
    assert done.returncode == (1 if data["counts"]["survived"] else 0), done.stdout + done.stderr
    assert "2 mutants drawn from" in " ".join(done.stdout.split())


@pytest.mark.parametrize("end", [Stopped(), JobsLost("a process ended in the middle of a job")])
def test_what_was_judged_before_the_end_is_not_lost(end):
    """A campaign of an hour that is interrupted in its last minute has something to say."""

    def workers(work, jobs):
        yield ended(Outcome.SURVIVED)
        raise end

    changes = campaign.drawn(SOURCE, 3, seed=7)[1]
    changes[0] = ended(Outcome.SURVIVED).change
    made = campaign.generated(SOURCE, 99, changes, workers, seed=7)
    data = as_json(made, "the command")
    assert (data["counts"]["asked"], data["counts"]["drawn"]) == (3, 1)
    assert len(data["mutants"]) == 1
    assert f"Only 1 of 3 were judged: {str(end) or 'interrupted'}. 1 mutants" in section([data])


def test_those_that_survived_are_judged_again(tmp_path):
    file = tmp_path / "made.json"
    one = ended(Outcome.SURVIVED, NEXT_CELL[-1])
    killed = ended(Outcome.KILLED)
    file.write_text(json.dumps(as_json(Campaign(2, 7, 99, Arguments(), [one, killed]), "")))
    places, changes = campaign.survivors(SOURCE, file)
    assert [(other.was, other.becomes) for other in changes] == [NEXT_CELL[2:]]
    assert places > 1
    file.write_text("{}")
    with pytest.raises(ValueError, match="no outcome of generated mutants"):
        campaign.survivors(SOURCE, file)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--repeat", "2"], "not both"),
        (["--survivors", "made.json"], "give it alone"),
        (["--only", "masks"], "--only is about the mutants"),
        (["--full"], "--full is about the mutants"),
    ],
)
def test_an_option_that_would_be_ignored_is_an_error(more, words):
    result = CliRunner().invoke(app, ["selftest", "--generated", "2", *more])
    assert result.exit_code == 2
    assert words in " ".join(result.output.split())
