"""``model``: what a saved model is and computes, compared, written anew, as golden vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, NoReturn

import typer
from rich.text import Text

from lstm_spec.cli import completion
from lstm_spec.cli.app import (
    AS_EXPECTED,
    DEVIATIONS,
    UNUSABLE,
    Verbose,
    app,
    err,
    given_command,
    out,
    plain_errors,
    stop,
)
from lstm_spec.formats import NotReadable, NotSpecified, Request
from lstm_spec.meaning import open_model
from lstm_spec.output import targets
from lstm_spec.run.interruption import Interruption
from lstm_spec.saved_models import inputs, junit, report, text
from lstm_spec.saved_models.comparison import compare
from lstm_spec.saved_models.engines.findings import EngineFindings
from lstm_spec.saved_models.engines.names import Engine, kerases, named
from lstm_spec.saved_models.examination import Examination, examine
from lstm_spec.saved_models.report import Findings
from lstm_spec.saved_models.writing.give_back import Written


class Files(NamedTuple):
    """What is written, if it is asked for."""

    json: Path | None
    html: Path | None
    junit: Path | None


File = Annotated[Path, typer.Argument(help="A saved model: .h5, .keras, .onnx, .safetensors.")]


@app.command(
    epilog="""Examples:

    lstm-spec model lstm_model.h5

    lstm-spec model weights.h5 --architecture model.json

    lstm-spec model lstm_model.h5 --write rebuilt.py

    lstm-spec model lstm_model.h5 --on keras-3-tensorflow,keras-2.3

    lstm-spec model lstm_model.keras --against exported.onnx --data rows.npz"""
)
def model(
    file: File,
    architecture: Annotated[
        Path | None, typer.Option(help="The JSON of model.to_json(), where FILE has weights alone.")
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(help='The chain of a PyTorch state dict, such as "lstm, last, fc".'),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Your own inputs: .npy, or .npz with x (and y).")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A second file: do both compute the same?")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Give the model back: FILE.py (with FILE.npz), or .keras.")
    ] = None,
    target: Annotated[
        Literal["keras", "torch"], typer.Option(help="The library of the written script.")
    ] = "keras",
    vectors: Annotated[
        Path | None, typer.Option(help="Write golden vectors of this model to a new folder.")
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME,...",
            help="Engines: who loads the file, who computes the same? Names as for verify.",
            autocompletion=completion.subjects,
        ),
    ] = None,
    all_keras: Annotated[
        bool, typer.Option("--all-keras", help="The same for every pinned Keras, as a table.")
    ] = False,
    python: Annotated[str, typer.Option(help="Run the engines of --on in this interpreter.")] = "",
    command: Annotated[
        str, typer.Option(help="One more engine: a program that speaks the protocol.")
    ] = "",
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write what was found as JSON here.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write what was found as an HTML page here.")
    ] = None,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="Write a JUnit test case per engine here.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The rows that are drawn come from this.", min=0)] = 0,
    verbose: Verbose = False,
) -> None:
    """Say what a saved model is and what it computes. Nothing of the file is run or changed.

    Exit 0: read, and everything asked agrees; 1: something deviates, or does not load the file; 2:
    wrong usage; 3: not readable, not specified, or an engine that could not be asked.
    """
    files = Files(json_file, html_file, junit_file)
    with plain_errors(verbose):
        targets.check(*files)
        if python and not on:
            raise ValueError("--python says where the engines of --on run: give --on NAME as well")
        if not file.exists():
            raise ValueError(f"there is no file {file}")
        check_targets(file, write, target, vectors)
        names = [*(on or []), *(kerases() if all_keras else [])]
        asked = named(names, python, command) if names or command else []
        try:
            found = findings(
                Request(file, architecture, layers), data, against, write, target, vectors, seed
            )
        except (NotReadable, NotSpecified) as refused:
            refuse(Findings(given_command(), file, refused), files, verbose)
        if asked:
            found = judged(asked, found, architecture)
        finish(found, files)


def check_targets(
    file: Path, write: Path | None, target: Literal["keras", "torch"], vectors: Path | None
) -> None:
    """Refuse what could not be written before anything is read."""
    if write is not None:
        from lstm_spec.saved_models.writing.give_back import check_path

        check_path(write, target, file)
    if vectors is not None and vectors.exists() and any(vectors.iterdir()):
        raise ValueError(f"--vectors {vectors} is not empty: give the name of a new folder")


def findings(
    request: Request,
    data: Path | None,
    against: Path | None,
    write: Path | None,
    target: Literal["keras", "torch"],
    vectors: Path | None,
    seed: int,
) -> Findings:
    """Read the file, run it, and do with it what was asked.

    Raises NotReadable and NotSpecified for the file, ValueError for what was asked.
    """
    saved = open_model(request, apart=True)
    rows = inputs.from_file(data, saved) if data else inputs.drawn(saved, seed)
    examined = examine(saved, rows)
    compared = None
    if against is not None:
        compared = compare(examined, open_model(Request(against), apart=True))
    written = given_back(write, target, examined) if write else None
    exported = golden(vectors, examined, seed) if vectors else None
    return Findings(given_command(), request.path, None, examined, compared, written, exported)


def given_back(path: Path, target: Literal["keras", "torch"], examined: Examination) -> Written:
    """Write the model anew; a failed proof is a deviation."""
    from lstm_spec.saved_models.writing.give_back import give_back
    from lstm_spec.saved_models.writing.proof import NotProven

    try:
        return give_back(path, target, examined, lambda line: err.print(Text(line)))
    except NotProven as failed:
        stop(f"nothing was written: {failed}", DEVIATIONS)


def golden(folder: Path, examined: Examination, seed: int) -> str:
    """Write golden vectors; a sentence about them."""
    from lstm_spec.saved_models import vectors
    from lstm_spec.vectors.files import NotConfirmed

    try:
        manifest = vectors.export(folder, examined, seed)
    except NotConfirmed as disagreement:
        stop(f"nothing was written: {disagreement}", DEVIATIONS)
    return (
        f"{len(manifest['cases'])} cases in {folder}, computed by {manifest['computed_by']}, "
        f"confirmed by {manifest['confirmed_by']}"
    )


def judged(asked: Sequence[Engine], found: Findings, architecture: Path | None) -> Findings:
    """Each engine in turn, with a live line about what is being done.

    A signal ends the engine at hand; what was found before it is kept.
    """
    from lstm_spec.saved_models.engines import judging
    from lstm_spec.saved_models.engines.truth import Truth
    from lstm_spec.subjects.find import DEFAULT_ORACLE, find

    assert found.examined is not None
    truth = Truth(found.examined, architecture, find(DEFAULT_ORACLE))
    engines: list[EngineFindings] = []
    with err.status("") as status, Interruption() as interruption:

        def say(line: str) -> None:
            status.update(Text(line))
            if not err.is_terminal:
                err.print(Text(line))

        try:
            with interruption.telling(end_at_once):
                for one in asked:
                    engines.append(judging.judge(one, truth, say))
        except KeyboardInterrupt:
            left = asked[len(engines) :]
            engines += [EngineFindings(one.name, lost="interrupted") for one in left]
        code = interruption.exit_code if interruption else 0
    return replace(found, engines=tuple(engines), interrupted=code)


def end_at_once() -> NoReturn:
    """Called when a signal comes; the process of the engine at hand is ended on the way out."""
    raise KeyboardInterrupt


def refuse(found: Findings, files: Files, verbose: bool) -> NoReturn:
    """Say what the file is instead, what was read so far, and exit 3."""
    assert found.refused is not None
    text.refusal(found.refused, out)
    put_out(found, files)
    stop(str(found.refused), UNUSABLE, verbose)


CODES = {"agrees": AS_EXPECTED, "deviates": DEVIATIONS, "not asked": UNUSABLE}
"""The exit code by the verdict about a file that was read."""


def finish(found: Findings, files: Files) -> NoReturn:
    """Print, write, and exit with the code of the verdict."""
    text.show(found, out)
    put_out(found, files)
    raise typer.Exit(found.interrupted or CODES[found.verdict])


def put_out(found: Findings, files: Files) -> None:
    """Write the files that were asked for."""
    if files.json is not None:
        report.write(found, files.json)
    if files.html is not None:
        from lstm_spec.saved_models import page  # no other run waits for the template engine

        page.write(found, files.html)
    if files.junit is not None:
        junit.write(found, files.junit)
