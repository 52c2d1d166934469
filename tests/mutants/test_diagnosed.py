"""``selftest --diagnosis``: what is right, what is wrong, and what is silent."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.mutants import Catalogue, Mutant, Source, catalogue
from lstm_spec.selftest import diagnosed
from lstm_spec.selftest.diagnosed import Diagnosed, Figures, Named, named, readings
from lstm_spec.site.diagnosis_page import as_json, judged_again, page
from reference.mutants.planting import RIGHT

load()

OPEN = "there_is_no_forget_gate"


def mutant(words):
    (found,) = [one for one in catalogue().mutants if one.name == OPEN]
    return Mutant(OPEN, found.sentence, "gates", found.implementation, diagnosis=words)


def test_all_that_is_said_has_to_be_right():
    assert named([], lambda one: False) is Named.SILENT
    assert named(["a", "b"], lambda one: True) is Named.RIGHTLY
    assert named(["a", "b"], lambda one: one == "a") is Named.WRONGLY


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("the forget gate is always open", Named.RIGHTLY),
        ("the input gate is always open", Named.WRONGLY),
        ("", Named.WRONGLY),
    ],
)
def test_a_planted_mistake_is_named_in_the_words_that_it_gives(words, outcome):
    known = Catalogue((mutant(words), Mutant("right", "Right.", "mine", RIGHT)))
    (first, second) = diagnosed.diagnose_mutants(known, 1, 0, lambda: None)
    assert (first.mistake, first.named) == (OPEN, outcome)
    assert first.said == ("the forget gate is always open",)
    assert (second.named, second.said) == (Named.SILENT, ())


def test_a_reader_lists_what_is_right(tmp_path):
    file = tmp_path / "read.toml"
    file.write_text(
        '[[right]]\nfile = "a.py"\ninside = "f"\nwas = "1"\nbecomes = "2"\nsaid = ["x", "y"]\n'
    )
    assert readings(file) == {("a.py", "f", "1", "2", "x"), ("a.py", "f", "1", "2", "y")}
    assert readings(None) == set()


def made():
    planted = [
        Diagnosed("one", "One.", ("right",), Named.RIGHTLY),
        Diagnosed("two", "Two.", ("wrong | so",), Named.WRONGLY),
    ]
    generated = [
        Diagnosed("a.py:1 f", "x + 1 becomes x - 1", ("right",), Named.RIGHTLY),
        Diagnosed("a.py:2 f", "x becomes y", (), Named.SILENT),
    ]
    return Figures(3, "lstm-spec selftest --diagnosis", planted, generated, 1.0)


def test_the_page_counts_and_shows_what_is_wrong():
    data = as_json(made())
    assert data["wrong"] == 0.25
    text = page(data)
    assert "| planted, by hand | 2 | 1 (50.0%) | 1 (50.0%) | 0 (0.0%) |" in text
    assert "| Two. `two` | wrong \\| so |" in text
    assert "| a.py:1 f: `x + 1` becomes `x - 1` | right |" in text
    assert "Of all of them, 25.0% are named wrongly." in text


def test_the_command_ends_with_1_if_too_much_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setattr("lstm_spec.mutants.catalogue", lambda: Catalogue((mutant("nothing"),)))
    file = tmp_path / "diagnosis.json"
    command = ["selftest", "--diagnosis", "-n", "1", "--json", str(file)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1, result.output
    assert json.loads(file.read_text())["counts"]["planted"]["wrongly"] == 1
    known = Catalogue((mutant("the forget gate is always open"),))
    monkeypatch.setattr("lstm_spec.mutants.catalogue", lambda: known)
    assert CliRunner().invoke(app, command).exit_code == 0


def test_everything_that_was_found_right_is_about_a_change_that_there_is():
    """A reading of a function that has been rewritten is to be read again."""
    pytest.importorskip("cosmic_ray", reason="the extra mutation is not installed")
    from lstm_spec.selftest.generated.changes import every, modules, of_statements, sites

    (source,) = catalogue().sources
    assert isinstance(source.readings, Path)
    read = {one[:4] for one in readings(source.readings)}
    places = {one[:2] for one in read}
    found = [
        site
        for module in modules(source.packages)
        for site in sites(module)
        if (module.file, site.inside) in places
    ]
    asked = of_statements(found, {was for _, _, was, _ in read})
    changes = {(one.module.file, one.inside, one.was, one.becomes) for one in every(asked)}
    assert read - changes == set()


def test_findings_are_judged_again_with_what_is_right_today(tmp_path):
    figures = made()
    place = ("a.py", "f", "x + 1", "x - 1")
    figures.generated[0] = replace(figures.generated[0], named=Named.WRONGLY, change=place)
    data = json.loads(json.dumps(as_json(figures)))
    assert data["wrong"] == 0.5
    file = tmp_path / "read.toml"
    file.write_text(
        '[[right]]\nfile = "a.py"\ninside = "f"\nwas = "x + 1"\nbecomes = "x - 1"\n'
        'said = ["right"]\n'
    )
    known = Catalogue(
        (
            Mutant("one", "One.", "mine", RIGHT),
            Mutant("two", "Two.", "mine", RIGHT, diagnosis="so"),
        ),
        sources=(Source(("numpy",), ("reference.numpy",), readings=file),),
    )
    again = judged_again(data, known)
    assert again["counts"]["planted"] == {"rightly": 1, "wrongly": 1, "silent": 0}
    assert again["counts"]["generated"] == {"rightly": 1, "wrongly": 0, "silent": 1}
    assert (again["planted"][0]["named"], again["wrong"]) == ("wrongly", 0.25)
    with pytest.raises(ValueError, match="there is no mutant one any more"):
        judged_again(data, Catalogue(()))
