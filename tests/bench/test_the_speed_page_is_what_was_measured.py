"""docs/speed.md prints what docs/data/speed/ratios.json holds, and that keeps its limits."""

import json
from pathlib import Path

from benchmarks.acceptance import FAST_KERAS, LIMITS, SLOWER_THAN_C, C, table

ROOT = Path(__file__).parents[2]
ROWS = json.loads((ROOT / "docs/data/speed/ratios.json").read_text())["rows"]


def test_the_table_is_that_of_the_data():
    assert table(ROWS) in (ROOT / "docs/speed.md").read_text()


def test_the_committed_ratios_keep_every_limit():
    for row in ROWS:
        ratio = row.get("jax_is_times_as_fast")
        if row["subject"] == C:
            assert ratio >= 1 / SLOWER_THAN_C, row
        elif row["subject"] in LIMITS:
            kind = "echo" if row["pipeline"].startswith("echo") else "alphabet"
            assert ratio >= LIMITS[row["subject"]][kind], row
    assert {row["subject"] for row in ROWS} == {"jax", "keras", FAST_KERAS, C}
