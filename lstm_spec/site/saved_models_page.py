"""``docs/saved-models.md``: which Keras reads what another one saved, and computes the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lstm_spec import environments
from lstm_spec.comparison import saved_files
from lstm_spec.comparison.saved_files import Group, Loads, Result, grouped
from lstm_spec.output.wording import counted, listed

FILE = "docs/data/saved-models.json"

HEAD = """# Who reads whose saved models

Each pinned Keras saved the same small models, and each other one loaded these files with its own
`load_model` (weights alone: `model_from_json` and `load_weights`) and predicted. A model counts as
computed the same if its predictions are those of the writer, to {same:g} of the largest output.

`{command}` measures the table. `lstm-spec model FILE --all-keras` does
the same for a file of your own, and `lstm-spec model FILE --write new.py` gives back a version that
today's Keras runs.

Written by `python -m lstm_spec.site.pages`; do not edit.
"""

LEGEND = """
Writers down, readers across. `28+2/31`: of 31 files 28 load and compute the same, 2 load and
compute something else, and 1 is refused or does not run; **none**: no file can be used.
`tf 2.4` is tf.keras of TensorFlow 2.4.

Two readers differ for reasons of their own. Keras on OpenVINO rounds to bfloat16 on processors that
have it, as the one of these measurements does: hardly anything that it computes is within 0.0001 of
what others predicted. Keras on JAX does not carry the states of a stateful model through `predict`.
"""


def read(root: Path) -> Loads:
    """The table of a checkout, in the order of the recipes."""
    return saved_files.read(root / FILE, environments.recipes())


def page(loads: Loads) -> str:
    """The page as Markdown."""
    parts = [HEAD.format(same=saved_files.SAME, command=loads.command)]
    parts += ["\n".join(_counts(loads)), LEGEND, "\n".join(_table(loads))]
    parts += ["\n".join(_refusals(loads)), "\n".join(_others(loads)), "\n".join(_versions(loads))]
    return "\n".join(part.strip("\n") + "\n" for part in parts if part)


def short(name: str) -> str:
    """The name of an environment, short enough for the head of a column."""
    return name.replace("tf-keras-", "tf ").replace("keras-", "")


def _every(loads: Loads) -> Iterator[Result]:
    """Every result between two different environments and of one with itself."""
    for reader in loads.readers:
        yield from loads.results[reader]


def _counts(loads: Loads) -> Iterator[str]:
    results = list(_every(loads))
    same = sum(one.outcome == "same" for one in results)
    other = sum(one.outcome == "other" for one in results)
    lost = len(results) - same - other
    yield (
        f"{counted(len(loads.writers), 'writer')}, {counted(len(loads.readers), 'reader')}, "
        f"{counted(len(loads.files), 'file')}: of {len(results):,} attempts {same:,} load and "
        f"compute the same, {other:,} load and compute something else, and {lost:,} are refused or "
        "do not run."
    )
    missing = [name for name in loads.versions if name not in loads.readers]
    if missing:
        yield f"\nNot measured as readers yet: {', '.join(missing)}."


def _table(loads: Loads) -> Iterator[str]:
    readers = loads.readers
    yield f"| wrote / reads | {' | '.join(map(short, readers))} |"
    yield f"| --- |{' ---: |' * len(readers)}"
    for writer in loads.writers:
        cells = [_cell(loads.between(writer, reader)) for reader in readers]
        yield f"| **{short(writer)}** | {' | '.join(cells)} |"


def _cell(found: Sequence[Result]) -> str:
    """One pair."""
    same = sum(one.outcome == "same" for one in found)
    other = sum(one.outcome == "other" for one in found)
    if not same and not other:
        return "none"
    return f"{same}+{other}/{len(found)}" if other else f"{same}/{len(found)}"


def _refusals(loads: Loads) -> Iterator[str]:
    lost = [one for one in _every(loads) if one.outcome in ("refused", "does not run")]
    yield "## Why a file is refused\n"
    yield "| attempts | cause | first line | smallest repair | readers | writers |"
    yield "| ---: | --- | --- | --- | --- | --- |"
    for group in grouped(lost):
        yield (
            f"| {len(group.results)} | {_plain(group.cause)} | `{_code(group.results[0].error)}` | "
            f"{_plain(group.repair) or 'none known'} | {_names(loads, group, 'reader')} | "
            f"{_names(loads, group, 'writer')} |"
        )
    only = [one for one in _every(loads) if one.without_compiling]
    if only:
        yield (
            f"\nOf the files that do load, {len(only)} load with `compile=False` only: "
            f"{listed(dict.fromkeys(one.file for one in only), 6)}."
        )


def _others(loads: Loads) -> Iterator[str]:
    """What loads silently and computes something else."""
    found: dict[str, list[Result]] = {}
    for one in _every(loads):
        if one.outcome == "other":
            found.setdefault(one.model, []).append(one)
    if not found:
        return
    yield "## What loads and computes something else\n"
    yield "These files load silently: no error, no warning.\n"
    yield "| model | attempts | largest difference | readers | writers |"
    yield "| --- | ---: | ---: | --- | --- |"
    for model, results in sorted(found.items(), key=lambda item: -len(item[1])):
        numbers = [one.difference for one in results if one.difference is not None]
        largest = f"{max(numbers):.2g}" if numbers else results[0].said
        group = Group(model, results=results)
        yield (
            f"| {model} | {len(results)} | {largest} | {_names(loads, group, 'reader')} | "
            f"{_names(loads, group, 'writer')} |"
        )


def _names(loads: Loads, group: Group, which: str) -> str:
    """The environments of a group, neighbours as a range."""
    names = {getattr(one, which) for one in group.results}
    every = loads.readers if which == "reader" else loads.writers
    return ranges([name for name in every if name in names], every)


def ranges(names: Iterable[str], every: Sequence[str]) -> str:
    """Names in their order; three and more neighbours become ``FIRST to LAST``."""
    runs: list[list[str]] = []
    for name in names:
        if runs and every.index(name) == every.index(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = []
    for run in runs:
        shown = [short(run[0]), short(run[-1])]
        parts += [" to ".join(shown)] if len(run) > 2 else [short(name) for name in run]
    return ", ".join(parts)


def _versions(loads: Loads) -> Iterator[str]:
    yield "## The versions\n"
    yield "| name | Keras | backend | Python |"
    yield "| --- | --- | --- | --- |"
    for name, facts in loads.versions.items():
        yield (
            f"| {name} | {facts['module']} {facts['keras']} | {facts['backend']} | "
            f"{facts['python']} |"
        )


def _plain(text: str) -> str:
    """Text in one cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _code(text: str) -> str:
    """Code in one cell of a table."""
    return text.replace("`", "'").replace("|", "\\|")[:160]
