"""An experiment whose clauses have all passed is left out, and nothing is lost by it."""

import json
import re
from pathlib import Path

import pytest

from lstm_spec import clauses
from lstm_spec.diagnosis import experiments, optimizers

DOCS = Path(__file__).parents[2] / "docs"
EXPERIMENTS = {one.name: one for one in experiments() if one.answered_by}
SAYS = {
    "sizes.of_a_call": r"the (outputs|state) (are|lasts).* up to",
    "sizes.of_a_life": r"(calls|a predict) (are|is) right up to",
    "sizes.of_a_training": r"(SGD|Adam) is right up to update",
    "named_functions.values": r"activation=.* (is computed as|is another function)",
    "named_functions.derivatives": r"the derivative of",
    "precision.float64": r"a float64 model computes",
    "coincidences.equal_axes": r"the result is wrong only where",
    "memory.of_arguments": r"the result is wrong only for",
    "memory.given_arrays": r".* changes the .* that it is given",
    "neighbours.weights": r".* changes the weights of another one|.* share their weights",
} | {
    f"optimizers.{kind}": "|".join(
        re.escape(said).replace(r"\{\}", "(inside|outside)")
        for case in cases
        for said in case.mistakes
    )
    for kind, cases in optimizers.GROUPS.items()
}
"""What the findings of an experiment begin with."""


def test_every_experiment_that_is_answered_by_clauses_is_looked_at_here():
    assert set(SAYS) == set(EXPERIMENTS)


@pytest.mark.parametrize("name", SAYS)
def test_whatever_planted_mistake_it_names_one_of_the_clauses_kills(name):
    """Otherwise the mistake would have no name in a report, although it could be proven."""
    killers = {
        one["name"]: set(one["killed_by"])
        for one in json.loads((DOCS / "kill-matrix.json").read_text("utf-8"))["mutants"]
    }
    told = json.loads((DOCS / "data" / "diagnosis.json").read_text("utf-8"))["planted"]
    named = [
        one["mistake"] for one in told if any(re.match(SAYS[name], said) for said in one["said"])
    ]
    assert named
    unseen = [one for one in named if not killers[one] & set(EXPERIMENTS[name].answered_by)]
    assert not unseen


def test_the_clauses_are_judged_at_the_core_level():
    known = {one.id for one in clauses.select([], clauses.Level.CORE)}
    assert {clause for one in EXPERIMENTS.values() for clause in one.answered_by} <= known
