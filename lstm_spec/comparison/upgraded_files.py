"""What becomes of saved models in an upgrade: not read, computed otherwise, or as before."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_spec.comparison.saved_files import Group, Loads, Result, grouped
from lstm_spec.output.wording import counted


@dataclass(frozen=True)
class UpgradedFiles:
    """What the later library does with the files of the earlier one."""

    before: str
    after: str
    every: int
    """How many files the earlier one wrote."""
    refused: list[Group]
    """Not read any more, or read and not run."""
    other: list[Result]
    """Read, and computes something else."""
    without_compiling: list[Result]
    """Read with compile=False only."""


def upgraded(before: str, after: str, loads: Loads | None) -> UpgradedFiles | None:
    """The measured fate of the files that one environment wrote in another."""
    found = loads.between(before, after) if loads else []
    if not found or before == after:
        return None
    return UpgradedFiles(
        before,
        after,
        len(found),
        grouped(one for one in found if one.outcome in ("refused", "does not run")),
        [one for one in found if one.outcome == "other"],
        [one for one in found if one.without_compiling and one.outcome == "same"],
    )


def in_lines(given: UpgradedFiles | None) -> list[str]:
    """What becomes of saved models: for most people the first thing that breaks."""
    if given is None:
        return []
    before, after = given.before, given.after
    lost = sum(len(group.results) for group in given.refused)
    if not lost and not given.other and not given.without_compiling:
        every = counted(given.every, "saved model")
        return [f"{after} reads {every} of {before} and computes the same.", ""]
    lines = ["Saved models", ""]
    if lost:
        lines.append(
            f"  {lost} of {counted(given.every, 'file')} that {before} wrote cannot be used in "
            f"{after}:"
        )
        for group in given.refused:
            lines.append(f"  * {counted(len(group.results), 'file')}: {group.cause}.")
            lines.append(f"      {group.results[0].error}")
            lines.append(f"      {group.models}")
            if group.repair:
                lines.append(f"    What to do: {group.repair}.")
        lines.append("")
    if given.other:
        count = counted(len(given.other), "file")
        lines.append(f"  {count} of {before} load in {after} and compute something else:")
        lines += [f"  * {one.file}: {how_far(one)}." for one in given.other]
        lines += ["    What to do: lstm-spec model FILE --on " + after + " says why.", ""]
    if given.without_compiling:
        count = counted(len(given.without_compiling), "file")
        lines += [f"  {count} of {before} load in {after} with compile=False only.", ""]
    return lines


def how_far(one: Result) -> str:
    """By how much a loaded model computes something else."""
    if one.difference is None:
        return one.said
    return f"differs by {one.difference:.1e} of the largest output"
