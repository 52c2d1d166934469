"""Who reads whose files: the table as it is read, told by ``upgrade``, and shown on its page."""

import json
from dataclasses import replace

import pytest

from lstm_spec.comparison import saved_files
from lstm_spec.comparison.matrix import Column
from lstm_spec.comparison.upgrade import as_text, upgrade
from lstm_spec.comparison.upgraded_files import in_lines, upgraded
from lstm_spec.site import saved_models_page

ERRORS = [
    "TypeError: Unrecognized keyword arguments passed to LSTM: {'time_major': False}",
    "ValueError: Argument(s) not recognized: {'lr': 0.001}",
    "MemoryError: something that nobody knows",
]
FACTS = {"module": "keras", "backend": "tensorflow 1", "python": "3.7"}
FILES = [["old", "plain.h5"], ["old", "relu.h5"], ["old", "gates.h5"], ["new", "plain.keras"]]


@pytest.fixture
def loads(tmp_path):
    """Two Kerases; the new one refuses a file of the old, and computes another otherwise."""
    table = {
        "command": "measure",
        "keras": {"new": {**FACTS, "keras": "3.0"}, "old": {**FACTS, "keras": "2.0"}},
        "files": FILES,
        "errors": ERRORS,
        "results": {
            "old": [1e-7, 2e-7, 0.0, {"refused": 2}],
            "new": [{"refused": 0}, {"refused": 1, "without compiling": 3e-7}, 0.25, 1e-8],
        },
    }
    path = tmp_path / "table.json"
    path.write_text(json.dumps(table))
    return saved_files.read(path, ["old", "new"])


def column(name):
    """A report without clauses."""
    return Column(name, name.upper(), {"name": name, "version": "1"}, {})


def test_each_result_is_one_outcome(loads):
    assert [one.outcome for one in loads.between("old", "new")] == ["refused", "same", "other"]
    refused, compiled, other = loads.between("old", "new")
    assert "time_major" in refused.cause
    assert compiled.without_compiling
    assert compiled.difference == 3e-7
    assert other.difference == 0.25
    assert loads.between("new", "old")[0].cause == ERRORS[2]  # no cause is known: the message
    assert loads.readers == ["old", "new"]


def test_what_is_not_the_same_by_more_than_rounding_is_something_else():
    at = saved_files.SAME
    assert saved_files.result("a", "b", "c.h5", at, []).outcome == "same"
    assert saved_files.result("a", "b", "c.h5", 1.01 * at, []).outcome == "other"
    assert saved_files.result("a", "b", "c.h5", "not finite", []).outcome == "other"
    assert saved_files.result("a", "b", "c.h5", {"predict": 0}, ERRORS).outcome == "does not run"


def test_upgrade_begins_with_the_files_that_are_not_read_any_more(loads):
    text = as_text(upgrade(column("old"), column("new"), loads))
    told = text.split("\n\n")[1:]
    assert told[0] == "Saved models"
    assert "1 of 3 files that old wrote cannot be used in new:" in text
    assert "1 file: tf.keras (TensorFlow 1.15 to 2.15) and tf_keras write time_major" in text
    assert "What to do: custom_objects" in text
    assert "gates.h5: differs by 2.5e-01 of the largest output" in text
    assert "1 file of old load in new with compile=False only" in text
    assert "No clause" not in text


def test_an_upgrade_after_which_all_is_read_says_so_and_one_that_was_not_measured_nothing(loads):
    assert in_lines(upgraded("old", "old", loads)) == []
    assert in_lines(upgraded("old", "unknown", loads)) == []
    assert in_lines(upgraded("old", "new", None)) == []
    fine = replace(
        loads,
        results={
            "new": tuple(replace(one, outcome="same", error="") for one in loads.results["old"])
        },
    )
    (sentence, _) = in_lines(upgraded("old", "new", fine))
    assert sentence == "new reads 3 saved models of old and computes the same."


def test_the_page_counts_what_the_table_says(loads):
    page = saved_models_page.page(loads)
    assert "2 writers, 2 readers, 4 files: of 8 attempts 5 load and" in page
    assert "| **old** | 3/3 | 1+1/3 |" in page
    assert "| **new** | none | 1/1 |" in page
    assert "something that nobody knows" in page
    assert "| gates | 1 | 0.25 | new | old |" in page


def test_neighbours_become_a_range():
    every = ["keras-2.0", "keras-2.1", "keras-2.2", "tf-keras-2.4", "keras-3.0"]
    assert saved_models_page.ranges(every[:3], every) == "2.0 to 2.2"
    assert saved_models_page.ranges([every[0], every[1], every[4]], every) == "2.0, 2.1, 3.0"
    assert saved_models_page.ranges([every[3]], every) == "tf 2.4"


def test_the_shipped_table_is_that_of_the_checkout():
    shipped = saved_files.shipped()
    assert shipped is not None
    assert {"keras-2.2", "keras-3-tensorflow"} <= set(shipped.writers)
