"""What a newcomer tries first: shipped adapters, names that are nearly right, reports elsewhere."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from running import HERE, inside, lstm_spec

from lstm_spec.clauses import select
from lstm_spec.comparison import shipped
from lstm_spec.contract import Capability
from lstm_spec.environments import here, recipe, recipes
from lstm_spec.report import reading
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import NoSuchSubject, UnusableSubject, known

ROOT = HERE.parents[1]


def flat(text):
    """Without the line breaks of a narrow terminal."""
    return " ".join(text.split())


@pytest.mark.skipif(find_spec("onnx") is None, reason="needs the package onnx in this Python")
def test_a_shipped_adapter_runs_with_the_library_of_this_python(tmp_path):
    words = ["onnx-reference", "--here", "--only", "CELL-01", "-n", "1"]
    ran = inside("verify", *words, "--json", tmp_path / "r.json")
    assert ran.returncode == 0, ran.stderr
    report = reading.read(tmp_path / "r.json")
    assert report["implementation"]["name"] == "onnx-reference"
    assert report["clauses"][0]["reproduce"].startswith("lstm-spec verify onnx-reference --here ")


def test_a_library_that_is_not_here_is_named_with_two_ways_out():
    assert find_spec("chainer") is None, "choose a library that is not installed"
    ran = inside("verify", "chainer", "--here")
    assert ran.returncode == 3
    assert "No module named 'chainer'" in flat(ran.stderr)
    assert "lstm-spec env create chainer" in flat(ran.stderr)


def test_without_its_environment_a_name_says_both_commands(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_SPEC_ENVIRONMENTS", str(tmp_path))
    with pytest.raises(UnusableSubject) as told:
        Address("torch").open()
    assert "lstm-spec env create torch" in str(told.value)
    assert "lstm-spec verify torch --here" in str(told.value)


def test_a_name_of_a_recipe_is_found_by_another_python(monkeypatch):
    """``--python $(which python) torch`` used to find no such name."""
    opened = []
    monkeypatch.setattr(
        "lstm_spec.subjects.remote.open_worker", lambda *given, **_: opened.append(given)
    )
    Address("torch", python="/usr/bin/python9").open()
    assert opened[0][:2] == (Path("/usr/bin/python9"), recipe("torch").adapter)


def test_every_shipped_adapter_can_be_taken_here(monkeypatch):
    opened = []
    monkeypatch.setattr(
        "lstm_spec.subjects.remote.open_worker", lambda *given, **_: opened.append(given)
    )
    every = recipes()
    monkeypatch.setattr("lstm_spec.subjects.address.recipes", lambda: every)
    for name, one in every.items():
        if one.packages:
            with pytest.raises(NoSuchSubject, match="runs in Node"):
                Address(name, here=True).open()
        else:
            Address(name, here=True).open()
            assert opened.pop()[1] == one.adapter


@pytest.mark.parametrize("other", ["--python=python3", "--command=./engine", "--create-env"])
def test_here_and_elsewhere_exclude_each_other(other):
    ran = inside("verify", "torch", "--here", other)
    assert ran.returncode == 2
    assert "--here takes this Python" in flat(ran.stderr)


def test_another_version_than_the_pinned_one_is_told(monkeypatch):
    found = {"torch": "2.5.1", "numpy": "1.0", "torchrl": "0.14.1"}
    monkeypatch.setattr(here, "version", lambda name: found.get(name.lower(), "0.14.3"))
    (told,) = here.differences(recipe("torch"))
    assert told.startswith("torch 2.5.1 of this Python was judged; the environment of torch pins ")


def test_reasons_for_unsupported_are_listed_when_asked_for():
    words = ["odd_subjects:Slow", "--only", "CELL-01,MASK", "-n", "1", "-v"]
    ran = inside("verify", *words, env={"SLOW": "0"})
    lines = [one for one in ran.stdout.splitlines() if one.startswith("unsupported ")]
    assert any(
        re.match(r"unsupported \d+ clauses: needs .*mask.* \(MASK-\d\d, ", one) for one in lines
    )
    counted = sum(int(one.split()[1]) for one in lines)
    assert f" {counted} unsupported " in flat(ran.stdout).replace(",", " ")


def test_every_implementation_is_listed_with_what_it_needs():
    """5 of some 60 names used to be shown."""
    ran = inside("list", "implementations")
    listed = {line.split("│")[1].strip() for line in ran.stdout.splitlines() if "│" in line}
    assert {*known(), *recipes()} <= listed
    assert "lstm-spec env create NAME" in flat(ran.stdout)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["verify", "kera"], "keras"),
        (["env", "create", "kears-2.3"], "keras-2.3"),
        (["upgrade", "kears-2.3", "keras-3-jax"], "keras-2.3"),
        (["verify", "numpy", "--expect", "kears-2.3"], "keras-2.3"),
    ],
)
def test_an_unknown_name_shows_three_near_ones_and_not_all(words, near):
    ran = lstm_spec(*words, cwd=ROOT) if words[0] == "upgrade" else inside(*words)
    assert ran.returncode == 2
    assert near in ran.stderr
    assert len(ran.stderr) < 420
    assert "installed: " not in ran.stderr.lower()


@pytest.mark.parametrize("slip", ["STATE-1", "state1", "STATE-001", "state_1"])
def test_a_clause_in_another_spelling_is_recognised(slip):
    with pytest.raises(ValueError, match=r"did you mean STATE-01\?"):
        select([slip])


def test_an_upgrade_needs_no_checkout(tmp_path):
    """The example of ``upgrade`` used to fail outside the checkout."""
    ran = lstm_spec("upgrade", "keras-2.3", "keras-3-jax", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "Defaults that changed" in ran.stdout


def test_reports_of_the_user_come_before_the_shipped_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (shipped.folder() / "keras-2.3.json").is_file()
    (tmp_path / "reports").mkdir()
    assert shipped.folder() == Path("reports")


def test_the_contract_has_a_row_for_every_capability():
    page = (ROOT / "docs" / "contract.md").read_text("utf-8")
    table = page.split("| capability | operations | |")[1].split("\n\n")[0]
    named = {
        word
        for row in table.splitlines()
        for word in re.findall(r"`([^`]+)`", row.split("|")[1:2][0] if "|" in row else "")
    }
    assert named == set(Capability)
    assert "hard_sigmoid_keras2" in table
    assert "hard_sigmoid_keras3" in table
    assert "in the order in which they were computed" in table


def test_the_number_of_operations_is_said_rightly():
    page = (ROOT / "docs" / "contract.md").read_text("utf-8")
    table = page.split("| `op` |")[1].split("\n\n")[0]
    operations = {
        word for row in table.splitlines()[2:] for word in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    first = (ROOT / "docs" / "first-ten-minutes.md").read_text("utf-8")
    assert f"has {len(operations)} operations" in first
