"""The maps: for each interface of a library, every argument with what covers it.

A map is a file in ``maps``. Each table of it is an interface; in it stand

    covered.NAME   the clauses that determine what the argument does; beside them, as ``but``, what
                   is no value of it
    partly.NAME    the clauses that determine a part of it, and what is lacking
    never.NAME     the reason why no clause can be about it
    not_yet        the names of the arguments that nothing covers yet
    environment    whose report has the verdicts of the clauses, if not that of the library
    rest           the interfaces that ``**kwargs`` go to, if it takes any
    no_rest        what becomes of ``**kwargs`` that no other interface takes
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lstm_spec.clauses import catalogue

FOLDER = Path(__file__).with_name("maps")

Standing = Literal["covered", "partly", "not yet", "never"]
"""How the specification stands to an argument."""

STANDINGS: tuple[Standing, ...] = ("covered", "partly", "not yet", "never")

HEAD = {"title", "distribution", "environment"}
KEYS = {
    "read",
    "of",
    "source",
    "environment",
    "covered",
    "partly",
    "never",
    "not_yet",
    "rest",
    "no_rest",
}


class BadMap(ValueError):
    """A map cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Argument:
    """One argument of one interface."""

    name: str
    standing: Standing
    clauses: tuple[str, ...] = ()
    remark: str = ""
    """What is lacking, why no clause can be about it, or what is no value of it."""


@dataclass(frozen=True)
class Interface:
    """A class, a function or a part of an operator's schema, with all its arguments."""

    name: str
    read: str
    """How its arguments are read, as ``read_arguments`` has it; ``listed`` if they cannot be."""
    of: str
    """What they are read of."""
    source: str
    """Where they are listed, if they cannot be read."""
    rest: tuple[str, ...]
    """The interfaces that further keyword arguments go to."""
    no_rest: str
    """What becomes of further keyword arguments that no interface takes."""
    environment: str
    """The environment whose report has the verdicts of the clauses, if not that of the library."""
    arguments: tuple[Argument, ...]

    def count(self, standing: Standing) -> int:
        """How many arguments have that standing."""
        return sum(one.standing == standing for one in self.arguments)


@dataclass(frozen=True)
class Library:
    """A library and its interfaces."""

    name: str
    title: str
    distribution: str
    """What its version is asked of."""
    environment: str
    """The recipe of the environment in which the recorded arguments were read."""
    interfaces: tuple[Interface, ...]


ENTRIES = {"covered": {"clauses", "but"}, "partly": {"clauses", "lacks"}}
"""What an entry of several parts may have."""


@cache
def libraries() -> dict[str, Library]:
    """Every map by the name of its file. Raises BadMap."""
    known = {one.id for one in catalogue()}
    return {file.stem: read_map(file, known) for file in sorted(FOLDER.glob("*.toml"))}


def read_map(file: Path, known: set[str]) -> Library:
    """One map, whose clauses must be among the known ones. Raises BadMap."""
    tables = tomllib.loads(file.read_text("utf-8"))
    head = {key: tables.pop(key) for key in list(tables) if not isinstance(tables[key], dict)}
    if set(head) != HEAD:
        raise BadMap(f"{file.name} needs {', '.join(sorted(HEAD))} and has {', '.join(head)}")
    interfaces = tuple(_interface(file.name, name, table, known) for name, table in tables.items())
    for one in interfaces:
        for other in one.rest:
            if other not in tables:
                raise BadMap(f"{file.name}: the rest of {one.name} goes to {other}, not in the map")
    return Library(file.stem, interfaces=interfaces, **head)


def _interface(file: str, name: str, table: Mapping[str, Any], known: set[str]) -> Interface:
    strange = set(table) - KEYS
    if strange:
        raise BadMap(f"{file}: {name} has {min(strange)}; there are {', '.join(sorted(KEYS))}")
    for standing, keys in ENTRIES.items():
        for argument, entry in table.get(standing, {}).items():
            if unknown := set(entry if isinstance(entry, dict) else ()) - keys:
                raise BadMap(
                    f"{file}: {name}, {argument} has {min(unknown)}; "
                    f"there are {', '.join(sorted(keys))}"
                )
    arguments = tuple(_arguments(table))
    for one in arguments:
        missing = [clause for clause in one.clauses if clause not in known]
        if missing:
            raise BadMap(f"{file}: {name}, {one.name}: there is no clause {missing[0]!r}")
        if one.standing in ("covered", "partly") and not one.clauses:
            raise BadMap(f"{file}: {name}, {one.name}: no clause is named")
        if one.standing in ("partly", "never") and not one.remark:
            raise BadMap(f"{file}: {name}, {one.name}: nothing says what is lacking, or why")
    names = [one.name for one in arguments]
    twice = [one for one in names if names.count(one) > 1]
    if twice:
        raise BadMap(f"{file}: {name} has two entries for {twice[0]}")
    how = table.get("read", "signature")
    if how == "listed" and not table.get("source"):
        raise BadMap(f"{file}: {name}: nothing says where its arguments are listed")
    told = {key: str(table.get(key, "")) for key in ("source", "no_rest", "environment")}
    rest = tuple(table.get("rest", ()))
    of = str(table.get("of", name))
    return Interface(name, read=how, of=of, rest=rest, arguments=arguments, **told)


def _arguments(table: Mapping[str, Any]) -> Iterator[Argument]:
    for name, clauses in table.get("covered", {}).items():
        entry = {"clauses": clauses} if isinstance(clauses, str) else clauses
        yield Argument(name, "covered", _ids(entry.get("clauses", "")), entry.get("but", ""))
    for name, entry in table.get("partly", {}).items():
        yield Argument(name, "partly", _ids(entry.get("clauses", "")), entry.get("lacks", ""))
    for name in table.get("not_yet", []):
        yield Argument(name, "not yet")
    for name, reason in table.get("never", {}).items():
        yield Argument(name, "never", remark=reason)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def chosen(name: str) -> list[tuple[Library, Interface]]:
    """The interfaces of a library, or one by its name or the end of it; all if empty.

    Raises ValueError, with what was probably meant, if there is none.
    """
    pairs = [(library, one) for library in libraries().values() for one in library.interfaces]
    by_library = [pair for pair in pairs if name in ("", pair[0].name)]
    if by_library:
        return by_library
    ends = [pair for pair in pairs if f".{pair[1].name}".endswith(f".{name}")]
    if ends:
        return ends
    known = [*libraries(), *(one.name for _, one in pairs)]
    short = [one.name.rpartition(".")[2] for _, one in pairs]
    words = {word.lower(): word for word in (*short, *known)}
    near = [words[word] for word in get_close_matches(name.lower(), words, n=3)]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(
        f"there is no map of {name!r}{hint} (lstm-spec coverage shows all {len(pairs)} interfaces)"
    )
