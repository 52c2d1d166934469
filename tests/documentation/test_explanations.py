"""A clause in full: one text, for the terminal and for the site."""

import subprocess
import sys

import pytest
from blocks import ROOT

from lstm_spec import explanation
from lstm_spec.clauses import FAMILIES, catalogue, select
from lstm_spec.selftest import recorded_kills
from lstm_spec.site import explanation_pages, persistence


def test_every_clause_is_explained_with_statement_source_and_reason():
    for one in catalogue():
        told = explanation.explain(one)
        assert told.startswith("**")
        assert "- Source: " in told
        assert "planted mistake" in told
        assert "\n\n\n" not in told


def test_the_kill_matrix_tells_the_most_telling_mistakes_first():
    record = recorded_kills.of("CELL-29")
    assert [one.sentence for one in record.kills] == ["The results are written into one buffer."]
    killers = [one.killers for one in recorded_kills.of("STATE-05").kills]
    assert killers == sorted(killers)


def test_known_deviations_of_one_reason_stand_together():
    (clause,) = select(["STATE-51"])
    told = explanation.explain(clause).split("Known deviations:")[1]
    assert "`keras-3-tensorflow`" in told
    assert "](<https://github.com/keras-team/keras/issues/9036>)" in told


def test_words_are_not_taken_for_markdown():
    assert explanation.text("a*b_c <d> [e] `x*y`") == r"a\*b\_c \<d> \[e\] `x*y`"
    assert explanation.ended("so it is. ") == "so it is."


def test_the_terminal_shows_the_same_text():
    ran = subprocess.run(
        [sys.executable, "-m", "lstm_spec.cli", "explain", "state-55"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
    )
    (clause,) = select(["STATE-55"])
    assert ran.returncode == 0
    assert clause.statement in ran.stdout
    assert "def a_call_refuses_another_batch_size" in ran.stdout


@pytest.mark.parametrize("family", FAMILIES)
def test_a_page_has_an_anchor_for_every_clause(family):
    page = explanation_pages.family(family)
    mine = [one for one in catalogue() if one.family == family]
    assert page.count("\n### ") + page.startswith("### ") == len(mine)
    for one in mine:
        assert f"{{#{one.id.lower()}}}" in page
    assert (ROOT / "docs" / "specification" / f"{family.lower()}.md").exists()


def test_the_persistence_table_shows_preferred_reports_first_and_says_what_is_otherwise():
    shown = persistence.columns(ROOT / "reports")
    names = [one.name for one in shown]
    preferred = [one for one in persistence.PREFERRED if one in names]
    assert len(names) >= 3
    assert "dynet" not in names  # it has nothing to carry
    assert names[: len(preferred)] == preferred
    told = persistence.as_markdown(shown)
    for *_, clause in persistence.ROWS:
        assert any(one.id == clause for one in catalogue())
        assert f"| {clause} |" in told
    failed = sum(one.holds(clause) is False for one in shown for *_, clause in persistence.ROWS)
    assert told.count("**no** |") == failed
