"""``vectors``: cases for an engine in any language, written and checked."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from lstm_spec import mutants, tolerances
from lstm_spec.cli import first_cases
from lstm_spec.cli.app import AS_EXPECTED, DEVIATIONS, UNUSABLE, app, err, out, plain_errors, stop
from lstm_spec.contract import Implementation
from lstm_spec.extras import install
from lstm_spec.output.wording import counted, printable
from lstm_spec.subjects.address import Address
from lstm_spec.subjects.find import DEFAULT_ORACLE, ORACLE_OF_THE_ORACLE, find
from lstm_spec.vectors import checking, effects, exporting, files, onnx_folders
from lstm_spec.vectors.forms import writing
from lstm_spec.vectors.forms.writing import HOW

vectors = typer.Typer(no_args_is_help=True, help="Cases as files, for engines in any language.")
app.add_typer(vectors, name="vectors")


@vectors.command(epilog="Example: lstm-spec vectors export vectors")
def export(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    seed: Annotated[int, typer.Option(help="The numbers of the cases.", min=0)] = 0,
    onnx: Annotated[
        bool | None, typer.Option("--onnx/--no-onnx", help="ONNX test cases, too.")
    ] = None,
    with_mutants: Annotated[
        bool, typer.Option("--mutants", help="Say which mutants each case kills (minutes).")
    ] = False,
    form: Annotated[
        str, typer.Option("--format", help=f"Instead: for another project ({', '.join(HOW)}).")
    ] = "",
    first: Annotated[
        str, typer.Option(help="With --format: only the smallest set for this kind of engine.")
    ] = "",
) -> None:
    """Write every case; the oracle computes it, a second engine confirms it."""
    with plain_errors():
        if form:
            _in_a_form(folder, form, seed, first)
            raise typer.Exit
        if first:
            raise ValueError("--first is for a --format; vectors first prints the set")
        if onnx and not onnx_folders.is_available():
            raise ValueError(f"--onnx needs the package onnx: {install('vectors')}")
        with_onnx = onnx_folders.is_available() if onnx is None else onnx
        try:
            manifest = exporting.export(folder, seed, _kills if with_mutants else None, with_onnx)
        except files.NotConfirmed as disagreement:
            stop(f"nothing was written: {disagreement}", DEVIATIONS)
        listed = (
            f"{counted(len(manifest['cases']), 'case')} and "
            f"{counted(len(manifest['onnx']), 'ONNX test case')}"
        )
        out.print(
            Text(
                f"{listed} in {folder}, computed by {manifest['computed_by']}, "
                f"confirmed by {manifest['confirmed_by']}"
            )
        )
        if not with_onnx:
            err.print(f"no ONNX test cases: {install('vectors')}", markup=False)


def _in_a_form(folder: Path, form: str, seed: int, first: str) -> None:
    """The files that another project takes."""
    if form == "onnx" and not onnx_folders.is_available():
        raise ValueError(f"--format onnx needs the package onnx: {install('vectors')}")
    options = f" --seed {seed}" + (f" --first {first}" if first else "")
    command = f"lstm-spec vectors export DIR --format {form}{options}"
    try:
        count, size = writing.write(folder, form, seed, first, command)
    except files.NotConfirmed as disagreement:
        stop(f"nothing was written: {disagreement}", DEVIATIONS)
    told = f"{counted(count, 'case')} in {folder}, {size / 1000:.0f} kB"
    out.print(Text(f"{told}; {folder / 'README.md'} says how to take them"))


def _kills(cases: effects.Cases) -> Mapping[str, list[str]]:
    """For every case the installed mutants that it kills."""
    return effects.kills(effects.table(mutants.catalogue().mutants, cases), cases)


@vectors.command(epilog="Example: lstm-spec vectors check vectors --implementation keras")
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="An exported folder; fresh cases if none is given.")
    ] = None,
    implementation: Annotated[
        list[str] | None,
        typer.Option(help="Whose results are compared (may be repeated); else both oracles."),
    ] = None,
) -> None:
    """Compute every case again.

    Exit 0: all agree; 1: some differ; 2: no export; 3: none could be asked.
    """
    with plain_errors():
        engines = [Address(name).open() for name in implementation or []]
        cases = _cases(folder)
        tolerance = None
        if not engines:
            engines = [find(DEFAULT_ORACLE), find(ORACLE_OF_THE_ORACLE)]
            tolerance = tolerances.FLOAT64
        shown = [_show(one, checking.check(one, cases, tolerance), cases) for one in engines]
        raise typer.Exit(max(shown))


def _cases(folder: Path | None) -> list[dict[str, Any]]:
    if folder is not None:
        return checking.read_folder(folder)[1]
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "vectors"
        exporting.export(fresh, with_onnx=False)
        return checking.read_folder(fresh)[1]


def _show(
    engine: Implementation, outcomes: Iterable[checking.Outcome], cases: list[dict[str, Any]]
) -> int:
    """A line for every case that does not agree, and the count of all; the exit code."""
    table = Table()
    for column in ("case", "verdict"):
        table.add_column(column, no_wrap=True)
    table.add_column("what", overflow="fold")
    counts: Counter[str] = Counter()
    for one in outcomes:
        counts[one.word] += 1
        if one.word != "agrees":
            table.add_row(one.case, one.word, Text(printable(one.sentence)))
    if table.row_count:
        out.print(table)
    if again := sum(checking.is_recomputed(engine, case) for case in cases):
        out.print(
            f"{counted(again, 'case')} of Adam compared with an oracle that adds epsilon after "
            "the correction of the bias, as this implementation declares"
        )
    agree, total = counts.pop("agrees", 0), len(cases)
    verb = "agrees" if agree == 1 and total == 1 else "agree"
    others = "".join(f", {_in_words(word, count)}" for word, count in sorted(counts.items()))
    out.print(Text(f"{engine.name}: {agree} of {counted(total, 'case')} {verb}{others}"))
    if counts["differs"] or counts["error"]:
        return DEVIATIONS
    return AS_EXPECTED if agree else UNUSABLE


def _in_words(word: str, count: int) -> str:
    """A count of cases as it is said: 1 differs, 2 differ, 3 not supported, 1 error."""
    if word == "error":
        return counted(count, word)
    singular, plural = {"differs": ("differs", "differ")}.get(word, ("not supported",) * 2)
    return f"{count} {singular if count == 1 else plural}"


vectors.command(epilog="Example: lstm-spec vectors first inference")(first_cases.first)
