"""The versions of each subject, from the oldest to the newest, and the share of clauses that pass.

A subject is what has one name and one backend: Keras on JAX and Keras on TensorFlow are two. A
report does not say when it was made, so the order is that of the versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from packaging.version import InvalidVersion, Version

from lstm_spec.comparison.matrix import Column
from lstm_spec.comparison.upgrade import Upgrade, upgrade

BEGINNING = re.compile(r"[vV]?([0-9]+(?:\.[0-9]+)*)")
NUMBER = re.compile(r"([0-9]+)")
WORD = re.compile(r"-[A-Za-z]")


class SameVersion(ValueError):
    """Two reports say that they are of the same version of the same subject."""


@dataclass(frozen=True)
class Subject:
    """One subject with its reports, the oldest version first."""

    name: str
    """Its name, and its backend if it has one."""
    reports: tuple[Column, ...]

    @property
    def newest(self) -> Column:
        """The report of the newest version."""
        return self.reports[-1]

    def steps(self) -> list[Upgrade]:
        """What changes from each version to the next."""
        return [upgrade(before, after) for before, after in pairwise(self.reports)]


def subjects(reports: Iterable[Column]) -> list[Subject]:
    """The subjects by name, each with its reports by version.

    Raises SameVersion, with the two files and the remedy, for two reports of one version.
    """
    found: dict[str, list[Column]] = {}
    for one in reports:
        found.setdefault(subject_of(one), []).append(one)
    every = []
    for name in sorted(found, key=lambda one: (one.casefold(), one)):
        ordered = sorted(
            found[name], key=lambda one: (order(version_of(one)), order(_backend(one)[1]))
        )
        for before, after in pairwise(ordered):
            if identity(before) == identity(after):
                raise SameVersion(
                    f"{before.name}.json and {after.name}.json are both reports of {after.title}: "
                    "remove one of them (--keep puts a new report in the place of the earlier one "
                    "of the same version)"
                )
        every.append(Subject(name, tuple(ordered)))
    return every


def subject_of(report: Column) -> str:
    """The name of what was judged, with its backend; the version of the backend does not count."""
    backend, _ = _backend(report)
    name = str(report.implementation["name"])
    return f"{name} on {backend}" if backend else name


def identity(report: Column) -> tuple[str, str, str]:
    """Subject, version, and the version of the backend: of each there is one report."""
    return subject_of(report), version_of(report), _backend(report)[1]


def version_of(report: Column) -> str:
    """The version that was judged, as the subject states it."""
    return str(report.implementation["version"])


def label(report: Column) -> str:
    """The version, and that of the backend in brackets where it is stated."""
    name, version = _backend(report)
    return f"{version_of(report)} ({name} {version})" if version else version_of(report)


def _backend(report: Column) -> tuple[str, str]:
    """Name and version of the backend; empty where there is none."""
    whole = str(report.implementation.get("backend") or "")
    name, _, version = whole.rpartition(" ")
    return (name, version) if name and version[:1].isdigit() else (whole, "")


def order(version: str) -> tuple[Any, ...]:
    """Where a version stands among others: by its numbers, not by its text.

    Versions as pip knows them (PEP 440) are ordered as pip orders them: 1.9, 1.10rc1, 1.10. Where
    only the beginning is such a version, what follows counts as something after it (``1.10-3-gab``,
    as ``git describe`` says it), or as something before it if it is a word (``1.10-SNAPSHOT``, as
    in semantic versioning). What does not begin with a number comes first.
    """
    try:
        return (1, Version(version), 0, (), version)
    except InvalidVersion:
        pass
    if (found := BEGINNING.match(version)) is None:
        return (0, _by_numbers(version), version)
    rest = version[found.end() :]
    return (1, Version(found[1]), -1 if WORD.match(rest) else 1, _by_numbers(rest), version)


def _by_numbers(text: str) -> tuple[tuple[int, int, str], ...]:
    """A text in parts, each number in it as a number."""
    return tuple(
        (1, int(part), part) if NUMBER.fullmatch(part) else (0, 0, part)
        for part in NUMBER.split(text)
        if part
    )


def share(report: Column) -> float | None:
    """The percentage of clauses that pass, of those that were judged; None if none was."""
    counts = report.counts()
    judged = counts["✓"] + counts["✗"] + counts["!"]
    return 100 * counts["✓"] / judged if judged else None
