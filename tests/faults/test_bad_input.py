"""Bad input gets exit 2 (or 3), the file, the line or key, and what to do; never exit 70.

Every case here ended in "a mistake of lstm-spec itself" or in a sentence that named no file.
"""

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import odd_subjects
import pytest
from running import HERE, SECONDS, inside

from lstm_spec import environments, mutants
from lstm_spec.contract import POLICIES
from lstm_spec.study import results
from lstm_spec.subjects import find as finding
from lstm_spec.vectors import checking, files

BINARY = b"\x7fELF\x02\x01\x01\x00\xd0\xff"


def said(ran):
    """What is said, without the line breaks of a narrow terminal."""
    assert "mistake of lstm-spec" not in ran.stderr
    return " ".join(ran.stderr.split())


ENTRY = '[[expect]]\nclause = "CELL-01"\nreason = "a reason"\nurl = "https://example.org/1"\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f'{ENTRY}rate = "often"\n', "entry 1: rate = 'often'"),
        (ENTRY.replace("[[", "[").replace("]]", "]"), "begin each entry with [[expect]]"),
        ('expect = "x"\n', "begin each entry with [[expect]]"),
        (f"{ENTRY}rat = 0.5\n", "entry 1: the key rat = 0.5 is not known; did you mean rate?"),
        (f"{ENTRY}rate = 2\n", "a number above 0 and at most 1"),
        ("[[expect]]\n", "write either clause or clauses"),
        ("clauses = [\n", "it is not valid TOML"),
        (BINARY, "is no text in UTF-8"),
    ],
)
def test_an_expectation_file(tmp_path, content, says):
    file = tmp_path / "known.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = inside("verify", "numpy", "--only", "CELL-01", "--expect", file)
    assert ran.returncode == 2
    assert f"{file}" in said(ran)
    assert says in said(ran)


HEADER = {
    "study": "alphabet-stateful",
    "implementation": "numpy",
    "version": "1",
    "epochs": 300,
    "documented_epochs": 300,
    "command": "lstm-spec study alphabet-stateful",
}
RUN = {"seed": 0, "accuracy": 1.0}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([{"seed": 0}], "line 1 has no 'study'"),
        ([{"study": "alphabet-stateful"}, RUN], "line 1 has no 'implementation'"),
        ([HEADER, {"seed": 0}], "line 2 has a seed and no figures"),
        ([HEADER, {"accuracy": 1.0}], "line 2 has no 'seed'"),
        ([HEADER, {**RUN, "accuracy": "high"}], "line 2 (seed 0) has 'high' as its 'accuracy'"),
        ([HEADER, RUN, {"seed": 1, "loss": 0.1}], "line 3 (seed 1) has no 'accuracy'"),
        ([HEADER, [0, 1.0]], "line 2 is no JSON object"),
        ([HEADER], "has a header and no runs"),
        ([{**HEADER, "study": "alphabet"}, RUN], "there is no pipeline 'alphabet'"),
        ([], "is empty"),
        (BINARY, "line 1 is no JSON"),
    ],
)
def test_a_file_of_a_study(tmp_path, lines, says):
    file = tmp_path / "alphabet-stateful.jsonl"
    file.write_bytes(lines if lines == BINARY else "\n".join(map(json.dumps, lines)).encode())
    ran = inside("claims", tmp_path, tmp_path / "claims.md")
    assert ran.returncode == 2
    assert str(file) in said(ran)
    assert says in said(ran)
    assert not (tmp_path / "claims.md").exists()


def test_a_study_does_not_go_on_from_such_a_file(tmp_path):
    (tmp_path / "s.jsonl").write_text(json.dumps(HEADER) + '\n{"seed": 0}\n')
    journal = results.Journal(tmp_path / "s.jsonl", HEADER)
    with pytest.raises(results.BadResults, match=r"s\.jsonl, line 2 has a seed and no figures"):
        journal.resume()


