"""Expectation files: what is read, what is refused, what becomes of a verdict."""

import pytest

from lstm_spec import expectations
from lstm_spec.clauses import catalogue
from lstm_spec.expectations import BadExpectations, Expectation
from lstm_spec.verdicts import Judgement, Verdict

KNOWN = {"CELL-01": Expectation("CELL-01", "it is known", "somewhere")}


def judged(verdict, clause="CELL-01"):
    return Judgement(clause, "It holds.", "MUST", verdict, diagnosis="a difference")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Verdict.FAIL, Verdict.EXPECTED_FAIL),
        (Verdict.PASS, Verdict.UNEXPECTED_PASS),
        (Verdict.ERROR, Verdict.ERROR),
        (Verdict.UNSUPPORTED, Verdict.UNSUPPORTED),
        (Verdict.NOT_RUN, Verdict.NOT_RUN),
    ],
)
def test_an_expectation_turns_only_a_failure_or_a_surprise(before, after):
    assert expectations.apply(judged(before), KNOWN).verdict is after


def test_a_clause_without_an_entry_keeps_its_verdict():
    assert expectations.apply(judged(Verdict.FAIL, "CELL-02"), KNOWN).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[expect]]\nclause = "CELL-01"\nreason = "r"\n', "entry 1 has no address"),
        ('[[expect]]\nreason = "r"\n', "entry 1 has no clause, no address"),
        ("[[expect]\n", "Expected"),
        ('[[expect]]\nclause="A"\nreason="r"\naddress="a"\n' * 2, "A is expected twice"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path, text, says):
    file = tmp_path / "expect.toml"
    file.write_text(text)
    with pytest.raises(BadExpectations, match=says):
        expectations.read(str(file))


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(BadExpectations, match="did you mean keras-3-tensorflow"):
        expectations.read("keras-3-tensorflo")


@pytest.mark.parametrize("name", expectations.shipped())
def test_every_shipped_entry_names_a_clause(name):
    assert not expectations.unmatched(expectations.read(name), [one.id for one in catalogue()])
