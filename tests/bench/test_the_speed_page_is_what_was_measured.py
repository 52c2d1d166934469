"""docs/speed.md prints what docs/data/speed/ratios.json holds, and that keeps its limits."""

import json
from pathlib import Path

import pytest

from benchmarks.acceptance import FAST_KERAS, LIMITS, SLOWER_THAN_C, C, table
from benchmarks.linear import ALLOWED, EPOCHS, SEEDS, slope

ROOT = Path(__file__).parents[2]
LINEAR = json.loads((ROOT / "docs/data/speed/linear.json").read_text())
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


def test_the_sentence_on_growth_is_that_of_the_data():
    page = " ".join((ROOT / "docs/speed.md").read_text().split())
    assert (
        f"from {SEEDS[0]} to {SEEDS[-1]} seeds and from {EPOCHS[0]} to {EPOCHS[-1]} epochs" in page
    )
    assert [int(count) for count in LINEAR["seeds"]] == list(SEEDS)
    for name in ("seeds", "updates"):
        counts, seconds = map(int, LINEAR[name]), list(LINEAR[name].values())
        assert slope(list(counts), seconds) == pytest.approx(LINEAR["slopes"][name])
        assert abs(LINEAR["slopes"][name] - 1) <= ALLOWED
