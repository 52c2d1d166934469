"""``docs/matrix.md`` is what its command makes of the reports that are there."""

import re
from pathlib import Path

from lstm_spec.cli.matrix import in_order
from lstm_spec.comparison.matrix import column
from lstm_spec.site.matrix_page import as_markdown

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_its_command_makes_and_has_25_implementations():
    page = (ROOT / "docs" / "matrix.md").read_text("utf-8")
    names = re.search(r"^    lstm-spec matrix (.*) --markdown", page, re.MULTILINE).group(1).split()
    assert len(names) >= 25
    assert page == as_markdown(in_order([column(ROOT / "reports" / f"{n}.json") for n in names]))
