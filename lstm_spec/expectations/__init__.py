"""Expectation files: deviations that are known, each with its reason and where to read about it.

    [[expect]]
    clause = "LIFE-08"
    reason = "validation inside fit runs through the training state"
    address = "https://github.com/keras-team/keras/issues/1853"

A clause listed here that fails is an *expected-fail*; one that holds is an *unexpected-pass*, and
the run fails. An entry that matches no clause is a warning. Files of known implementations lie in
this folder and are named without path and suffix: ``--expect keras-3-tensorflow``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from lstm_spec.verdicts import Judgement, Verdict


@dataclass(frozen=True)
class Expectation:
    """One known deviation."""

    clause: str
    reason: str
    address: str


class BadExpectations(ValueError):
    """The expectation file cannot be used; the message says what to mend."""


def shipped() -> tuple[str, ...]:
    """The names of the files in this folder."""
    here = files("lstm_spec.expectations")
    return tuple(sorted(f.name[:-5] for f in here.iterdir() if f.name.endswith(".toml")))


def read(name: str) -> dict[str, Expectation]:
    """The expectations in a file, or in the shipped file of that name, by clause.

    Raises BadExpectations for a missing file, broken TOML, an entry without a reason or address.
    """
    path = Path(name)
    if path.is_file():
        text = path.read_text("utf-8")
    elif name in shipped():
        text = (files("lstm_spec.expectations") / f"{name}.toml").read_text("utf-8")
    else:
        near = get_close_matches(name, shipped(), n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise BadExpectations(
            f"no expectation file {name!r}{hint} (shipped: {', '.join(shipped()) or 'none'})"
        )
    try:
        entries = tomllib.loads(text).get("expect", [])
    except tomllib.TOMLDecodeError as error:
        raise BadExpectations(f"{name}: {error}") from error
    found: dict[str, Expectation] = {}
    for number, entry in enumerate(entries, 1):
        missing = [key for key in ("clause", "reason", "address") if not entry.get(key)]
        if missing:
            raise BadExpectations(f"{name}: entry {number} has no {', no '.join(missing)}")
        if entry["clause"] in found:
            raise BadExpectations(f"{name}: {entry['clause']} is expected twice")
        found[entry["clause"]] = Expectation(entry["clause"], entry["reason"], entry["address"])
    return found


def apply(judgement: Judgement, expectations: dict[str, Expectation]) -> Judgement:
    """Turn a failure that was expected into expected-fail, a surprise into unexpected-pass."""
    expected = expectations.get(judgement.id)
    if expected is None:
        return judgement
    note = f"expected: {expected.reason} ({expected.address})"
    if judgement.verdict is Verdict.FAIL:
        judgement.verdict = Verdict.EXPECTED_FAIL
        judgement.diagnosis = f"{judgement.diagnosis} [{note}]"
    elif judgement.verdict is Verdict.PASS:
        judgement.verdict = Verdict.UNEXPECTED_PASS
        judgement.diagnosis = f"holds, but was {note}; take it out of the file"
    return judgement


def unmatched(expectations: Iterable[str], clauses: Iterable[str]) -> list[str]:
    """Entries that name no clause of the specification."""
    return sorted(set(expectations) - set(clauses))
