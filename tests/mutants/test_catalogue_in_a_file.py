"""``selftest --catalogue FILE.py:NAME``: mutants of a user's own, without installation."""

import json
import subprocess
import sys

import numpy as np
import pytest

from lstm_spec.mutants import BadCatalogue, Catalogue, Mutant, from_file
from lstm_spec.selftest import campaign
from lstm_spec.selftest.campaign import kill_matrix
from reference.mutants.planting import DataImplementation

FILE = """\
from lstm_spec.mutants import Catalogue, Mutant
from reference.numpy import NumpyImplementation
from reference.numpy.lstm import LSTMLayer
import lies_beside_it


class NothingIsForgotten(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return c + i * g


one = Mutant(
    "nothing_is_forgotten",
    "Nothing is forgotten.",
    "mine",
    lambda: NumpyImplementation(name="mine", lstm_class=NothingIsForgotten),
    diagnosis="the forget gate is always open",
    meant_for=("CELL-05",),
)
catalogue = Catalogue((one,))
no_catalogue = (one,)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "my_own_mutants.py").write_text(FILE)
    (tmp_path / "lies_beside_it.py").write_text("")
    return tmp_path


def selftest(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", "selftest", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_catalogue_in_a_file_is_judged_without_being_installed(folder):
    command = ["--catalogue", "my_own_mutants.py:catalogue", "--json", "mine.json", "-n", "1"]
    done = selftest(folder, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 mutants, 1 killed" in done.stdout
    data = json.loads((folder / "mine.json").read_text())
    assert data["proven"]
    assert data["counts"]["mutants"] == 1
    assert data["mutants"][0]["unasked"] == 0
    assert data["command"] == " ".join(["lstm-spec selftest", *command])


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("my_own_mutants.py", "a catalogue is FILE.py:NAME"),
        ("my_own_mutants:catalogue", "a catalogue is FILE.py:NAME"),
        ("missing.py:catalogue", "there is no file 'missing.py'"),
        ("my_own_mutants.py:catalog", "has no 'catalog'; did you mean catalogue"),
        ("my_own_mutants.py:no_catalogue", "not a lstm_spec.mutants.Catalogue"),
        ("broken.py:catalogue", "broken.py cannot be imported: RuntimeError: it broke"),
        ("json.py:catalogue", "another module is called 'json'"),
    ],
)
def test_a_place_without_a_catalogue_is_refused_with_the_reason(folder, place, words, monkeypatch):
    (folder / "broken.py").write_text("raise RuntimeError('it broke')")
    (folder / "json.py").write_text("")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("my_own_mutants", "lies_beside_it"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ValueError, match=words):
        from_file(place)


def mutant(**known):
    """A wrong function of the data that no file could hold, for it is made here."""

    def decode(rows):
        return np.argmin(rows, axis=-1)

    wrong = DataImplementation("mine", "data.one_hot.decode", decode)
    return Mutant("mine", "Mine.", "mine", wrong, **known)


@pytest.fixture(scope="module")
def matrix():
    return kill_matrix(Catalogue((mutant(meant_for=("DATA-91", "DATA-20")),)), jobs=2)


def test_a_matrix_of_ones_own_mutants_is_had_from_python(matrix):
    assert matrix.full
    assert not matrix.whole
    assert [row.mutant for row in matrix.rows] == ["mine"]
    assert "DATA-91" in matrix.rows[0].killers
    assert not matrix.survivors


def test_a_clause_that_is_meant_for_a_mutant_and_does_not_kill_it_is_no_proof(matrix):
    assert [(one.name, clause) for one, clause in matrix.missed] == [("mine", "DATA-20")]
    assert not matrix.proven


def test_where_processes_cannot_be_copied_one_does_it_all(monkeypatch, matrix):
    monkeypatch.setattr(campaign.sys, "platform", "darwin")
    alone = kill_matrix(Catalogue((mutant(meant_for=("DATA-91",)),)), jobs=2)
    assert alone.rows[0].killers == matrix.rows[0].killers
    assert alone.proven


@pytest.mark.parametrize(
    ("implementation", "words"),
    [
        (lambda: 1 / 0, "the mutant mine cannot be built: ZeroDivisionError: division by zero"),
        (lambda: "text", "the mutant mine is 'text', and that has no build"),
        ("text", "the mutant mine cannot be built: TypeError"),
    ],
)
def test_a_mutant_that_cannot_be_made_is_a_mistake_of_its_catalogue(implementation, words):
    broken = Catalogue((Mutant("mine", "Mine.", "mine", implementation),))
    with pytest.raises(BadCatalogue, match=words):
        kill_matrix(broken)


def test_several_sentences_may_be_right_and_no_other_may_be_said():
    one = mutant(diagnosis=("the first", "the second"))
    assert one.is_named_by(["it is the first", "it is the second"])
    assert not one.is_named_by(["it is the first"])
    assert not one.is_named_by(["it is the first", "it is the second", "and a third"])
    assert mutant(diagnosis="the first").words == ("the first",)
    assert mutant().words == ()
