"""``tolerances``: the noise below each tolerance and the mistakes above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from lstm_spec import mutants
from lstm_spec import tolerances as constants
from lstm_spec.cli.app import app, err, out, plain_errors
from lstm_spec.mutants import Mutant
from lstm_spec.output import targets
from lstm_spec.selftest import tolerance_margins
from lstm_spec.subjects.find import find
from lstm_spec.vectors import cases, effects, exporting

NOISY, EXACT = "numpy-float32", "numpy"

Rows = list[Sequence[str]]
Section = tuple[str, str, Rows]
"""Title, a sentence below it, and a table whose first row is its head."""


@app.command(epilog="Example: lstm-spec tolerances --seeds 200 --markdown docs/tolerances.md")
def tolerances(
    seeds: Annotated[int, typer.Option(help="Random problems for each size.", min=1)] = 20,
    with_mutants: Annotated[
        bool, typer.Option("--mutants/--no-mutants", help="The effects of mistakes (minutes).")
    ] = True,
    markdown: Annotated[Path | None, typer.Option(help="Write the page here, too.")] = None,
) -> None:
    """Measure float32 against float64, and every planted mistake, beside each tolerance."""
    with plain_errors():
        targets.check(markdown)
        err.print(f"measuring {NOISY} against {EXACT} over {seeds} seeds", markup=False)
        measured = list(tolerance_margins.measured(find(NOISY), find(EXACT), range(seeds)))
        found: dict[str, list[effects.Effect]] = {}
        planted: tuple[Mutant, ...] = ()
        if with_mutants:
            planted = mutants.catalogue().mutants
            err.print(f"running {len(planted)} mutants on the vectors", markup=False)
            oracle = find(EXACT)
            found = effects.table(planted, [exporting.completed(one, oracle) for one in cases()])
        sections = [overview(measured, found), sizes(measured)]
        if found:
            sections += [close_calls(planted, found), unseen(planted, found)]
        for title, sentence, rows in sections:
            table = Table(*rows[0], title=title, title_justify="left")
            for row in rows[1:]:
                table.add_row(*map(Text, row))
            out.print(Text(sentence), table)
        if markdown:
            targets.write(page(seeds, with_mutants, sections), markdown)


def overview(
    measured: Iterable[tolerance_margins.Measured], found: dict[str, list[effects.Effect]]
) -> Section:
    """One line for each constant: noise, factor, tolerance, smallest effect, margin."""
    largest: dict[str, float] = {}
    for noise in measured:
        largest[noise.quantity] = max(noise.largest, largest.get(noise.quantity, 0.0))
    least = tolerance_margins.smallest(found)
    head = ("tolerance", "noise now", "noise recorded", "factor", "value", "mistakes")
    rows: Rows = [(*head, "smallest effect", "margin", "by")]
    own = "the case's own"
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


def sizes(measured: Iterable[tolerance_margins.Measured]) -> Section:
    """The noise over units, steps and magnitudes."""
    rows: Rows = [("quantity", "units", "steps", "rows", "magnitude", "largest", "median")]
    for one in measured:
        at = one.setting
        size = (str(at.units), str(at.steps), str(at.rows), f"{at.magnitude:g}")
        rows.append((one.quantity, *size, f"{one.largest:.2g}", f"{one.median:.2g}"))
    return "Noise over sizes", "Absolute differences, for each size over all seeds.", rows


def close_calls(planted: Iterable[Mutant], found: dict[str, list[effects.Effect]]) -> Section:
    """The mutants that are closer to a tolerance than they should be, each explained."""
    rows: Rows = [("mutant", "case", "quantity", "effect", "margin", "why")]
    for one, effect, why in tolerance_margins.close_calls(planted, found):
        rows.append(
            (
                one.name,
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


def unseen(planted: Iterable[Mutant], found: dict[str, list[effects.Effect]]) -> Section:
    """How many mutants of each stage the vectors see."""
    seen: dict[str, list[bool]] = {}
    for one in planted:
        seen.setdefault(one.stage, []).append(bool(found[one.name]))
    rows: Rows = [("stage", "mutants", "seen by a vector")]
    rows += [(stage, str(len(those)), str(sum(those))) for stage, those in sorted(seen.items())]
    every = [one for those in seen.values() for one in those]
    rows.append(("all", str(len(every)), str(sum(every))))
    sentence = (
        "A file cannot show whether arrays are shared, what is refused, what is drawn at random, "
        "or what is saved, loaded and cloned: these mutants are killed by clauses only."
    )
    return "What the vectors see", sentence, rows


def page(seeds: int, with_mutants: bool, sections: Iterable[Section]) -> str:
    """The sections as a Markdown page that says which command has written it."""
    option = "" if with_mutants else " --no-mutants"
    lines = [
        "# Where the tolerances are from",
        "",
        f"Written by `lstm-spec tolerances --seeds {seeds}{option} --markdown docs/tolerances.md`; "
        "the reasons stand beside each constant in `lstm_spec/tolerances.py`.",
    ]
    for title, sentence, rows in sections:
        lines += ["", f"## {title}", "", sentence, ""]
        lines += [_line(rows[0]), _line(["---"] * len(rows[0])), *map(_line, rows[1:])]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
