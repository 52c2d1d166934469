"""Expectation files are read here. What is not understood is refused with its place and a remedy.

The reasons that the shipped files name by an id stand in ``causes.toml``, each once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lstm_spec.expectations.expectation import Expectation

CAUSES = "causes"
"""The name of the file of reasons: it holds no expectations."""

WORDS = {
    "reason": "the sentence that says what the implementation does instead",
    "url": "a URL, such as https://example.org/our-tracker/12",
    "source": "who found it, in words",
    "remedy": "what a user can do, in words",
    "where": "the machines on which it fails, in words",
    "cause": f"the id of a reason in {CAUSES}.toml",
    "clause": 'the id of a clause, such as "STATE-55"',
}
"""The keys whose value is a text, and what the text says."""

OTHERS = {
    "clauses": 'a list of ids, such as ["STATE-55", "STATE-58"]',
    "rate": "the share of runs in which the clause fails, a number above 0 and at most 1",
}

WRITTEN_OUT = ("reason", "url", "source", "remedy")
"""What an entry says itself, or has from its cause."""

FORMER = {"address": "url"}
"""Keys of version 0.1, and what they are called now."""

CLAUSE = re.compile(r"[A-Z]+-\d\d+")


class BadExpectations(ValueError):
    """The expectation file cannot be used; the message says where it is wrong and what to do."""


def shipped() -> tuple[str, ...]:
    """The names of the files in this folder."""
    here = files("lstm_spec.expectations")
    names = (one.name.removesuffix(".toml") for one in here.iterdir() if one.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name != CAUSES))


def read(name: str) -> dict[str, Expectation]:
    """The expectations in a file, or in the shipped file of that name, by clause.

    Raises BadExpectations for a missing file and for whatever in it is not understood.
    """
    path = Path(name)
    if path.is_file():
        data = _parsed(path.read_bytes(), name)
    elif name in shipped():
        data = _parsed((files("lstm_spec.expectations") / f"{name}.toml").read_bytes(), name)
    else:
        near = get_close_matches(name, shipped(), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise BadExpectations(
            f"no expectation file {name!r}{hint}: give the path of a file, or the name of one of "
            f"the {len(shipped())} shipped ones, which are called like the environments that "
            "lstm-spec env list shows"
        )
    if strange := data.keys() - {"expect"}:
        raise BadExpectations(
            f"{name}: the key {min(strange)} is not known; each deviation is an entry of its own, "
            "and begins with [[expect]]"
        )
    entries = data.get("expect", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise BadExpectations(
            f"{name}: expect is no list of entries; begin each entry with [[expect]], in double "
            "brackets"
        )
    found: dict[str, Expectation] = {}
    for number, entry in enumerate(entries, 1):
        for one in _expectations(entry, f"{name}, entry {number}"):
            if one.clause in found:
                raise BadExpectations(
                    f"{name}, entry {number}: {one.clause} is expected twice; take it out of one "
                    "of the entries"
                )
            found[one.clause] = one
    return found


@cache
def causes() -> Mapping[str, Mapping[str, str]]:
    """The shipped reasons by id: ``reason``, ``url`` or ``source``, and ``remedy`` if there is one.

    Raises BadExpectations if the file is broken.
    """
    text = (files("lstm_spec.expectations") / f"{CAUSES}.toml").read_bytes()
    known = _parsed(text, CAUSES)
    for name, one in known.items():
        _check(one, f"{CAUSES}.toml, {name}", WRITTEN_OUT)
        _need_a_reason(one, f"{CAUSES}.toml, {name}")
    return known


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadExpectations(
            f"{name} is no text in UTF-8; an expectation file is TOML, with an entry [[expect]] "
            "for each known deviation"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise BadExpectations(f"{name}: {error}; it is not valid TOML") from error


def _expectations(entry: Mapping[str, Any], place: str) -> Iterable[Expectation]:
    """One entry, for each of its clauses. Raises BadExpectations."""
    _check(entry, place, (*WORDS, *OTHERS))
    if ("clause" in entry) == ("clauses" in entry):
        raise BadExpectations(
            f"{place}: write either clause or clauses: {WORDS['clause']}, or {OTHERS['clauses']}"
        )
    names = entry.get("clauses", [entry.get("clause")])
    for name in names:
        if not CLAUSE.fullmatch(name):
            raise BadExpectations(
                f"{place}: the clause {name!r} is wanted as {WORDS['clause']} "
                "(lstm-spec list clauses)"
            )
    told = entry if "cause" not in entry else _of_cause(entry, place)
    _need_a_reason(told, place)
    for name in names:
        yield Expectation(
            name,
            told["reason"],
            told.get("url", ""),
            told.get("source", ""),
            told.get("remedy", ""),
            entry.get("rate", 1.0),
            entry.get("where", ""),
            entry.get("cause", ""),
        )


def _of_cause(entry: Mapping[str, Any], place: str) -> Mapping[str, str]:
    """What is written of the cause that an entry names. Raises BadExpectations."""
    name = entry["cause"]
    if twice := [key for key in WRITTEN_OUT if key in entry]:
        raise BadExpectations(
            f"{place}: {twice[0]} and cause = {name!r} both say it; leave one of them out"
        )
    if name not in causes():
        near = get_close_matches(name, causes(), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "write reason = and url = instead"
        raise BadExpectations(f"{place}: cause = {name!r} is not in {CAUSES}.toml; {hint}")
    return causes()[name]


def _check(entry: Any, place: str, allowed: Iterable[str]) -> None:
    """Raise BadExpectations for a key that is not known, or a value of another type."""
    if not isinstance(entry, dict):
        raise BadExpectations(f"{place}: {entry!r} is no table of keys and values")
    for key, value in entry.items():
        if key not in allowed:
            near = [FORMER[key]] if key in FORMER else get_close_matches(key, allowed, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            raise BadExpectations(
                f"{place}: the key {key} = {value!r} is not known; {hint}"
                f"(known: {', '.join(allowed)})"
            )
        if not _is_right(key, value):
            wanted = WORDS.get(key) or OTHERS[key]
            raise BadExpectations(f"{place}: {key} = {value!r}, but wanted is {wanted}")


def _is_right(key: str, value: Any) -> bool:
    """Whether a value is of the type that its key wants."""
    if key == "rate":
        return type(value) in (int, float) and 0 < value <= 1
    if key == "clauses":
        return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    if key == "url":
        return isinstance(value, str) and bool(re.match(r"https?://\S", value))
    return isinstance(value, str) and bool(value.strip())


def _need_a_reason(told: Mapping[str, Any], place: str) -> None:
    """Raise BadExpectations if a reason is missing, or where it is told."""
    if "reason" not in told:
        raise BadExpectations(f"{place} has no reason: write reason = {WORDS['reason']}")
    if "url" not in told and "source" not in told:
        raise BadExpectations(
            f"{place} does not say where it is told: write url = {WORDS['url']}, or "
            f"source = {WORDS['source']}"
        )
