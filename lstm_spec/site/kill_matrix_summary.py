"""The kill matrix on one page: by stage, by family, and the mutants that few clauses notice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from lstm_spec.clauses import FAMILIES
from lstm_spec.site import generated_mutants_page
from lstm_spec.site.kill_matrix_page import FILE, compact, in_one_sentence

FEWEST = 4
"""So many of the mutants that fewest clauses notice are shown."""


def summary(data: Mapping[str, Any], generated: Sequence[Mapping[str, Any]] = ()) -> str:
    """The page without the matrix itself; ``generated`` are the campaigns that are kept."""
    return "\n".join([*_lines(data), "", generated_mutants_page.section(generated)]).rstrip() + "\n"


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield "# The kill matrix"
    yield ""
    yield (
        f"The kill matrix says which clause notices which planted mistake. `{data['command']}` "
        f"writes it to `{FILE}`, and `python -m lstm_spec.site.pages` makes this page from that "
        "file; do not edit it."
    )
    yield from ["", in_one_sentence(data), "", "## By stage", ""]
    yield "| stage | mutants | killed | fewest clauses | median | most |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for stage, mutants in itertools.groupby(data["mutants"], key=lambda one: one["stage"]):
        counts = [len(one["killed_by"]) for one in mutants]
        killed = sum(1 for count in counts if count)
        yield (
            f"| {stage} | {len(counts)} | {killed} | {min(counts)} | {median(counts):g} | "
            f"{max(counts)} |"
        )
    yield from ["", "## By family of clauses", ""]
    yield "| family | clauses | fewest mutants that one notices | median | most |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for family in FAMILIES:
        kills = [one["kills"] for one in data["clauses"] if one["id"].startswith(f"{family}-")]
        if kills:
            yield f"| {family} | {len(kills)} | {min(kills)} | {median(kills):g} | {max(kills)} |"
    yield from ["", f"## The {FEWEST} mutants that fewest clauses notice", ""]
    yield from ["| mutant | noticed by |", "| --- | --- |"]
    for one in sorted(data["mutants"], key=lambda one: len(one["killed_by"]))[:FEWEST]:
        noticed = compact(one["killed_by"]) or f"none: {one['equivalent']}"
        yield f"| {one['sentence']} `{one['name']}` | {noticed} |".replace("\n", " ")
