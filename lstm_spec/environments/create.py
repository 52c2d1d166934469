"""Make a pinned environment: find the interpreter, install, and only then call it ready."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from lstm_spec.environments import Recipe

LAST_VIRTUALENV_FOR_PYTHON_2 = "virtualenv==20.21.1"
LAST_PIP = {"3.6": "pip==21.3.1", "3.7": "pip==24.0", "3.8": "pip==25.0.1", "3.9": "pip==25.3"}
"""For a Python whose own pip is so old that it would take one that cannot run there."""


class MissingInterpreter(Exception):
    """The Python that the recipe needs is not on this machine."""


class InstallationFailed(Exception):
    """Something could not be installed; the message ends with the installer's last words."""


def create(recipe: Recipe, say: Callable[[str], None] = lambda line: None) -> Path:
    """Make the environment unless it is ready; its interpreter.

    Raises MissingInterpreter or InstallationFailed; a half-made environment is never called ready,
    and is made anew the next time.
    """
    if recipe.is_ready:
        say(f"{recipe.name} is ready in {recipe.folder}")
        return recipe.interpreter
    if recipe.packages:
        return _create_for_node(recipe, say)
    python = interpreter(recipe.python)
    shutil.rmtree(recipe.folder, ignore_errors=True)
    recipe.folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"making {recipe.name} with {python}")
    _make(recipe, python)
    pip = [str(recipe.interpreter), "-m", "pip", "install", "--disable-pip-version-check"]
    if not recipe.python.startswith("2"):
        newest = LAST_PIP.get(recipe.python, "pip")
        _run([*pip, "--quiet", "--upgrade", newest], recipe.seconds)
    if recipe.requirements:
        say(f"installing {', '.join(recipe.requirements)}")
        _run([*pip, *recipe.requirements], recipe.seconds)
    if recipe.unpinned:
        _run([*pip, "--no-deps", *recipe.unpinned], recipe.seconds)
    recipe.stamp()
    return recipe.interpreter


def _create_for_node(recipe: Recipe, say: Callable[[str], None]) -> Path:
    """Put npm packages into the environment's folder; what they would run is not run."""
    npm, _ = node_programs()
    shutil.rmtree(recipe.folder, ignore_errors=True)
    recipe.folder.mkdir(parents=True)
    say(f"installing {', '.join(recipe.packages)}")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(recipe.folder)]
    _run([npm, "install", *options, *recipe.packages], recipe.seconds)
    recipe.stamp()
    return recipe.interpreter


def node_programs() -> tuple[str, str]:
    """Npm and Node. Raises MissingInterpreter unless both are there."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise MissingInterpreter("Node and its npm are needed and were not found on PATH")
    return npm, node


def interpreter(version: str) -> Path:
    """A Python of that version (``3.6``). Raises MissingInterpreter: where it was looked for."""
    for candidate in _candidates(version):
        if _version(candidate) == version:
            return candidate
    raise MissingInterpreter(
        f"Python {version} is needed and was not found on PATH or among pyenv's versions; "
        f"install it (pyenv install {version}) and try again"
    )


def _candidates(version: str) -> Iterator[Path]:
    """Our own interpreter, those on PATH, those that pyenv has installed."""
    yield Path(sys.executable)
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}*/bin/python"))


def _version(python: Path) -> str:
    """``major.minor`` of an interpreter; empty if it does not run."""
    ask = "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run(
            [python, "-c", ask], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _make(recipe: Recipe, python: Path) -> None:
    """An empty environment; Python 2 has no venv, so an old virtualenv makes that one."""
    if not recipe.python.startswith("2"):
        _run([str(python), "-m", "venv", str(recipe.folder)], 120)
        return
    maker = recipe.folder.with_name(f"{recipe.name}-maker")
    _run([sys.executable, "-m", "venv", "--clear", str(maker)], 120)
    tool = maker / "bin" / "python"
    _run([str(tool), "-m", "pip", "install", "--quiet", LAST_VIRTUALENV_FOR_PYTHON_2], 300)
    _run([str(tool), "-m", "virtualenv", "-q", "-p", str(python), str(recipe.folder)], 300)
    shutil.rmtree(maker)


def _run(command: list[str], seconds: float) -> None:
    """Run one step to its end or its time limit, and its children with it."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except BaseException as stopped:
        os.killpg(process.pid, 9)
        process.communicate()
        if isinstance(stopped, subprocess.TimeoutExpired):
            raise InstallationFailed(f"{' '.join(command)}: not done in {seconds:g} s") from None
        raise
    if process.returncode:
        last = "\n".join(said.strip().splitlines()[-8:])
        raise InstallationFailed(f"{' '.join(command)} ended with {process.returncode}:\n{last}")
