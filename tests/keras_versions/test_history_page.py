"""``docs/keras-history.md`` is what its command makes of the reports that are there."""

from pathlib import Path

from lstm_spec.comparison.matrix import Column
from lstm_spec.site.history_page import as_markdown, columns

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_its_command_makes():
    page = (ROOT / "docs" / "keras-history.md").read_text("utf-8")
    assert page == as_markdown(columns(ROOT / "reports")) + "\n"


def test_versions_come_in_the_order_of_the_years_and_each_follows_the_one_before():
    names = [one.name for one in columns(ROOT / "reports")]
    assert names.index("keras-2.3") < names.index("keras-3-jax")
    page = as_markdown(columns(ROOT / "reports"))
    assert page.count("\n## From ") == len(names) - 1


def test_a_version_without_a_report_is_named():
    one = Column("keras-2.3", "keras 2.3.1", {"python": "3.7"}, {})
    page = as_markdown([one])
    assert "Without a report yet: keras-1.2-theano," in page
    assert "## From" not in page
