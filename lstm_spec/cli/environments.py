"""``env`` and ``doctor``: pinned environments, and what can be verified on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from lstm_spec import environments
from lstm_spec.cli import completion
from lstm_spec.cli.app import app, err, out, plain_errors
from lstm_spec.cli.doctor import examine
from lstm_spec.environments.create import create

env = typer.Typer(no_args_is_help=True, help="Pinned environments of implementations.")
app.add_typer(env, name="env")

OF_OUR_PYTHON = ("PYTHONPATH", "PYTHONHOME")
"""Variables that lead to our own packages: another Python does not want them."""

Name = Annotated[
    str, typer.Argument(help="A name that env list shows.", autocompletion=completion.environments)
]


@env.command("create", epilog="Example: lstm-spec env create onnxruntime")
def create_(name: Name) -> None:
    """Install what an implementation needs into an environment of its own."""
    with plain_errors():
        python = create(environments.recipe(name), lambda line: err.print(Text(line)))
        out.print(Text(f"ready: {python}; now: lstm-spec verify {name}"))


@env.command("run", epilog="Example: lstm-spec env run opencv findings/opencv_lengths.py")
def run(
    name: Name, script: Annotated[Path, typer.Argument(help="A program for its Python, or Node.")]
) -> None:
    """Run a script with the library alone; the environment is made first. Exits as the script."""
    with plain_errors():
        recipe = environments.recipe(name)
        if not script.is_file():
            raise ValueError(f"there is no script {script}")
        program = create(recipe, lambda line: err.print(Text(line)))
        ours = {word: value for word, value in os.environ.items() if word not in OF_OUR_PYTHON}
        variables = {**ours, **recipe.surroundings}
        code = subprocess.run([program, script], env=variables, check=False).returncode
    raise typer.Exit(code if code >= 0 else 128 - code)


@env.command("remove", epilog="Example: lstm-spec env remove keras-2.3")
def remove(name: Name) -> None:
    """Delete an environment."""
    with plain_errors():
        folder = environments.recipe(name).folder
        if folder.exists():
            shutil.rmtree(folder)
        out.print(Text(f"{folder} is gone"))


@env.command("list", epilog="Example: lstm-spec env list")
def list_() -> None:
    """Every recipe, its Python, and whether it is ready here."""
    with plain_errors():
        table = Table()
        for column in ("name", "Python", "state"):
            table.add_column(column, no_wrap=True)
        table.add_column("description")
        for one in environments.recipes().values():
            state = "ready" if one.is_ready else "not created"
            table.add_row(one.name, one.python, state, Text(one.description))
        out.print(table)


@app.command(epilog="Example: lstm-spec doctor")
def doctor() -> None:
    """What is installed here, and which implementations can be verified, and how."""
    with plain_errors():
        examine(out)
