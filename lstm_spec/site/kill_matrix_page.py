"""The kill matrix: as Markdown for readers, as JSON for programs, as tables on a terminal."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lstm_spec import SPEC_VERSION
from lstm_spec.clauses import catalogue
from lstm_spec.mutants import Mutant
from lstm_spec.output import targets
from lstm_spec.selftest.campaign import ENOUGH
from lstm_spec.selftest.kill_matrix import Matrix, Row

FILE = "docs/kill-matrix.json"


def as_json(matrix: Matrix) -> dict[str, Any]:
    """Plain data: the mutants with their killers, the clauses with their counts, the verdict."""
    kills = matrix.kills
    return {
        "spec_version": SPEC_VERSION,
        "command": matrix.command,
        "seed": matrix.seed,
        "seconds": round(matrix.seconds, 1),
        "full": matrix.full,
        "proven": matrix.proven,
        "counts": {
            "mutants": len(matrix.mutants),
            "killed": sum(1 for row in matrix.rows if row.killers),
            "equivalent": sum(1 for one in matrix.mutants if one.equivalent),
            "survivors": len(matrix.survivors),
            "clauses": len(matrix.clauses),
            "idle": len(matrix.idle),
            "idle_unexplained": len(matrix.unexplained),
        },
        "survivors": [one.name for one in matrix.survivors],
        "missed": [[one.name, clause] for one, clause in matrix.missed],
        "undiagnosed": [one.name for one in matrix.undiagnosed],
        "mutants": [_mutant(mutant, row) for mutant, row in _pairs(matrix)],
        "clauses": [
            {
                "id": clause.id,
                "kills": kills[clause.id],
                "idle": matrix.idle_reasons.get(clause.id, ""),
            }
            for clause in matrix.clauses
        ],
    }


def _mutant(mutant: Mutant, row: Row) -> dict[str, Any]:
    return {
        "name": mutant.name,
        "stage": mutant.stage,
        "sentence": mutant.sentence,
        "address": mutant.address,
        "equivalent": mutant.equivalent,
        "meant_for": list(mutant.meant_for),
        "killed_by": list(row.killers),
        "only_at_length": list(row.only_at_length),
        "errors": list(row.errors),
        "unsupported": len(row.unsupported),
        "unasked": len(row.unasked),
    }


def write_json(matrix: Matrix, file: Path) -> None:
    """One line for each mutant and each clause, so that a change reads well in a diff."""
    data = as_json(matrix)
    lines = {name: data.pop(name) for name in ("mutants", "clauses")}
    text = json.dumps(data, indent=1)[:-2]
    for name, entries in lines.items():
        rows = ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        text += f',\n "{name}": [\n  {rows}\n ]'
    targets.write(text + "\n}\n", file)


def write_markdown(matrix: Matrix, file: Path) -> None:
    """Every mutant with all its killers, then every clause with its number of kills."""
    data = as_json(matrix)
    written = f"Written by `{data['command']}`." if data["command"] else ""
    parts = ["# The kill matrix", *filter(None, [written]), in_one_sentence(data)]
    targets.write("\n\n".join([*parts, in_full(data)]) + "\n", file)


def in_one_sentence(data: Mapping[str, Any]) -> str:
    """How many mutants and clauses there are, and how many survive or are idle."""
    counts = data["counts"]
    return (
        f"{counts['mutants']} mutants, {counts['killed']} killed, {counts['survivors']} survivors; "
        f"{counts['clauses']} clauses, {counts['idle_unexplained']} idle without a reason. "
        f"Seed {data['seed']}, {data['seconds']:.0f} s."
    )


def in_full(data: Mapping[str, Any]) -> str:
    """A table for each stage, a line for each mutant in it; then a table of the clauses."""
    return "\n".join(_in_full(data)).strip()


def _in_full(data: Mapping[str, Any]) -> Iterator[str]:
    if not data["full"]:
        yield (
            f"A mutant was not judged further when {ENOUGH} clauses had killed it, and a clause "
            "that had killed nothing was run with mutants until it killed one; what is missing "
            "was not run."
        )
    for stage, mutants in itertools.groupby(data["mutants"], key=lambda one: one["stage"]):
        yield from ["", f"## {stage}", "", "| mutant | kills | killed by |", "| --- | --- | --- |"]
        for one in mutants:
            address = f" ({one['address']})" if one["address"] else ""
            killers = compact(one["killed_by"]) or f"equivalent: {one['equivalent']}"
            told = _cell(f"{one['sentence']}{address}")
            yield f"| {told} `{one['name']}` | {len(one['killed_by'])} | {_cell(killers)} |"
    sentences = {one.id: one.statement for one in catalogue()}
    yield from ["", "## Clauses", "", "| clause | kills | statement |", "| --- | --- | --- |"]
    for one in data["clauses"]:
        told = sentences.get(one["id"], "")
        told += f" *Kept although it kills no mutant: {one['idle']}*" if one["idle"] else ""
        yield f"| {one['id']} | {one['kills']} | {_cell(told)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _pairs(matrix: Matrix) -> Iterable[tuple[Mutant, Row]]:
    rows = {row.mutant: row for row in matrix.rows}
    return [(one, rows[one.name]) for one in matrix.mutants]


def compact(ids: Iterable[str]) -> str:
    """``CELL-05, CELL-06, CELL-07, SEQ-01`` becomes ``CELL 5-7; SEQ 1``."""
    told = []
    for family, members in itertools.groupby(ids, key=lambda one: one.split("-")[0]):
        runs: list[list[int]] = []
        for number in (int(one.split("-")[1]) for one in members):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        spans = (f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
        told.append(f"{family} {', '.join(spans)}")
    return "; ".join(told)


def show(matrix: Matrix, out: Console) -> None:
    """The matrix on a terminal: a few mutants in full, many by stage, and what is wrong."""
    if len(matrix.mutants) <= 60:
        table = Table("mutant", "kills", "killed by")
        for mutant, row in _pairs(matrix):
            table.add_row(Text(mutant.name), str(len(row.killers)), compact(row.killers))
    else:
        table = Table("stage", "mutants", "killed", "clauses that kill one, fewest and most")
        for stage, pairs in itertools.groupby(_pairs(matrix), key=lambda pair: pair[0].stage):
            counts = [len(row.killers) for _, row in pairs]
            killed = sum(1 for count in counts if count)
            table.add_row(stage, str(len(counts)), str(killed), f"{min(counts)} - {max(counts)}")
    out.print(table)
    for one in matrix.survivors:
        out.print(Text(f"survived: {one.name}: {one.sentence}", style="red"))
    for one, meant in matrix.missed:
        out.print(Text(f"meant for {meant}, not killed by it: {one.name}", style="red"))
    told = {row.mutant: row.told for row in matrix.rows}
    for one in matrix.undiagnosed:
        right, said = "; ".join(one.words), "; ".join(told[one.name]) or "nothing"
        out.print(Text(f"diagnosis of {one.name}: right is {right!r}, said {said!r}", style="red"))
    for one in matrix.wrongly_equivalent:
        out.print(Text(f"said to be equivalent, but killed: {one.name}", style="red"))
    for clause in matrix.unexplained:
        out.print(Text(f"kills no mutant, without a reason: {clause.id}", style="red"))
    for clause in matrix.idle_no_more:
        out.print(Text(f"has a reason to kill no mutant, but kills one: {clause.id}", style="red"))
    killed = sum(1 for row in matrix.rows if row.killers)
    explained = len(matrix.idle) - len(matrix.unexplained)
    out.print(
        f"{len(matrix.mutants)} mutants, {killed} killed, {len(matrix.survivors)} survivors; "
        f"{len(matrix.clauses)} clauses, {explained} idle for a reason, "
        f"{len(matrix.unexplained)} without; {matrix.seconds:.0f} s"
    )
