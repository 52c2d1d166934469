"""How often the diagnosis is right: as data, on a terminal, and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from lstm_spec.mutants import Catalogue, catalogue
from lstm_spec.output import targets
from lstm_spec.selftest.diagnosed import (
    Diagnosed,
    Figures,
    Named,
    named_at,
    named_of,
    readings,
)

FILE = "docs/data/diagnosis.json"

EXPLAINED = """\
When clauses fail, `verify` looks for the mistake: it does experiments, and names a mistake only
if that mistake gives the numbers of your implementation and the correct equations do not. Each
experiment that finds something is done three times; if the answers differ, the only finding is
that the same input gives other numbers. What a mistake that has been found would explain as well
is not told. What a clause that has passed answers is not asked again.

This page says how often that is right, for mistakes that are known: those of the
[catalogue](mutants.md), where each mutant says which words are right, and changes of the oracle's
source drawn at random, where a reader has compared what was said with the line that was changed
(`reference/mutants/diagnosed_changes.toml`; what is not listed there counts as wrong). Silence is
no mistake: most faults of a training loop or a data function have no name here, and the clauses
say what is wrong."""


def as_json(figures: Figures) -> dict[str, Any]:
    """Plain data: the counts, and what was said of each mistake of which anything was said."""
    return {
        "command": figures.command,
        "seed": figures.seed,
        "seconds": round(figures.seconds, 1),
        "counts": {
            "planted": _counts(figures.planted),
            "generated": _counts(figures.generated),
        },
        "wrong": round(figures.share_wrong(), 5),
        "planted": [_entry(one) for one in figures.planted if one.said],
        "generated": [_entry(one) for one in figures.generated if one.said],
    }


def _counts(mistakes: Sequence[Diagnosed]) -> dict[str, int]:
    return {str(how): sum(1 for one in mistakes if one.named is how) for how in Named}


def _entry(one: Diagnosed) -> dict[str, Any]:
    entry = {
        "mistake": one.mistake,
        "about": one.about,
        "said": list(one.said),
        "named": str(one.named),
    }
    return entry | ({"change": list(one.change)} if one.change else {})


def judged_again(data: Mapping[str, Any], known: Catalogue) -> dict[str, Any]:
    """The same findings, compared with what the catalogue and the readings say today.

    For a reader who has found a sentence right: nothing is measured. Raises ValueError for a mutant
    that the catalogue does not have any more.
    """
    mutants = {one.name: one for one in known.mutants}
    right = {one for source in known.sources for one in readings(source.readings)}
    again = json.loads(json.dumps(data))
    for one in again["planted"]:
        if one["mistake"] not in mutants:
            raise ValueError(f"there is no mutant {one['mistake']} any more: measure again")
        one["named"] = named_of(mutants[one["mistake"]], one["said"])
    for one in again["generated"]:
        one["named"] = named_at(tuple(one["change"]), one["said"], right)
    for kind, counts in again["counts"].items():
        total = sum(counts.values())
        for how in (Named.RIGHTLY, Named.WRONGLY):
            counts[how] = sum(1 for one in again[kind] if one["named"] == how)
        counts[Named.SILENT] = total - counts[Named.RIGHTLY] - counts[Named.WRONGLY]
    wrong = sum(counts[Named.WRONGLY] for counts in again["counts"].values())
    total = sum(sum(counts.values()) for counts in again["counts"].values())
    again["wrong"] = round(wrong / total, 5) if total else 0.0
    return dict(again)


def write_json(figures: Figures, file: Path) -> None:
    """The figures as data."""
    write(as_json(figures), file)


def write(data: dict[str, Any], file: Path) -> None:
    """One line for each mistake."""
    lists = {name: data[name] for name in ("planted", "generated")}
    text = json.dumps({name: data[name] for name in data if name not in lists}, indent=1)[:-2]
    for name, entries in lists.items():
        rows = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in entries)
        text += f',\n "{name}": [\n  {rows}\n ]' if entries else f',\n "{name}": []'
    targets.write(text + "\n}\n", file)


def show(figures: Figures, out: Console) -> None:
    """The counts, and everything that was named wrongly."""
    data = as_json(figures)
    for one in [*figures.planted, *figures.generated]:
        if one.named is Named.WRONGLY:
            told = f"wrong: {one.mistake}: {one.about}: {'; '.join(one.said)}"
            out.print(Text(told, style="red"))
    for kind, counts in data["counts"].items():
        told = ", ".join(f"{count} {how}" for how, count in counts.items())
        out.print(f"{kind}: {sum(counts.values())} mistakes, {told}")
    out.print(f"{data['wrong']:.1%} named wrongly; {data['seconds']:.0f} s")


def page(data: Mapping[str, Any]) -> str:
    """The page, from the data."""
    return "\n".join(_page(data)) + "\n"


def _page(data: Mapping[str, Any]) -> Iterator[str]:
    yield from ["# How often the diagnosis is right", "", EXPLAINED, ""]
    yield f"Measured by `{data['command']}`. This page is made by `python -m lstm_spec.site.pages`."
    yield from ["", "| mistakes | number | named rightly | named wrongly | silent |"]
    yield "| --- | ---: | ---: | ---: | ---: |"
    names = {"planted": "planted, by hand", "generated": "changes drawn at random"}
    for kind, counts in data["counts"].items():
        total = sum(counts.values())
        if not total:
            continue
        cells = [f"{counts[how]} ({counts[how] / total:.1%})" for how in Named]
        yield f"| {names[kind]} | {total} | {' | '.join(cells)} |"
    yield from ["", f"Of all of them, {data['wrong']:.1%} are named wrongly."]
    wrong = [one for kind in names for one in data[kind] if one["named"] == Named.WRONGLY]
    if wrong:
        yield from ["", "## Named wrongly", "", "| mistake | what was said |", "| --- | --- |"]
        for one in wrong:
            about = _cell(one["about"])
            about = f"`{about}`" if "change" in one else about
            yield f"| {about} `{one['mistake']}` | {_cell('; '.join(one['said']))} |"
    right = [one for one in data["generated"] if one["named"] == Named.RIGHTLY]
    if right:
        yield from ["", "## Changes drawn at random that were named rightly", ""]
        yield from ["| change | what was said |", "| --- | --- |"]
        for one in right:
            about, _, becomes = one["about"].partition(" becomes ")
            said = _cell("; ".join(one["said"]))
            yield f"| {one['mistake']}: `{_cell(about)}` becomes `{_cell(becomes)}` | {said} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def read(root: Path) -> dict[str, Any]:
    """The data that are kept below the root of a checkout."""
    data: dict[str, Any] = json.loads((root / FILE).read_text("utf-8"))
    return data


def main() -> None:
    """Judge the findings of the data again, with the readings of today."""
    write(judged_again(read(Path()), catalogue()), Path(FILE))
    print(FILE)


if __name__ == "__main__":
    main()
