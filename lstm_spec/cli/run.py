"""``run``: one documented pipeline, trained, and shown the way its document shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lstm_spec.cli import completion
from lstm_spec.cli.app import app, err, out, plain_errors
from lstm_spec.cli.verify import Seed
from lstm_spec.study.run_pipeline import run_and_show


@app.command(epilog="Example: lstm-spec run alphabet-stateful --implementation jax --seed 3")
def run(
    pipeline: Annotated[
        str,
        typer.Argument(
            help="A name that list pipelines shows.", autocompletion=completion.pipelines
        ),
    ],
    implementation: Annotated[
        str, typer.Option(help="What trains.", autocompletion=completion.subjects)
    ] = "numpy",
    seed: Seed = 0,
    epochs: Annotated[
        int | None, typer.Option(help="Instead of the documented number.", min=1)
    ] = None,
    own_weights: Annotated[
        bool, typer.Option("--own-weights", help="Begin with weights that the library draws.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Everything as JSON.")] = None,
    plot: Annotated[Path | None, typer.Option(help="The curves as a file (SVG).")] = None,
) -> None:
    """Train a documented pipeline and print its demonstration."""
    with plain_errors():
        run_and_show(
            pipeline,
            implementation,
            out,
            epochs=epochs,
            seed=seed,
            own_weights=own_weights,
            json_file=json_file,
            plot_file=plot,
            moves_on=err,
        )
