"""The smallest sets: the solver finds them, the data are of today, and they notice what all do."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.mutants import Mutant, catalogue
from lstm_spec.vectors import first_cases
from reference.numpy import NumpyImplementation, implementation
from reference.numpy.lstm import LSTMLayer

load()

MISLEADING = {
    "large": {"a", "b", "c", "d"},
    "left": {"a", "b", "x"},
    "right": {"c", "d", "y"},
    "small": {"x"},
}
"""Whoever begins with the largest needs three; two are enough."""


@pytest.fixture
def solver():
    pytest.importorskip("scipy", reason="needs the extra mutation")


def test_fewer_cases_are_found_than_by_taking_the_largest_first(solver):
    sizes = dict.fromkeys(MISLEADING, 1)
    assert sorted(first_cases.smallest(MISLEADING, sizes)) == ["left", "right"]


def test_of_two_sets_of_one_size_the_shorter_is_taken(solver):
    twins = {"long": {"a", "b"}, "short": {"a", "b"}, "other": {"c"}}
    sizes = {"long": 90, "short": 10, "other": 500}
    assert sorted(first_cases.smallest(twins, sizes)) == ["other", "short"]


def test_the_best_few_are_those_that_notice_most_together(solver):
    assert sorted(first_cases.most_telling(MISLEADING, 2)) == ["left", "right"]
    assert first_cases.most_telling(MISLEADING, 1) == ["large"]


def test_every_mistake_is_listed_at_the_case_that_notices_it_first():
    ordered = first_cases.in_order(["left", "right", "small"], MISLEADING)
    assert list(ordered)[-1] == "small"
    assert ordered["small"] == []
    assert sorted(one for those in ordered.values() for one in those) == list("abcdxy")


def test_the_data_are_of_the_cases_and_mutants_of_today(exported):
    data = first_cases.recorded()
    again = f"measure again: {data['command']}"
    assert data["cases"] == len(exported[1]), again
    seen = {one for kind in data["kinds"] for entry in kind["smallest"] for one in entry["notices"]}
    assert seen | set(data["unseen"]) == {one.name for one in catalogue().mutants}, again


def test_the_smallest_sets_notice_what_all_cases_notice(exported):
    data = first_cases.recorded()
    for kind in data["kinds"]:
        listed = [one for entry in kind["smallest"] for one in entry["notices"]]
        assert len(listed) == len(set(listed)) == kind["mutants"]
        assert kind["mutants"] >= sum(one["notices"] for one in kind["first"])
    assert first_cases.unproven(data, catalogue().mutants, exported[1]) == {}


class Leaky(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return super().next_cell(i, f, g, c) + 1e-3


def test_a_mistake_is_listed_with_the_cases_that_notice_it_and_a_right_engine_with_none(exported):
    few = [one for one in exported[1] if one["id"] in ("forward/one-step", "data/padding")]
    planted = [
        Mutant("leaky", "It leaks.", "gates", NumpyImplementation("leaky", lstm_class=Leaky)),
        Mutant("right", "Nothing is wrong.", "gates", implementation),
    ]
    assert first_cases.measured(planted, few) == {"forward/one-step": ["leaky"], "data/padding": []}


def test_what_a_set_does_not_notice_is_told(exported):
    planted = [Mutant("right", "Nothing is wrong.", "gates", implementation)]

    def said(mutant, case):
        return {"unseen": [], "kinds": [{"smallest": [{"case": case, "notices": [mutant]}]}]}

    told = first_cases.unproven(said("right", "forward/one-step"), planted, exported[1])
    assert told == {"right": "forward/one-step does not notice it"}
    told = first_cases.unproven(said("right", "forward/gone"), planted, exported[1])
    assert told == {"right": "there is no case forward/gone any more"}
    told = first_cases.unproven({"unseen": [], "kinds": []}, planted, exported[1])
    assert told == {"right": "it was planted after the sets were found"}
    assert "gone" in first_cases.unproven(said("gone", "forward/one-step"), planted, exported[1])


def test_the_command_prints_the_ten_or_the_whole_set():
    data = {one["name"]: one for one in first_cases.recorded()["kinds"]}
    ran = CliRunner().invoke(app, ["vectors", "first", "inference"])
    assert ran.exit_code == 0, ran.output
    assert all(one["case"] in ran.output for one in data["inference"]["first"])
    assert "stateful:" not in ran.output
    ran = CliRunner().invoke(app, ["vectors", "first", "stateful", "--all"])
    assert all(one["case"] in ran.output for one in data["stateful"]["smallest"])


def test_an_unknown_kind_of_engine_is_refused_with_the_known_ones():
    ran = CliRunner().invoke(app, ["vectors", "first", "inferense"])
    assert ran.exit_code == 2
    assert "there are inference, stateful, training, everything" in ran.output
