"""``verify`` and ``compare``: plan, run with a live line, print, write, exit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

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
    given_command,
    out,
    plain_errors,
    say,
    stop,
)
from lstm_spec.environments.create import MissingInterpreter, create
from lstm_spec.output.targets import CannotWrite
from lstm_spec.output.terminal import PIPE_CLOSED, PipeClosed
from lstm_spec.report import Report
from lstm_spec.report.faces import Files, put_out
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
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write an HTML report here.")]
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
    files.check()
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
    report.command = given_command()
    console = err if files.take_standard_output else out
    failures = put_out(report, files, console, verbose=verbose)
    if report.unusable:
        say(f"{address.as_arguments()} could not be used: {report.unusable}")
    elif not (report.judged or report.interrupted):
        say(f"nothing was judged of {address.as_arguments()}: {report.why_nothing_was_judged}")
    _end(report, failures)


def _end(report: Report, failures: Sequence[Exception | PipeClosed]) -> NoReturn:
    """Say what could not be put out, then exit with the code that says how it went."""
    for failure in failures:
        if isinstance(failure, CannotWrite):
            say(str(failure))
    for failure in failures:
        if not isinstance(failure, CannotWrite | PipeClosed):
            raise failure  # a mistake of ours, which is told as one
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if any(isinstance(failure, CannotWrite) for failure in failures):
        raise typer.Exit(WRONG_USAGE)
    if failures:
        raise typer.Exit(PIPE_CLOSED)
    if report.unusable or not report.judged:
        raise typer.Exit(UNUSABLE)
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
