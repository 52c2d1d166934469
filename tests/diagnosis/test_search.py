"""The experiments of a diagnosis, done by several processes, say what they say one by one."""

import itertools

import pytest

from lstm_spec.diagnosis.finding import Finding
from lstm_spec.diagnosis.search import NOT_REPEATABLE, Experiment, Outcome, Search


def experiment(name, *explained_by, answered_by=()):
    return Experiment(name, lambda subject, oracle, trial: [], set(), explained_by, answered_by)


THREE = [experiment("cause"), experiment("effect", "cause"), experiment("its effect", "effect")]


def found(sentence):
    return Outcome((Finding(sentence, ("CELL",)),))


OUTCOMES = [
    ({}, []),
    ({"cause": found("a")}, ["a"]),
    ({"cause": found("a"), "effect": found("b"), "its effect": found("c")}, ["a"]),
    ({"cause": found("a"), "its effect": Outcome((), repeatable=False)}, ["a"]),
    (
        {"effect": Outcome((), repeatable=False), "its effect": found("c")},
        [f"{NOT_REPEATABLE} (not repeatable: effect)"],
    ),
]


@pytest.mark.parametrize(("outcomes", "told"), OUTCOMES)
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_in_which_experiments_end_does_not_matter(outcomes, told, order):
    """All three are handed out before any has ended, as to three processes."""
    search = Search(THREE)
    handed_out = list(search)
    assert [one.name for one in handed_out] == ["cause", "effect", "its effect"]
    for place in order:
        name = handed_out[place].name
        search.saw(name, outcomes.get(name, Outcome(())))
    assert [one.sentence for one in search.findings()] == told


def test_what_is_explained_is_not_done():
    search = Search([*THREE, experiment("another")])
    done = []
    for one in search:
        done.append(one.name)
        search.saw(one.name, found("a") if one.name == "cause" else Outcome(()))
    assert done == ["cause", "another"]


def test_what_clauses_have_answered_is_not_done():
    """Only if all of them have passed by then."""
    passed, asked = {"CELL-01"}, experiment("asked", answered_by=("CELL-01", "CELL-02"))
    assert [one.name for one in Search([asked], passed)] == ["asked"]
    search = Search([experiment("first"), asked], passed)
    assert next(iter(search)).name == "first"
    passed.add("CELL-02")
    assert next(iter(search), None) is None


def test_nothing_is_done_after_a_contradiction():
    search = Search(THREE)
    done = []
    for one in search:
        done.append(one.name)
        search.saw(one.name, Outcome((), repeatable=False))
    assert done == ["cause"]


def test_a_contradiction_that_is_explained_in_the_end_does_not_stop_the_others():
    """The second process is told that there is no more, and the first goes on."""
    search = Search([*THREE, experiment("another")])
    first, second = iter(search), iter(search)
    assert (next(first).name, next(second).name) == ("cause", "effect")
    search.saw("effect", Outcome((), repeatable=False))
    assert next(second, None) is None
    search.saw("cause", found("a"))
    assert next(first).name == "another"


def test_an_outcome_is_the_same_after_it_was_sent():
    for one in (found("a"), Outcome((), repeatable=False)):
        assert Outcome.from_json(one.as_json()) == one
