"""``verify`` and ``compare``: plan, run with a live line, print, write, exit."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn

import typer
from rich.text import Text

from lstm_spec import clauses, environments, expectations
from lstm_spec.clauses import Level
from lstm_spec.cli import completion
from lstm_spec.cli.app import (
    AS_EXPECTED,
    DEVIATIONS,
    INTERRUPTED,
    UNUSABLE,
    WRONG_USAGE,
    Verbose,
    app,
    err,
    out,
    plain_errors,
    stop,
)
from lstm_spec.environments.create import MissingInterpreter, create
from lstm_spec.report import json_report, junit, text
from lstm_spec.run import live, runner
from lstm_spec.run.executors import executor as find_executor
from lstm_spec.run.plan import EFFORT, Plan
from lstm_spec.subjects.address import Address

Subject = Annotated[
    str,
    typer.Argument(help="A known name, or module:attribute.", autocompletion=completion.subjects),
]
Oracle = Annotated[str | None, typer.Option(help="Compare with this implementation instead.")]
LevelOption = Annotated[Level, typer.Option("--level", help="How much is run.")]
Only = Annotated[
    list[str] | None,
    typer.Option(help="A clause or family; may be repeated.", autocompletion=completion.clauses),
]
Expect = Annotated[
    str | None,
    typer.Option(
        help="File (or shipped name) of known deviations.", autocompletion=completion.expectations
    ),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the JSON report here.")]
JunitFile = Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML here.")]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write a page for people here.")]
Jobs = Annotated[str, typer.Option("-n", "--jobs", help="Processes that judge, or auto.")]
Where = Annotated[str, typer.Option("--executor", help="local, or dask://HOST:PORT.")]
Seed = Annotated[int, typer.Option(help="Everything random comes from this.", min=0)]


@app.command(
    epilog="""Examples:

    lstm-spec verify keras --only STATE,LIFE --html keras.html

    lstm-spec verify my_module:implementation --expect known.toml

    lstm-spec verify keras-2.3 --create-env --json reports/keras-2.3.json

    lstm-spec verify --command "./my_engine --fast" """
)
def verify(
    subject: Subject = "",
    oracle: Oracle = None,
    level: LevelOption = Level.CORE,
    only: Only = None,
    expect: Expect = None,
    json_file: JsonFile = None,
    junit_file: JunitFile = None,
    html_file: HtmlFile = None,
    python: Annotated[str, typer.Option(help="Run the subject in this interpreter.")] = "",
    command: Annotated[str, typer.Option(help="A program that speaks the protocol.")] = "",
    jobs: Jobs = "auto",
    executor: Where = "local",
    seed: Seed = 0,
    create_env: Annotated[
        bool, typer.Option("--create-env", help="Make the subject's environment first.")
    ] = False,
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Exit 0 if its Python is not on this machine.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Judge every clause. Exit 0: as expected; 1: deviations; 2: wrong usage; 3: unusable."""
    if bool(subject) == bool(command) or (command and python):
        stop(
            "give one subject: a name (with --python or without), or --command", WRONG_USAGE, False
        )
    address = Address(subject, python, command)
    with plain_errors(verbose):
        if create_env:
            _create(subject, skip_missing)
        files = Files(json_file, junit_file, html_file)
        _verify(address, oracle, level, only, expect, files, jobs, seed, verbose, executor)


def _create(name: str, skip_missing: bool) -> None:
    """Make the environment; without its interpreter nothing is verified, and that is said."""
    try:
        create(environments.recipe(name), lambda line: err.print(Text(line)))
    except MissingInterpreter as missing:
        if not skip_missing:
            raise
        out.print(Text(f"skipped: {missing}"))
        raise typer.Exit(AS_EXPECTED) from None


@app.command(epilog="Example: lstm-spec compare keras torch")
def compare(
    one: Subject,
    other: Subject,
    level: LevelOption = Level.CORE,
    only: Only = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
    jobs: Jobs = "auto",
    seed: Seed = 0,
    verbose: Verbose = False,
) -> None:
    """Hold one implementation against another, clause by clause."""
    with plain_errors(verbose):
        files = Files(json_file, None, html_file)
        _verify(Address(one), other, level, only, None, files, jobs, seed, verbose)


class Files(NamedTuple):
    """Where the faces of the report are to be written, each if anywhere."""

    json: Path | None
    junit: Path | None
    html: Path | None


def _verify(
    address: Address,
    oracle: str | None,
    level: Level,
    only: list[str] | None,
    expect: str | None,
    files: Files,
    jobs: str,
    seed: int,
    verbose: bool,
    executor: str = "local",
) -> NoReturn:
    """Plan, run with a live line, print, write; exit with the code that says how it went."""
    known = expectations.read(expect) if expect else {}
    find_executor(executor)
    for file in files:
        if file and not file.resolve().parent.is_dir():
            raise ValueError(f"cannot write {file}: the folder does not exist")
    plan = Plan(
        address,
        clauses.select(only or [], level),
        oracle,
        level,
        seed,
        processes(jobs),
        verbose,
        effort=EFFORT[level],
        executor=executor,
    )
    if not plan.clauses:
        raise ValueError(f"no clause of {', '.join(only or [])} is run at --level {level}")
    with live.progress(plan, err) as saw:
        report = runner.run(plan, known, saw)
    report.command = " ".join(["lstm-spec", *sys.argv[1:]])
    if files.json:
        json_report.write(report, files.json)
    if files.junit:
        junit.write(report, files.junit)
    if files.html:
        from lstm_spec.report import html  # no other run waits for the template engine

        html.write(json_report.as_data(report), files.html)
    text.show(report, out, verbose=verbose)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.unusable:
        stop(f"{address.as_arguments()} could not be used: {report.unusable}", UNUSABLE)
    raise typer.Exit(AS_EXPECTED if report.as_expected else DEVIATIONS)


def processes(jobs: str) -> int:
    """How many processes ``-n`` asks for. Raises ValueError for what is no number."""
    if jobs == "auto":
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
    if not jobs.isdigit():
        raise ValueError(f"-n takes a number of processes or auto, got {jobs!r}")
    return int(jobs)
