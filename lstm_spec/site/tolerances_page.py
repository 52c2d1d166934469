"""``docs/tolerances.md``: the noise below each tolerance and the mistakes above it, from the data.

    lstm-spec tolerances --seeds 20 --json docs/data/tolerances.json

measures; ``python -m lstm_spec.site.pages`` writes the page again from what was measured and from
the constants of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lstm_spec import tolerances as constants
from lstm_spec.selftest import tolerance_margins
from lstm_spec.vectors.effects import Effect

FILE = "docs/data/tolerances.json"

Rows = list[Sequence[str]]
Section = tuple[str, str, Rows]
"""Title, a sentence below it, and a table whose first row is its head."""


def as_markdown(data: Mapping[str, Any]) -> str:
    """The sections as a page that says which command has measured them."""
    lines = [
        "# Where the tolerances come from",
        "",
        f"Measured by `{data['command']}`; the reasons are given with each constant in "
        "`lstm_spec/tolerances.py`. Written from the data by `python -m lstm_spec.site.pages`; do "
        "not edit.",
    ]
    for title, sentence, rows in sections(data):
        lines += ["", f"## {title}", "", sentence, ""]
        lines += [_line(rows[0]), _line(["---"] * len(rows[0])), *map(_line, rows[1:])]
    return "\n".join(lines) + "\n"


def read(file: Path) -> dict[str, Any]:
    """The data of a measurement."""
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return data


def sections(data: Mapping[str, Any]) -> list[Section]:
    """Every section: those on planted mistakes only where they were measured."""
    found = [overview(data), sizes(data["noise"])]
    return (
        [*found, close_calls(data["mutants"]), unseen(data["mutants"])]
        if data["mutants"]
        else (found)
    )


def overview(data: Mapping[str, Any]) -> Section:
    """One line for each constant: noise, factor, tolerance, smallest effect, margin."""
    largest: dict[str, float] = {}
    for one in data["noise"]:
        largest[one["quantity"]] = max(one["largest"], largest.get(one["quantity"], 0.0))
    least = tolerance_margins.smallest(
        {one["name"]: [effect] for one in data["mutants"] if (effect := _effect(one))}
    )
    head = ("tolerance", "noise now", "noise recorded", "factor", "value", "mistakes")
    rows: Rows = [(*head, "smallest effect", "margin", "by")]
    own = tolerance_margins.OWN
    for name in (*constants.NOISE, "FLOAT64", *([own] if own in least else [])):
        recorded, one = constants.NOISE.get(name), least.get(name)
        value = one.effect.tolerance if one and name == own else getattr(constants, name)
        rows.append(
            (
                name,
                f"{largest[name]:.2g}" if name in largest else "-",
                f"{recorded:.2g}" if recorded else "-",
                f"{value / recorded:.0f}" if recorded else "-",
                f"{value:.2g}",
                str(one.count) if one else "-",
                f"{one.effect.difference:.2g}" if one else "-",
                f"{one.effect.margin:.0f} x" if one else "-",
                f"{one.mutant} in {one.effect.case}" if one else "-",
            )
        )
    sentence = (
        "Noise: the largest difference between a float32 and a float64 engine, measured now and as "
        "recorded in tolerances.py (200 seeds). Factor: value over recorded noise. Mistakes: the "
        "mutants that show most clearly in this quantity, and the smallest effect among them; a "
        "quantity without any is compared by clauses only."
    )
    return "Every tolerance between noise and mistake", sentence, rows


def sizes(noise: Iterable[Mapping[str, Any]]) -> Section:
    """The noise over units, steps and magnitudes."""
    rows: Rows = [("quantity", "units", "steps", "rows", "magnitude", "largest", "median")]
    for one in noise:
        size = [str(one[name]) for name in ("units", "steps", "rows")]
        measured = [f"{one[name]:.2g}" for name in ("largest", "median")]
        rows.append((one["quantity"], *size, f"{one['magnitude']:g}", *measured))
    return "Noise over sizes", "Absolute differences, for each size over all seeds.", rows


def close_calls(mutants: Iterable[Mapping[str, Any]]) -> Section:
    """The mutants that are closer to a tolerance than they should be, each explained."""
    rows: Rows = [("mutant", "case", "quantity", "effect", "margin", "why")]
    close = [
        (effect.margin, one, effect)
        for one in mutants
        if (effect := _effect(one)) and effect.margin < tolerance_margins.MARGIN
    ]
    for _, one, effect in sorted(close, key=lambda found: found[0]):
        why = tolerance_margins.why_close(one["stage"], one["sentence"])
        rows.append(
            (
                one["name"],
                effect.case,
                effect.quantity,
                f"{effect.difference:.2g}",
                f"{effect.margin:.0f} x",
                why or "NOT EXPLAINED",
            )
        )
    least = tolerance_margins.MARGIN
    sentence = f"Mistakes whose clearest effect on the vectors is below {least} tolerances."
    return "Small mistakes", sentence, rows


def unseen(mutants: Iterable[Mapping[str, Any]]) -> Section:
    """How many mutants of each stage the vectors see."""
    seen: dict[str, list[bool]] = {}
    for one in mutants:
        seen.setdefault(one["stage"], []).append(one["effect"] is not None)
    rows: Rows = [("stage", "mutants", "seen by a vector")]
    rows += [(stage, str(len(those)), str(sum(those))) for stage, those in sorted(seen.items())]
    every = [one for those in seen.values() for one in those]
    rows.append(("all", str(len(every)), str(sum(every))))
    sentence = (
        "A file cannot show whether arrays are shared, what is refused, what is drawn at random, "
        "or what is saved, loaded and cloned: these mutants are killed by clauses only."
    )
    return "What the vectors see", sentence, rows


def _effect(mutant: Mapping[str, Any]) -> Effect | None:
    """The clearest effect of a mutant; None where no vector sees it.

    A difference of null is infinite: a wrong shape or an error.
    """
    found = mutant["effect"]
    if found is None:
        return None
    difference = found["difference"]
    return Effect(
        found["case"],
        found["quantity"],
        float("inf") if difference is None else difference,
        found["tolerance"],
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
