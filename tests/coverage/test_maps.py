"""Every map says something about each argument that was read, and what it says can be checked."""

from pathlib import Path

import pytest

from lstm_spec.coverage.installed import differences, recorded
from lstm_spec.coverage.library_map import BadMap, chosen, libraries, read_map
from lstm_spec.environments import recipes
from lstm_spec.report import reading

ROOT = Path(__file__).parents[2]
JUDGED = {"pass", "fail", "expected-fail", "unexpected-pass"}
LIBRARIES = list(libraries().values())
INTERFACES = [(library, one) for library in LIBRARIES for one in library.interfaces]
NAMES = [library.name for library in LIBRARIES]


@pytest.mark.parametrize("library", LIBRARIES, ids=NAMES)
def test_the_map_has_the_arguments_that_were_read_and_no_others(library):
    assert differences(library, recorded(library)) == []


@pytest.mark.parametrize("library", LIBRARIES, ids=NAMES)
def test_the_arguments_were_read_in_the_version_that_the_recipe_pins(library):
    pinned = recipes()[library.environment].requirements
    assert f"{library.distribution}=={recorded(library).version}" in pinned


@pytest.mark.parametrize(
    ("library", "interface"), INTERFACES, ids=[one.name for _, one in INTERFACES]
)
def test_a_clause_that_covers_an_argument_was_judged_for_that_library(library, interface):
    """A clause that the adapter does not support says nothing about the library's arguments."""
    name = interface.environment or library.environment
    verdicts = {
        one["id"]: one["verdict"]
        for one in reading.read(ROOT / "reports" / f"{name}.json")["clauses"]
    }
    silent = [
        (argument.name, clause)
        for argument in interface.arguments
        for clause in argument.clauses
        if clause in verdicts and verdicts[clause] not in JUDGED  # the report may be older
    ]
    assert silent == []


GOOD = """
title = "A library"
distribution = "a"
environment = "keras-3-tensorflow"

["a.Layer"]
not_yet = ["units"]
covered.x = "CELL-01"
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"CELL-01"', '"CELL-999"'), "there is no clause 'CELL-999'"),
        (('"CELL-01"', '""'), "no clause is named"),
        (("covered.x", "covered.units"), "two entries for units"),
        (("not_yet", "soon"), "has soon; there are"),
        (('covered.x = "CELL-01"', 'never.x = ""'), "what is lacking, or why"),
        (('covered.x = "CELL-01"', 'partly.x = { clauses = "CELL-01" }'), "what is lacking"),
        (
            ('covered.x = "CELL-01"', 'covered.x = { clauses = "CELL-01", note = "but" }'),
            "a.Layer, x has note; there are but, clauses",
        ),
        (("not_yet", 'rest = ["a.Other"]\nnot_yet'), "goes to a.Other"),
        (("not_yet", 'read = "listed"\nnot_yet'), "where its arguments are listed"),
        (('title = "A library"', ""), "needs distribution, environment, title"),
    ],
)
def test_a_map_that_says_too_little_is_refused(change, says, tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(GOOD)
    assert len(read_map(file, {"CELL-01"}).interfaces[0].arguments) == 2
    file.write_text(GOOD.replace(*change))
    with pytest.raises(BadMap, match=says):
        read_map(file, {"CELL-01"})


@pytest.mark.parametrize(
    ("name", "count"),
    [("", len(INTERFACES)), ("onnx", 3), ("keras.layers.LSTM", 1), ("LSTMCell", 4)],
)
def test_interfaces_are_found_by_library_by_name_and_by_the_end_of_a_name(name, count):
    assert len(chosen(name)) == count


def test_an_unknown_name_is_refused_with_what_was_meant():
    with pytest.raises(ValueError, match="did you mean LSTMCell"):
        chosen("lstmcel")
