"""``docs/keras-history.md``: each version follows the one before, in the order of the years."""

from pathlib import Path

from lstm_spec.comparison.matrix import Column
from lstm_spec.site.history_page import columns, in_full, summary

ROOT = Path(__file__).parents[2]


def test_versions_come_in_the_order_of_the_years_and_each_follows_the_one_before():
    versions = columns(ROOT / "reports")
    names = [one.name for one in versions]
    assert names.index("keras-2.3") < names.index("keras-3-jax")
    assert in_full(versions).count("## From ") == len(names) - 1
    assert summary(versions).count("\n| keras-3.8-jax |") == 2  # as a version, and as a step


def test_a_step_counts_what_is_broken_and_says_what_first():
    old = Column("a", "a 1", {}, {"STATE-05": clause("pass"), "SEQ-01": clause("fail")})
    new = Column("b", "b 2", {}, {"STATE-05": clause("fail"), "SEQ-01": clause("pass")})
    assert "| a | b | 1 | 1 | 0 | not so: It holds; found: it does not |" in summary([old, new])


def clause(verdict):
    return {"statement": "It holds.", "verdict": verdict, "diagnosis": "it does not"}


def test_a_version_without_a_report_is_named():
    one = Column("keras-2.3", "keras 2.3.1", {"python": "3.7"}, {})
    page = summary([one])
    assert "Without a report yet: keras-1.2-theano," in page
    assert "Step by step" not in page
