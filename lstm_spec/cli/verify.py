"""``verify`` and ``compare``: plan, run with a live line, print, write, exit."""

from __future__ import annotations

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
from lstm_spec.environments.here import differences
from lstm_spec.output import targets
from lstm_spec.output.targets import CannotWrite
from lstm_spec.output.terminal import PIPE_CLOSED, PipeClosed
from lstm_spec.output.wording import counted
from lstm_spec.report import Report
from lstm_spec.report.faces import Files, put_out
from lstm_spec.run import live, runner
from lstm_spec.run.executors import executor as find_executor
from lstm_spec.run.interruption import Interruption
from lstm_spec.run.local import cores
from lstm_spec.run.plan import EFFORT, LOCAL, Plan
from lstm_spec.subjects import trace as protocol_trace
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
Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="How long a clause may take.", min=0.1),
]
Memory = Annotated[
    int | None,
    typer.Option(metavar="MIB", help="How much memory a clause may hold, all processes.", min=1),
]
TraceFile = Annotated[
    Path | None,
    typer.Option("--trace", help="Write here what is said to a subject in another process."),
]


@app.command(
    epilog="""Examples:

    lstm-spec verify keras --only STATE,LIFE --html keras.html

    lstm-spec verify my_module:implementation --expect known.toml

    lstm-spec verify keras-2.3 --create-env --json reports/keras-2.3.json

    lstm-spec verify torch --here

    lstm-spec verify --command "./my_engine --fast" --timeout 20 --trace said.txt"""
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
    here: Annotated[
        bool,
        typer.Option("--here", help="Take the library of this Python, not a pinned environment."),
    ] = False,
    jobs: Jobs = "auto",
    executor: Where = "local",
    seed: Seed = 0,
    timeout: Timeout = None,
    memory: Memory = None,
    trace: TraceFile = None,
    create_env: Annotated[
        bool, typer.Option("--create-env", help="Make the subject's environment first.")
    ] = False,
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Exit 0 if its Python is not on this machine.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Judge every clause. Exit 0: as expected; 1: deviations; 2: wrong usage; 3: unusable."""
    if here and (python or command or create_env):
        stop("--here takes this Python: leave --python, --command, --create-env out", WRONG_USAGE)
    if bool(subject) == bool(command) or (command and python):
        stop(
            "give one subject: a name (with --python or without), or --command", WRONG_USAGE, False
        )
    with plain_errors(verbose):
        if create_env:
            _create(subject, skip_missing)
        plan = Plan(
            Address(subject, python, command, here),
            clauses.select(only or [], level),
            oracle,
            level,
            seed,
            1 if trace else processes(jobs),
            verbose,
            limit=timeout,
            memory_mib=memory,
            effort=EFFORT[level],
            executor=executor,
            trace=str(trace.absolute()) if trace else "",
        )
        _verify(plan, only or [], expect, Files(json_file, junit_file, html_file))


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
        plan = Plan(
            Address(one),
            clauses.select(only or [], level),
            other,
            level,
            seed,
            processes(jobs),
            verbose,
            effort=EFFORT[level],
        )
        _verify(plan, only or [], None, Files(json_file, None, html_file))


def _verify(plan: Plan, only: Sequence[str], expect: str | None, files: Files) -> NoReturn:
    """Run the plan with a live line, print, write; exit with the code that says how it went."""
    if not plan.clauses:
        raise ValueError(f"no clause of {', '.join(only)} is run at --level {plan.level}")
    known = expectations.read(expect) if expect else {}
    find_executor(plan.executor)
    files.check()
    if plan.trace:
        _begin_trace(plan, files)
    with Interruption() as interruption:
        with live.progress(plan, err) as saw:
            report = runner.run(plan, known, saw, interruption)
        report.command = given_command()
        if plan.subject.here and (recipe := plan.subject.recipe):
            report.warnings += differences(recipe)
        console = err if files.take_standard_output else out
        failures = put_out(report, files, console, verbose=plan.verbose)
        name = plan.subject.as_arguments()
        if report.unusable:
            say(f"{name} could not be used: {report.unusable}")
        elif not (report.judged or report.interrupted):
            say(f"nothing was judged of {name}: {report.why_nothing_was_judged}")
        _end(report, failures, interruption)


def _begin_trace(plan: Plan, files: Files) -> None:
    """An empty trace. Raises CannotWrite or ValueError where there can be none."""
    if plan.executor != LOCAL:
        raise ValueError("--trace writes what one process says: leave --executor out")
    targets.check(*files, Path(plan.trace))
    protocol_trace.begin(Path(plan.trace))


def _end(
    report: Report, failures: Sequence[Exception | PipeClosed], interruption: Interruption
) -> NoReturn:
    """Say what could not be put out, then exit with the code that says how it went."""
    for failure in failures:
        if isinstance(failure, CannotWrite):
            say(str(failure))
    for failure in failures:
        if not isinstance(failure, CannotWrite | PipeClosed):
            raise failure  # a mistake of ours, which is told as one
    if interruption:
        raise typer.Exit(interruption.exit_code)
    if any(isinstance(failure, CannotWrite) for failure in failures):
        raise typer.Exit(WRONG_USAGE)
    if failures:
        raise typer.Exit(PIPE_CLOSED)
    if report.unusable or not report.judged:
        raise typer.Exit(UNUSABLE)
    raise typer.Exit(AS_EXPECTED if report.as_expected else DEVIATIONS)


def processes(jobs: str) -> int:
    """How many processes ``-n`` asks for, and no more than there are cores: more would be slower.

    Raises ValueError for what is no number of processes.
    """
    if jobs == "auto":
        return len(cores())
    if not (jobs.isascii() and jobs.isdigit()) or int(jobs) < 1:
        raise ValueError(f"-n takes a number of processes, at least 1, or auto; got {jobs!r}")
    if int(jobs) > (most := len(cores())):
        say(f"-n {jobs}: {counted(most, 'process')}, one for each core, for more would be slower")
    return min(int(jobs), most)