def installed(monkeypatch, module, value):
    """Exactly one entry point, to this value, in the group that the module looks at."""
    point = EntryPoint("theirs", value, module.GROUP)
    monkeypatch.setattr(module, "entry_points", lambda group: [point])


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("no_such_module:catalogue", "No module named 'no_such_module'"),
        ("odd_subjects:no_such_name", "no attribute 'no_such_name'"),
        ("odd_subjects:run", "for objects of the class lstm_spec.mutants.Catalogue"),
    ],
)
def test_a_broken_catalogue_of_somebody_else(monkeypatch, value, says):
    installed(monkeypatch, mutants, value)
    ran = inside("selftest")
    assert ran.returncode == 2
    assert "catalogue of mutants 'theirs'" in said(ran) or "entry point 'theirs'" in said(ran)
    assert says in said(ran)


def test_broken_environments_of_somebody_else(monkeypatch, tmp_path):
    installed(monkeypatch, environments, "no_such_module:FOLDER")
    ran = inside("env", "list")
    assert ran.returncode == 2
    assert "'theirs' of an unnamed package cannot be found" in said(ran)
    (tmp_path / "broken.toml").write_text("python = 3\n")
    point = SimpleNamespace(load=lambda: tmp_path)
    monkeypatch.setattr(environments, "entry_points", lambda group: [point])
    ran = inside("env", "list")
    assert ran.returncode == 2
    assert f"{tmp_path / 'broken.toml'}: python = 3 stands outside" in said(ran)


def test_a_broken_implementation_of_somebody_else(monkeypatch):
    point = EntryPoint("theirs", "odd_subjects:no_such_name", finding.GROUP)
    monkeypatch.setattr(finding, "entry_points", lambda group: [point])
    with pytest.raises(finding.UnusableSubject, match=r"'theirs' cannot be loaded from odd_subj"):
        finding.find("theirs")


def test_capabilities_that_are_no_set():
    """It used to say "'NoneType' object is not iterable"."""
    ran = inside("verify", "odd_subjects:CapabilitiesAreNone", "-n", "1")
    assert ran.returncode == 3
    assert "its capabilities must be a set such as frozenset({Capability.FORWARD})" in said(ran)
    assert "got None" in said(ran)


@pytest.mark.parametrize(
    ("attribute", "given", "says"),
    [
        (policy, given, f"declares {policy} = {given!r}; it must be one of {', '.join(words)}")
        for policy, words in POLICIES.items()
        for given in ("sometimes", None)
    ]
    + [
        ("paths", "fused", "its paths must be a tuple of names"),
        ("paths", (1, 2), "its paths must be a tuple of names"),
        ("paths", ("fused",), "with a method on(path)"),
    ],
)
def test_a_declaration_that_nobody_knows(attribute, given, says, monkeypatch):
    """A policy that is not known would be taken for one that is, and a text for its letters."""
    monkeypatch.setattr(odd_subjects.NoCapability, attribute, given, raising=False)
    with pytest.raises(finding.UnusableSubject) as refused:
        finding.find("odd_subjects:NoCapability")
    assert says in str(refused.value)


@pytest.mark.parametrize("jobs", ["²", "0", "-1", "1.5", "", "many"])
def test_a_number_of_processes(jobs):
    ran = inside("verify", "numpy", f"--jobs={jobs}")
    assert ran.returncode == 2
    assert "-n takes a number of processes" in said(ran)
    assert repr(jobs) in said(ran)


def test_a_folder_without_vectors(tmp_path):
    ran = inside("vectors", "check", tmp_path)
    assert ran.returncode == 2
    assert f"{tmp_path} is no folder of vectors" in said(ran)
    assert "lstm-spec vectors export FOLDER" in said(ran)


@pytest.mark.parametrize(
    ("content", "says"), [(BINARY, "is no text"), (b"{", "Expecting"), (b"{}", "required property")]
)
def test_a_manifest_of_vectors(tmp_path, content, says):
    (tmp_path / files.MANIFEST).write_bytes(content)
    with pytest.raises(files.BadVectors, match=says) as refused:
        checking.read_folder(tmp_path)
    assert str(tmp_path / files.MANIFEST) in str(refused.value)


@pytest.mark.parametrize("seed", ["-1", "1.5", "many"])
def test_a_seed_of_the_plugin(seed):
    """A seed of -1 used to give 289 failures."""
    words = ["--implementation", "numpy", "--lstm-only", "CELL-01", f"--lstm-seed={seed}"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 4  # wrong usage, as pytest says it
    assert "--lstm-seed" in ran.stderr
    assert seed in ran.stderr
