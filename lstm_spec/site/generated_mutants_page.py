"""Generated mutants: as JSON for programs, on a terminal, and as a section of the kill matrix."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec import SPEC_VERSION
from lstm_spec.output import targets
from lstm_spec.selftest.generated.outcome import Campaign, Judged, Outcome

FOLDER = "docs/data"
FILES = "generated-mutants-*.json"

COLUMNS = {
    Outcome.KILLED: "killed by a clause",
    Outcome.RAISED: "raised",
    Outcome.TIMED_OUT: "timed out",
    Outcome.SURVIVED: "survived",
    Outcome.EQUIVALENT: "argued to be equivalent",
}

EXPLAINED = """\
Besides, mistakes are made that nobody chose: the source of an engine is changed in one place drawn
at random, by the operators of Cosmic Ray and by a few that it lacks.
(`reference/mutants/sources.py` says which source, `lstm_spec/selftest/generated/operators.py` which
changes.) Each is judged at the effort of `verify` until a clause fails, or it raises where a result
is due, or gives no answer in time. What survives is a hole in the
suite, unless an argument in `reference/mutants/unnoticeable_changes.toml` shows that it changes
nothing an engine promises."""

WHEREABOUTS = """\
The files above say what each line was and became; `lstm-spec selftest --survivors FILE` judges them
as the suite is today."""


def as_json(campaign: Campaign, command: str) -> dict[str, Any]:
    """Plain data: how the draw was made, the counts, the rate with its interval, every mutant."""
    low, high = campaign.interval()
    return {
        "spec_version": SPEC_VERSION,
        "command": command,
        "seed": campaign.seed,
        "places": campaign.sites,
        "seconds": round(campaign.seconds, 1),
        "cut_short": campaign.cut_short,
        "counts": {
            "asked": campaign.asked,
            "drawn": len(campaign.judged),
            **{str(one): campaign.count(one) for one in Outcome},
        },
        "noticed": {
            "of": campaign.counted,
            "count": campaign.noticed,
            "rate": round(campaign.rate, 5),
            "interval": [round(low, 5), round(high, 5)],
        },
        "mutants": [_mutant(one) for one in campaign.judged],
    }


def _mutant(one: Judged) -> dict[str, Any]:
    change = one.change
    told = {"told": one.told} if one.outcome not in (Outcome.KILLED, Outcome.SURVIVED) else {}
    return {
        "file": change.module.file,
        "inside": change.inside,
        "line": change.line,
        "kind": change.kind,
        "operator": change.operator,
        "was": change.was,
        "becomes": change.becomes,
        "outcome": str(one.outcome),
        "clause": one.clause,
        **told,
    }


def write_json(campaign: Campaign, command: str, file: Path) -> None:
    """One line for each mutant."""
    data = as_json(campaign, command)
    mutants = data.pop("mutants")
    text = json.dumps(data, indent=1)[:-2]
    rows = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in mutants)
    targets.write(f'{text},\n "mutants": [\n  {rows}\n ]\n}}\n', file)


def show(campaign: Campaign, out: Console) -> None:
    """On a terminal: the outcomes by kind of change, what survived, and the rate."""
    mutants = [_mutant(one) for one in campaign.judged]
    table = Table("change", "drawn", *COLUMNS.values())
    for kind, counts in _by_kind(mutants):
        table.add_row(kind, str(sum(counts)), *map(str, counts))
    out.print(table)
    for one in campaign.survivors:
        out.print(Text(f"survived: {_told(one)}", style="red"))
    for one in campaign.wrongly_argued:
        out.print(Text(f"argued to be equivalent, but noticed: {_told(one)}", style="red"))
    out.print(Text(_sentence(as_json(campaign, ""))))


def _told(one: Judged) -> str:
    change = one.change
    by = f" ({one.outcome}, {one.clause})" if one.clause else ""
    return f"{change.place}: {change.was} becomes {change.becomes}{by}"


def read(root: Path) -> list[dict[str, Any]]:
    """The campaigns whose data are kept below the root of a checkout, by seed."""
    files = (root / FOLDER).glob(FILES)
    return sorted(
        (json.loads(one.read_text("utf-8")) for one in files), key=lambda one: one["seed"]
    )


def section(campaigns: Sequence[Mapping[str, Any]]) -> str:
    """The campaigns on the page of the kill matrix; nothing where there are none."""
    return "\n".join(_section(campaigns)) + "\n" if campaigns else ""


def _section(campaigns: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from ["## Mistakes that nobody chose", "", EXPLAINED, ""]
    for one in campaigns:
        yield f"- `{one['command']}`: {_sentence(one)}"
    together = [mutant for one in campaigns for mutant in one["mutants"]]
    yield from ["", f"| change | drawn | {' | '.join(COLUMNS.values())} |"]
    yield "| --- | ---: |" + " ---: |" * len(COLUMNS)
    for kind, counts in _by_kind(together):
        yield f"| {kind} | {sum(counts)} | {' | '.join(map(str, counts))} |"
    alive = [one for one in together if one["outcome"] == Outcome.SURVIVED]
    if alive:
        places = sorted({f"`{one['file']}` {one['inside']}" for one in alive})
        yield from ["", f"What survived was changed in {'; '.join(places)}. {WHEREABOUTS}"]


def _by_kind(mutants: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[int]]]:
    """For each kind of change, how many ended in each way; the commonest kind first."""
    kinds: dict[str, list[str]] = {}
    for one in mutants:
        kinds.setdefault(one["kind"], []).append(one["outcome"])
    order = sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    return [(kind, [ended.count(outcome) for outcome in COLUMNS]) for kind, ended in order]


def _sentence(data: Mapping[str, Any]) -> str:
    """How many were drawn and noticed, and the rate with its interval."""
    counts, noticed = data["counts"], data["noticed"]
    low, high = noticed["interval"]
    told = ""
    if data["cut_short"]:
        told = f"Only {counts['drawn']} of {counts['asked']} were judged: {data['cut_short']}. "
    return told + (
        f"{counts['drawn']} mutants drawn from {data['places']} places with seed {data['seed']}; "
        f"{counts['equivalent']} argued to be equivalent; of the other {noticed['of']}, "
        f"{noticed['count']} were noticed: {noticed['rate']:.1%} "
        f"(95 % interval {low:.1%} to {high:.1%}), {counts['killed']} by a clause that failed, "
        f"{counts['raised']} by an exception, {counts['timed out']} by the time limit; "
        f"{data['seconds']:.0f} s."
    )
