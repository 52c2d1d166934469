"""Pinned environments: what has to be installed, into which Python, to verify an implementation.

A recipe is an entry of a TOML file; the files are found through the entry points of the group
``lstm_spec.environments`` (each names a folder of them).

    [onnxruntime]
    description = "ONNX Runtime, the LSTM operator"
    python = "3.11"
    requirements = ["onnxruntime==1.31.0", "onnx==1.23.0"]
    adapter = "onnxruntime_lstm.py:implementation"    # path from the TOML file
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path

GROUP = "lstm_spec.environments"


class NoSuchEnvironment(ValueError):
    """There is no recipe of that name; the message says what there is."""


class BadRecipe(ValueError):
    """A recipe cannot be read; the message says which, and what it may hold."""


@dataclass(frozen=True)
class Recipe:
    """One pinned environment and the adapter that is run in it."""

    name: str
    description: str
    python: str
    requirements: tuple[str, ...]
    adapter: str
    """Absolute path of the adapter's file, a colon, and the attribute in it."""
    loader: str = ""
    """Absolute path of a script that runs in it and opens saved models as a user would: with the
    library's own loader. Empty where the library has none."""
    unpinned: tuple[str, ...] = ()
    """Installed afterwards with ``--no-deps``: what would pull a second framework in."""
    packages: tuple[str, ...] = ()
    """Pinned npm packages, for an adapter in JavaScript, which Node runs in place of Python."""
    environment: str = ""
    """The environment's own name, where several recipes share one (with equal requirements)."""
    variables: dict[str, str] = field(default_factory=dict)
    """Environment variables for the worker; ``{folder}`` in one becomes ``folder``."""
    expect: str = ""
    """The shipped expectation file that holds for it."""
    seconds: float = 900.0
    """After how long an installation is given up."""
    answer_seconds: float = 60.0
    """After how long an answer is given up; some have to compile C before they can give one."""

    @property
    def fingerprint(self) -> str:
        """Changes when the environment has to be made anew."""
        facts: tuple[object, ...] = (self.python, self.requirements, self.unpinned)
        if self.packages:
            facts += (self.packages,)
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]

    @property
    def folder(self) -> Path:
        """Where the environment lies (``LSTM_SPEC_ENVIRONMENTS`` or the user's cache)."""
        return root() / (self.environment or self.name)

    @property
    def interpreter(self) -> Path:
        """Its Python; for an adapter in JavaScript, Node."""
        if self.packages:
            return Path(shutil.which("node") or "node")
        windows = self.folder / "Scripts" / "python.exe"
        return windows if os.name == "nt" else self.folder / "bin" / "python"

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment variables of a program that runs in it; Node is told its packages."""
        packages = {"NODE_PATH": str(self.folder / "node_modules")} if self.packages else {}
        named = {
            key: one.replace("{folder}", str(self.folder)) for key, one in self.variables.items()
        }
        return {**packages, **named}

    @property
    def is_ready(self) -> bool:
        """Whether it has been created, completely, from this very recipe."""
        stamp = self.folder / "lstm-spec.json"
        try:
            made: dict[str, object] = json.loads(stamp.read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return made.get("fingerprint") == self.fingerprint and self.interpreter.exists()

    def stamp(self) -> None:
        """Note that the environment is complete."""
        facts = {"fingerprint": self.fingerprint, **asdict(self)}
        (self.folder / "lstm-spec.json").write_text(json.dumps(facts, indent=1), "utf-8")


def root() -> Path:
    """The folder of all environments."""
    chosen = os.environ.get("LSTM_SPEC_ENVIRONMENTS")
    if chosen:
        return Path(chosen)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "lstm-spec" / "environments"


def recipes() -> dict[str, Recipe]:
    """Every recipe by name."""
    found: dict[str, Recipe] = {}
    for point in entry_points(group=GROUP):
        try:
            folder = Path(str(point.load()))
        except Exception as error:
            package = f"the package {point.dist.name}" if point.dist else "an unnamed package"
            raise BadRecipe(
                f"the environments {point.name!r} of {package} cannot be found through "
                f"{point.value}: {type(error).__name__}: {error}; repair it, or uninstall it"
            ) from error
        for file in sorted(folder.glob("*.toml")):
            for name, entry in _entries(file).items():
                found[name] = _recipe(name, entry, folder)
    return found


def _entries(file: Path) -> dict[str, dict[str, object]]:
    """The tables of a TOML file. Raises BadRecipe with its path."""
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRecipe(f"{file}: {error}") from error
    for name, entry in found.items():
        if not isinstance(entry, dict):
            raise BadRecipe(f"{file}: {name} = {entry!r:.40} stands outside of any [environment]")
    return found


def recipe(name: str) -> Recipe:
    """The recipe of that name. Raises NoSuchEnvironment with what was probably meant."""
    known = recipes()
    if name in known:
        return known[name]
    near = get_close_matches(name, list(known), n=3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise NoSuchEnvironment(
        f"there is no environment called {name!r}.{hint} lstm-spec env list shows all {len(known)}."
    )


def _recipe(name: str, entry: dict[str, object], folder: Path) -> Recipe:
    """One entry, with its lists made immutable and its adapter's path made absolute.

    Raises BadRecipe for a key that is missing or unknown.
    """
    wanted = {one.name for one in fields(Recipe)} - {"name"}
    needed = {"description", "python", "requirements", "adapter"}
    if not needed <= set(entry) <= wanted:
        raise BadRecipe(
            f"environment {name!r} in {folder}: it needs {', '.join(sorted(needed))} and may have "
            f"{', '.join(sorted(wanted - needed))}, but has {', '.join(entry)} "
            f'(a name with a dot is written in quotes: ["{name}.0"])'
        )
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    file, _, attribute = str(values["adapter"]).partition(":")
    values["adapter"] = f"{(folder / file).resolve()}:{attribute}"
    if values.get("loader"):
        values["loader"] = str((folder / str(values["loader"])).resolve())
    return Recipe(name, **values)  # type: ignore[arg-type]
