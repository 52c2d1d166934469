"""The optional parts of this package: what each needs, what is missing, the command that helps."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement

PACKAGE = "lstm-spec"


def extras() -> tuple[str, ...]:
    """Every extra of the installed package."""
    return tuple(metadata(PACKAGE).get_all("Provides-Extra") or ())


def install(extra: str) -> str:
    """The command that brings an extra."""
    return f"pip install '{PACKAGE}[{extra}]'"


def missing(extra: str) -> list[str]:
    """The requirements of an extra that are not installed here, or too old."""
    return [str(one) for one in _requirements(extra) if not _is_met(one)]


def _requirements(extra: str) -> Iterator[Requirement]:
    """Those of the extra itself, and of the extras that it takes in."""
    for text in requires(PACKAGE) or []:
        one = Requirement(text)
        always = one.marker is None or one.marker.evaluate({"extra": ""})
        if always or one.marker is None or not one.marker.evaluate({"extra": extra}):
            continue
        if one.name == PACKAGE:
            for other in one.extras:
                yield from _requirements(other)
        else:
            one.marker = None
            yield one


def _is_met(one: Requirement) -> bool:
    try:
        return one.specifier.contains(version(one.name), prereleases=True)
    except PackageNotFoundError:
        return False
