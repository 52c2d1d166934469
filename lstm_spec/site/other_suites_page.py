"""``docs/other-suites.md``: what the LSTM tests of other projects notice, from what was measured.

    lstm-spec selftest --other-suites --generated 1000 --seed 1 --json docs/data/other-suites.json

measures; ``python -m lstm_spec.site.pages other-suites`` writes the page again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from lstm_spec.selftest.other_suites.measuring import FILE, OURS

GROUPS = {
    "inference": "inference",
    "stateful": "stateful",
    "training": "training",
    "everything": "other fields, float64, data",
}
"""Which kind of engine can have a mistake, by the smallest kind that can."""

OFTEN = 20
"""A kind of change that was drawn less often has no column of its own."""

ORDERS = "gates_lie_in_the_order"
"""How the names of the mutants with a wrong order of the gates begin."""

HEAD = """\
# Beside other test suites

What do the LSTM tests of other projects notice, and what not? Each set below was replayed as data:
its inputs, weights, expected numbers and tolerances, and only what it compares. The oracle of this
suite passes every test that is counted here, at the tolerance of that test. Then engines with a
mistake were run on the same data: the mistakes that are planted in [the catalogue](mutants.md), and
changes of the oracle's source at places drawn at random.

Measured by `{command}`.
The numbers of the sets lie in `lstm_spec/selftest/other_suites/data`, with the address and the
version that they were taken from; nothing is downloaded. Written from the measurement by
`python -m lstm_spec.site.pages`; do not edit.
"""

NUMBERS = """\
## Planted mistakes

{counted} of the {planted} planted mistakes show in numbers that a file can contain. They are
counted by the smallest kind of engine that can have them. "Orders" are wrong orders of the four
gates. The last row is the smallest set of [our own vectors](vectors.md#the-cases-to-run-first)
that notices everything they notice. It is complete by construction: these mistakes and these
vectors come from the same project. The next section has mistakes that nobody chose.
"""

CHANGES = """\
## Mistakes that nobody chose

{drawn} changes of the source of `reference/numpy` and of the data functions, drawn with seed
{seed}. A change counts as noticed if a test fails, or if the engine raises or hangs. Not every
change is a mistake (some change nothing), and many concern training, saving or refusals, which no
test of numbers shows.
"""

ALONE = """\
## What no other set notices

{alone} of the {counted} mistakes are noticed by none of the other sets together. By the stage of
the catalogue:
"""


def read(root: Path) -> dict[str, Any]:
    """What was measured, as it lies in a checkout."""
    data: dict[str, Any] = json.loads((root / FILE).read_text("utf-8"))
    return data


def page(data: Mapping[str, Any]) -> str:
    """The tables, what no other set notices, what each set is, and what others do better."""
    return "\n".join(_parts(data)).rstrip() + "\n"


def _parts(data: Mapping[str, Any]) -> Iterator[str]:
    seen = [one for one in data["planted"] if one["group"]]
    alone = [one for one in seen if not one["noticed_by"]]
    yield HEAD.format(command=data["command"])
    yield NUMBERS.format(counted=len(seen), planted=len(data["planted"]))
    yield from _planted(data["suites"], seen)
    if data["generated"]:
        drawn = sum(one["drawn"] for one in data["generated"])
        yield CHANGES.format(drawn=drawn, seed=data["seed"])
        yield from _changes(data)
    yield ALONE.format(alone=len(alone), counted=len(seen))
    yield from _stages(seen)
    yield "## The sets\n"
    for one in data["suites"]:
        yield from _suite(one)
    yield (files("lstm_spec.site") / "other_suites.md").read_text("utf-8")


def _planted(
    suites: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """A row for every set: how many mistakes of each group it notices."""
    groups = {name: [one for one in seen if one["group"] == name] for name in GROUPS}
    orders = [one for one in seen if one["name"].startswith(ORDERS)]
    heads = [f"{words} ({len(groups[name])})" for name, words in GROUPS.items()]
    yield from _head(["set", "tests", *heads, f"orders ({len(orders)})"])
    for suite in sorted(suites, key=lambda one: _noticed(one["name"], seen)):
        counts = [_noticed(suite["name"], those) for those in [*groups.values(), orders]]
        drawn = " *" if suite["drawn"] else ""
        yield _line([suite["name"] + drawn, suite["cases"], *counts])
    together = [sum(bool(one["noticed_by"]) for one in those) for those in groups.values()]
    tests = sum(one["cases"] for one in suites)
    yield _line(["all of these", tests, *together, sum(bool(one["noticed_by"]) for one in orders)])
    yield _line([OURS, "", *map(len, groups.values()), len(orders)])
    yield (
        "\n\\* These draw their numbers anew whenever they run; here, numbers that were drawn once "
        "stand for them.\n"
    )


def _changes(data: Mapping[str, Any]) -> Iterator[str]:
    """A row for every set, and a column for every kind of change that was drawn often."""
    often = [one for one in data["generated"] if one["drawn"] >= OFTEN]
    names = [one["name"] for one in data["suites"]]
    counts = {
        name: sum(one["noticed_by"][name] for one in data["generated"]) for name in [*names, OURS]
    }
    drawn = sum(one["drawn"] for one in data["generated"])
    yield from _head(
        ["set", f"all ({drawn})", *(f"{one['kind']} ({one['drawn']})" for one in often)]
    )
    for name in sorted(names, key=lambda one: counts[one]):
        yield _line([name, counts[name], *(one["noticed_by"][name] for one in often)])
    together = sum(one["by_others"] for one in data["generated"])
    yield _line(["all of these", together, *(one["by_others"] for one in often)])
    yield _line([OURS, counts[OURS], *(one["noticed_by"][OURS] for one in often)])
    alone = sum(one["by_ours_alone"] for one in data["generated"])
    yield f"\n{alone} of the changes are noticed by the last row alone.\n"


def _stages(seen: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """For every stage how many no other set notices, and which."""
    stages: dict[str, list[Mapping[str, Any]]] = {}
    for one in seen:
        stages.setdefault(one["stage"], []).append(one)
    yield from _head(["stage", "mistakes", "noticed by no other set"])
    for stage, those in sorted(stages.items()):
        yield _line([stage, len(those), sum(not one["noticed_by"] for one in those)])
    yield "\nTheir names:\n"
    for stage, those in sorted(stages.items()):
        names = [f"`{one['name']}`" for one in those if not one["noticed_by"]]
        if names:
            yield f"- {stage}: {', '.join(names)}"
    yield ""


def _suite(one: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {one['name']}\n"
    yield f"[{one['tests']}]({one['address'].split(',')[0]}), {one['version']}, {one['licence']}.\n"
    yield f"{one['compares']}{_left_out(one)}\n"


def _left_out(one: Mapping[str, Any]) -> str:
    return f" Not here: {one['left_out']}" if one["left_out"] else ""


def _noticed(name: str, those: Iterable[Mapping[str, Any]]) -> int:
    return sum(name in one["noticed_by"] for one in those)


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield _line(cells)
    yield "| --- |" + " ---: |" * (len(cells) - 1)


def _line(cells: Iterable[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
