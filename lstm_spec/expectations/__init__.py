"""Expectation files: deviations that are known, each with its reason and where to read about it.

    [[expect]]
    clause = "LIFE-08"
    reason = "validation inside fit runs through the training state"
    address = "https://github.com/keras-team/keras/issues/1853"

Several clauses with one cause are listed together: ``clauses = ["STATE-01", "LIFE-02"]``.
``remedy`` may say what a user of the implementation can do. A clause that fails only sometimes has
a ``rate``, the share of its runs that failed (the least, where counts differ, as those of races
do): it is judged so often that not one failure is as improbable as 1 in 1000, since a file may hold
some forty such clauses and the whole run is to be trusted. Where twenty times are too few for that,
a clause that holds is no surprise; where they would more likely than not show nothing, it is judged
once. A deviation of some machines only says ``where``, and is no
surprise if it is missing, since it may be looked for elsewhere.

A clause listed here that fails is an *expected-fail*; one that holds is an *unexpected-pass*, and
the run fails. An entry that matches no clause is a warning. Files of known implementations lie in
this folder and are named without path and suffix: ``--expect keras-3-tensorflow``.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from lstm_spec.verdicts import Judgement, Verdict

SURPRISE = 0.001
MOST_REPEATS = 20
RARE = 1 / 30


@dataclass(frozen=True)
class Expectation:
    """One known deviation."""

    clause: str
    reason: str
    address: str
    remedy: str = ""
    rate: float = 1.0
    """The share of the runs in which the clause fails; 1 if it always does."""
    where: str = ""
    """On which machines it fails; empty if it does on all."""

    @property
    def certain(self) -> bool:
        """Whether each run fails, on every machine."""
        return self.rate >= 1 and not self.where

    @property
    def repeats(self) -> int:
        """How many runs without a failure would be a surprise; at most ``MOST_REPEATS``."""
        if self.rate >= 1 or self.rate < RARE:
            return 1
        return min(MOST_REPEATS, math.ceil(math.log(SURPRISE) / math.log(1 - self.rate)))

    @property
    def would_surprise(self) -> bool:
        """Whether so many runs without a failure say that the deviation is gone."""
        if self.where:
            return False
        return self.certain or float((1 - self.rate) ** self.repeats) <= SURPRISE


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
        clauses = entry.get("clauses") or [entry.get("clause")]
        missing = [key for key in ("reason", "address") if not entry.get(key)]
        missing = missing if all(clauses) else ["clause", *missing]
        if missing:
            raise BadExpectations(f"{name}: entry {number} has no {', no '.join(missing)}")
        if not 0 < entry.get("rate", 1) <= 1:
            raise BadExpectations(f"{name}: the rate of entry {number} must be above 0, at most 1")
        for clause in clauses:
            if clause in found:
                raise BadExpectations(f"{name}: {clause} is expected twice")
            found[clause] = Expectation(
                clause,
                entry["reason"],
                entry["address"],
                entry.get("remedy", ""),
                entry.get("rate", 1.0),
                entry.get("where", ""),
            )
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
    elif judgement.verdict is Verdict.PASS and expected.would_surprise:
        judgement.verdict = Verdict.UNEXPECTED_PASS
        judgement.diagnosis = f"holds, but was {note}; take it out of the file"
    return judgement


def without_note(diagnosis: str) -> str:
    """What was found, without the reason that ``apply`` has put behind a failure."""
    return re.sub(r" \[expected: .*\]$", "", diagnosis, flags=re.DOTALL)


def unmatched(expectations: Iterable[str], clauses: Iterable[str]) -> list[str]:
    """Entries that name no clause of the specification."""
    return sorted(set(expectations) - set(clauses))
