"""What was found about a file as an HTML page, in the style of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lstm_spec import SPEC_VERSION
from lstm_spec.model import Form
from lstm_spec.output.wording import counted
from lstm_spec.report.html.heat_map import WIDEST, Cell, short
from lstm_spec.report.html.page import fill, save
from lstm_spec.saved_models import report
from lstm_spec.saved_models.engines.findings import Computed, EngineFindings
from lstm_spec.saved_models.engines.layer_by_layer import LayerDifference
from lstm_spec.saved_models.report import Findings
from lstm_spec.saved_models.sentences import sentences
from lstm_spec.saved_models.text import shape_of

CLASSES = {
    "agrees": "pass",
    "deviates": "fail",
    "refused": "fail",
    "not supported": "unsupported",
    "unusable": "error",
}
"""The verdict about an engine in the colours and shapes of the verdicts about a clause."""

SHADES = (1.0, 10.0, 1e2, 1e4, 1e6)
"""From how many tolerances on a cell is one shade darker."""


def write(found: Findings, path: Path) -> None:
    """Write the page. Raises CannotWrite."""
    save(render(found), path)


def render(found: Findings) -> str:
    """The page as text."""
    return fill(
        "model.html",
        name=found.path.name,
        spec_version=SPEC_VERSION,
        headline=headline(found),
        command=found.command,
        refused=None if found.refused is None else report.refusal(found.refused),
        model=model(found),
        run=run(found),
        engines=[engine(one) for one in found.engines],
        classes=CLASSES,
    )


def headline(found: Findings) -> str:
    """What it comes to, in a sentence."""
    if found.refused is not None:
        return f"The file is {found.verdict}."
    if not found.engines:
        return "Read, and run in float64."
    right = sum(one.verdict == "agrees" for one in found.engines)
    every = counted(len(found.engines), "engine")
    return f"{right} of {every} {'agrees' if right == 1 else 'agree'} with the file."


def model(found: Findings) -> dict[str, Any] | None:
    """Who wrote it, its layers, and what is to be known about them."""
    if found.examined is None:
        return None
    saved = found.examined.saved
    return {
        "writer": f"{saved.format}, written by {saved.writer} ({saved.style})",
        "input": shape_of(saved.input),
        "numbers": f"{saved.parameter_count:,} numbers in {len(saved.weights)} arrays",
        "layers": [
            {
                "name": row.name,
                "kind": row.kind,
                "says": row.says,
                "output": str(
                    Form(saved.input.shape[1:]) if row.kind == "InputLayer" else row.form
                ),
                "parameters": f"{row.parameters:,}" if row.parameters else "",
            }
            for row in saved.rows
        ],
        "meanings": saved.meanings,
        "remarks": saved.remarks,
    }


def run(found: Findings) -> dict[str, Any] | None:
    """The data, the conditioning, and what else was done with the file."""
    if found.examined is None:
        return None
    done = []
    if found.against is not None:
        done += [found.against.sentence, found.against.weights]
    if found.written is not None:
        done.append(found.written.sentence)
    if found.vectors is not None:
        done.append(found.vectors)
    source = found.examined.data.source
    return {
        "data": source[:1].upper() + source[1:],
        "conditioning": found.examined.conditioning.sentence.capitalize(),
        "sentences": done,
    }


def engine(one: EngineFindings) -> dict[str, Any]:
    """One engine: a line of the table, its sentences and its pictures."""
    cells = {each.how: each.in_short for each in one.computed}
    return {
        "name": one.name,
        "title": one.title,
        "verdict": one.verdict,
        "loads": {True: "yes", False: "no", None: "not asked"}[one.loads],
        "loaded": cells.get("loaded", ""),
        "rebuilt": cells.get("rebuilt", ""),
        "sentences": [f"{text[:1].upper()}{text[1:]}." for text in sentences(one)],
        "pictures": [picture(each) for each in one.computed if drawable(each.differences)],
    }


def drawable(found: Sequence[LayerDifference]) -> bool:
    """Whether there is something to draw, and not more than anybody could read."""
    return bool(found) and max(len(one.per_step) for one in found) <= WIDEST


def picture(computed: Computed) -> dict[str, Any]:
    """Layers down, time steps across; a layer with a single output has one cell."""
    steps = max(len(one.per_step) for one in computed.differences)
    lines = [
        (f"{one.layer} ({one.kind})", [cell(value, one.tolerance) for value in one.per_step])
        for one in computed.differences
    ]
    return {"how": computed.how, "columns": [f"step {at}" for at in range(steps)], "lines": lines}


def cell(value: float, tolerance: float) -> Cell:
    """A difference with its shade."""
    if not math.isfinite(value):
        return Cell(5, "inf")
    if value <= tolerance:
        return Cell(0, "·")
    return Cell(sum(value >= share * tolerance for share in SHADES), short(value))
