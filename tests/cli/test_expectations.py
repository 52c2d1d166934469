"""Expectation files: what is read, what is refused, what becomes of a verdict."""

import re

import pytest
from typer.testing import CliRunner

from lstm_spec import expectations
from lstm_spec.clauses import catalogue
from lstm_spec.cli import app, load
from lstm_spec.expectations import BadExpectations, Expectation
from lstm_spec.verdicts import Judgement, Verdict

load()

CLAUSE = 'clause = "CELL-01"'
GOOD = f'{CLAUSE}\nreason = "r"\nurl = "https://x.org"\n'
KNOWN = {"CELL-01": Expectation("CELL-01", "it is known", source="somewhere")}


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
        ('reason = "r"\nurl = "https://x.org"', "entry 1: write either clause or clauses: "),
        (f'{CLAUSE}\nclauses = ["CELL-02"]', "entry 1: write either clause or clauses: "),
        ('clauses = []\nreason = "r"', r"entry 1: clauses = \[\], but wanted is a list of ids"),
        ("clauses = [3]", r"entry 1: clauses = \[3\], but wanted is a list of ids, such as"),
        ('clauses = "CELL-01"', "entry 1: clauses = 'CELL-01', but wanted is a list of ids"),
        ("clause = 5", 'entry 1: clause = 5, but wanted is the id of a clause, such as "STATE-55"'),
        ('clause = "CELL01"', r"entry 1: the clause 'CELL01' is wanted as .* \(lstm-spec list cl"),
        (CLAUSE, "entry 1 has no reason: write reason = the sentence"),
        (f'{CLAUSE}\nreason = "r"', "entry 1 does not say where it is told: write url = a URL"),
        (f'{CLAUSE}\nreason = " "', "entry 1: reason = ' ', but wanted is the sentence"),
        (f'{CLAUSE}\nurl = "our tracker"', "url = 'our tracker', but wanted is a URL"),
        (f'{CLAUSE}\naddress = "a"', r"key address = 'a' is not known; did you mean url\? \(known"),
        (f'{CLAUSE}\nreasn = "r"', r"the key reasn = 'r' is not known; did you mean reason\?"),
        (f"{CLAUSE}\nrate = true", "rate = True, but wanted is the share of runs"),
        (f"{CLAUSE}\nrate = nan", "rate = nan, but wanted is the share of runs"),
        (f"{CLAUSE}\nrate = 1.5", "rate = 1.5, but wanted is the share of runs"),
        (f"{CLAUSE}\nwhere = 3", "where = 3, but wanted is the machines"),
        (f'{CLAUSE}\ncause = "entry-truncated"', "did you mean .*entries-truncated"),
        (f'{CLAUSE}\ncause = "?"', "'.' is not in causes.toml; write reason = and url = instead"),
        (
            f'{CLAUSE}\ncause = "one-unit"\nremedy = "r"',
            "remedy and cause = 'one-unit' both say it",
        ),
        (f"{GOOD}[[expect]]\n{GOOD}", "entry 2: CELL-01 is expected twice; take it out of one"),
    ],
)
def test_an_entry_that_is_not_understood_is_refused_with_key_value_and_remedy(tmp_path, text, says):
    file = tmp_path / "expect.toml"
    file.write_text(f"[[expect]]\n{text}\n")
    with pytest.raises(BadExpectations, match=rf"expect\.toml, .*{says}"):
        expectations.read(str(file))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[[expect]\n", "it is not valid TOML"),
        (b"[expect]\nclause = 'CELL-01'\n", "begin each entry with .*in double brackets"),
        (b"expect = ['CELL-01']\n", "begin each entry with .*in double brackets"),
        (b"[[expected]]\n", "the key expected is not known; .*begins with"),
        (b"\x89PNG\xff", "is no text in UTF-8; an expectation file is TOML"),
    ],
)
def test_a_file_of_another_form_ends_the_command_with_2(tmp_path, content, says):
    file = tmp_path / "expect.toml"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["verify", "numpy", "--only", "CELL", "--expect", str(file)])
    assert result.exit_code == 2
    assert "expect.toml" in result.output
    assert re.search(says, result.output)


def test_an_entry_may_say_its_reason_itself_or_name_its_cause(tmp_path):
    file = tmp_path / "expect.toml"
    file.write_text(
        f'[[expect]]\n{GOOD}remedy = "wait"\n[[expect]]\nclause = "DATA-18"\n'
        'cause = "entries-truncated"\n'
    )
    mine, known = expectations.read(str(file)).values()
    assert mine == Expectation("CELL-01", "r", url="https://x.org", remedy="wait")
    assert known.url == "https://github.com/keras-team/keras/pull/19378"
    assert known.remedy == "pass dtype='float32'"


def test_each_shipped_reason_is_written_once_and_used():
    used = {
        one.cause for name in expectations.shipped() for one in expectations.read(name).values()
    }
    assert used == set(expectations.causes())
    reasons = [one["reason"] for one in expectations.causes().values()]
    assert len(set(reasons)) == len(reasons)


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(BadExpectations, match="did you mean keras-3-tensorflow"):
        expectations.read("keras-3-tensorflo")


@pytest.mark.parametrize("name", expectations.shipped())
def test_every_shipped_entry_names_a_clause(name):
    assert not expectations.unmatched(expectations.read(name), [one.id for one in catalogue()])
