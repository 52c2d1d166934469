"""``model``: what a saved model is and computes, compared, written anew, as golden vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.text import Text

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
from lstm_spec.saved_models import inputs, report, text
from lstm_spec.saved_models.comparison import compare
from lstm_spec.saved_models.examination import Examination, examine
from lstm_spec.saved_models.report import Findings
from lstm_spec.saved_models.writing.give_back import Written

File = Annotated[Path, typer.Argument(help="A saved model: .h5, .keras, .onnx, .safetensors.")]


@app.command(
    epilog="""Examples:

    lstm-spec model lstm_model.h5

    lstm-spec model weights.h5 --architecture model.json

    lstm-spec model lstm_model.h5 --write rebuilt.py

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
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write what was found as JSON here.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The rows that are drawn come from this.", min=0)] = 0,
    verbose: Verbose = False,
) -> None:
    """Say what a saved model is and what it computes. Nothing of the file is run or changed.

    Exit 0: read, and everything asked agrees; 1: something deviates; 2: wrong usage; 3: not
    readable, or not specified.
    """
    with plain_errors(verbose):
        targets.check(json_file)
        if not file.exists():
            raise ValueError(f"there is no file {file}")
        check_targets(file, write, target, vectors)
        try:
            found = findings(
                Request(file, architecture, layers), data, against, write, target, vectors, seed
            )
        except (NotReadable, NotSpecified) as refused:
            refuse(Findings(given_command(), file, refused), json_file, verbose)
        finish(found, json_file)


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
    saved = open_model(request)
    rows = inputs.from_file(data, saved) if data else inputs.drawn(saved, seed)
    examined = examine(saved, rows)
    compared = None
    if against is not None:
        compared = compare(examined, open_model(Request(against)))
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


def refuse(found: Findings, json_file: Path | None, verbose: bool) -> NoReturn:
    """Say what the file is instead, what was read so far, and exit 3."""
    assert found.refused is not None
    text.refusal(found.refused, out)
    if json_file is not None:
        report.write(found, json_file)
    stop(str(found.refused), UNUSABLE, verbose)


def finish(found: Findings, json_file: Path | None) -> NoReturn:
    """Print, write, and exit with the code of the verdict."""
    text.show(found, out)
    if json_file is not None:
        report.write(found, json_file)
    raise typer.Exit(AS_EXPECTED if found.verdict == "agrees" else DEVIATIONS)
