"""``coverage``: which arguments of the real libraries the clauses cover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec.cli import completion
from lstm_spec.cli.app import DEVIATIONS, UNUSABLE, app, out, plain_errors, stop
from lstm_spec.coverage import show
from lstm_spec.coverage.installed import CannotRead, differences, of_this_python
from lstm_spec.coverage.library_map import Library, chosen
from lstm_spec.output import targets
from lstm_spec.output.wording import counted


@app.command(epilog="Example: lstm-spec coverage keras.layers.LSTM")
def coverage(
    name: Annotated[
        str,
        typer.Argument(
            help="A library, or an interface such as LSTMCell; all if none.",
            autocompletion=completion.interfaces,
        ),
    ] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="The maps as JSON.")] = None,
    here: Annotated[
        bool,
        typer.Option("--here", help="Compare the maps with the libraries of this Python."),
    ] = False,
) -> None:
    """Which arguments of Keras, PyTorch, ONNX and others the clauses cover.

    With --here, exit 1 if a library of this Python has an argument without an entry, or lacks one.
    """
    with plain_errors():
        targets.check(json_file)
        pairs = chosen(name)
        if json_file:
            targets.write(json.dumps(show.as_json(pairs), indent=1) + "\n", json_file)
        one_library = len({library.name for library, _ in pairs}) == 1
        if name and (len(pairs) < 5 or one_library):
            for library, interface in pairs:
                out.print(show.table_of_arguments(library, interface))
        if len(pairs) > 1:
            out.print(show.table_of_interfaces(pairs))
        if here:
            compare({library.name: library for library, _ in pairs})


def compare(libraries: dict[str, Library]) -> None:
    """Say how the libraries of this Python differ from their maps, and exit accordingly."""
    found: list[str] = []
    asked = 0
    for library in libraries.values():
        try:
            installed = of_this_python(library)
        except CannotRead as error:
            stop(str(error), UNUSABLE)
        if installed is None:
            out.print(Text(f"{library.name} is not installed in this Python"))
            continue
        asked += 1
        differing = differences(library, installed)
        found += differing
        for sentence in differing or [f"{library.name} {installed.version}: as the map says"]:
            out.print(Text(sentence), soft_wrap=True)
    if not asked:
        stop("none of these libraries is installed in this Python", UNUSABLE)
    if found:
        out.print(Text(counted(len(found), "difference")))
        raise typer.Exit(DEVIATIONS)
