"""``study``: the distribution of every published figure over seeds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec.cli.app import (
    MAINTAINERS,
    UNUSABLE,
    app,
    err,
    given_command,
    out,
    plain_errors,
    stop,
)
from lstm_spec.cli.verify import Jobs, processes
from lstm_spec.output.progress import Stand, progress
from lstm_spec.output.wording import counted
from lstm_spec.pipelines import PIPELINES, find
from lstm_spec.run.executors import executor as find_executor
from lstm_spec.run.interruption import Interruption
from lstm_spec.run.jobs import JobsLost, Stopped
from lstm_spec.site import claims_page
from lstm_spec.study import Study, run
from lstm_spec.study import show as report
from lstm_spec.study.claims import scipy_stats

ALL = "all"
GOES_ON = "what was trained is kept, and the same command goes on from here"


@app.command(
    epilog="Example: lstm-spec study alphabet-stateful --seeds 1000", rich_help_panel=MAINTAINERS
)
def study(
    pipelines: Annotated[
        list[str], typer.Argument(help="Pipelines, options included; or all: the eleven.")
    ],
    seeds: Annotated[int, typer.Option(help="Seeds 0 to N - 1.", min=1)] = 100,
    implementation: Annotated[str, typer.Option(help="What trains.")] = "jax",
    executor: Annotated[str, typer.Option(help="local, or dask://HOST:PORT.")] = "local",
    out_folder: Annotated[
        Path, typer.Option("--out", help="Folder of the results, one file per pipeline.")
    ] = Path("studies"),
    epochs: Annotated[
        int | None, typer.Option(help="Instead of the documented number.", min=1)
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Folder for plots (the extra study draws them).")
    ] = None,
    jobs: Jobs = "auto",
) -> None:
    """Train from many seeds and show how often each published figure comes out.

    A study that was ended goes on where it was when the same command is given again.
    """
    with plain_errors():
        scipy_stats()  # better missed now than after an hour of training
        names = list(PIPELINES) if pipelines == [ALL] else pipelines
        out_folder.mkdir(parents=True, exist_ok=True)
        studies = {
            out_folder / f"{file_name(find(name).name)}.jsonl": Study(
                name, seeds, implementation, epochs
            )
            for name in names
        }
        started = time.perf_counter()
        stands = {one: Stand(one.pipeline, seeds) for one in studies.values()}
        workers = find_executor(executor, processes(jobs))
        with Interruption() as interruption:
            try:
                with progress(err, *stands.values()), interruption.telling(workers.stop):
                    found = run(
                        studies,
                        workers,
                        command=given_command(),
                        progress=lambda one, done: stands[one].move(done),
                    )
            except Stopped:
                stop(f"interrupted; {GOES_ON}", interruption.exit_code)
            except JobsLost as lost:
                stop(f"{lost}; {GOES_ON}", UNUSABLE)
        seconds = time.perf_counter() - started
        for file, results in found.items():
            report.show(results, out)
            out.print(Text(f"{file}", style="dim"))
            if plot is not None:
                out.print(Text(str(report.draw(results, plot)), style="dim"))
        out.print(
            Text(f"{counted(len(found), 'study')} of {counted(seeds, 'seed')} in {seconds:.1f} s")
        )


def file_name(pipeline: str) -> str:
    """The name of a pipeline as the name of a file."""
    return pipeline.replace(":", "--").replace(",", "-").replace("=", "-")


@app.command(
    epilog="Example: lstm-spec claims docs/data docs/claims.md", rich_help_panel=MAINTAINERS
)
def claims(
    folder: Annotated[Path, typer.Argument(help="Folder with the results of studies.")],
    file: Annotated[Path, typer.Argument(help="The Markdown page to write.")],
    picture: Annotated[
        Path | None, typer.Option(help="Draw the distributions here (SVG); the page shows it.")
    ] = None,
) -> None:
    """Write the page that compares every published figure with the studies."""
    with plain_errors():
        shown = f" --picture {picture}" if picture else ""
        command = f"lstm-spec claims {folder} {file}{shown}"
        count = claims_page.write(folder, file, command, picture)
        out.print(Text(f"{file}: {counted(count, 'study')}"))
