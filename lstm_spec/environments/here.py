"""Which libraries of a recipe are in this Python in other versions than the recipe pins."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import InvalidRequirement, Requirement

from lstm_spec.environments import Recipe

NOT_THE_SUBJECT = {"numpy", "setuptools", "protobuf"}
"""Pinned for the sake of the others: another version of these is nothing to be told."""


def differences(recipe: Recipe) -> list[str]:
    """A sentence for each library that is here in another version than the recipe pins.

    What is not installed here is passed over: several recipes share one environment, and only the
    adapter knows what it needs.
    """
    return list(_differences(recipe))


def _differences(recipe: Recipe) -> Iterator[str]:
    for text in recipe.requirements:
        try:
            pinned = Requirement(text)
            found = version(pinned.name)
        except (InvalidRequirement, PackageNotFoundError):
            continue
        known = pinned.specifier.contains(found, prereleases=True)
        if not known and pinned.name.lower() not in NOT_THE_SUBJECT:
            yield (
                f"{pinned.name} {found} of this Python was judged; the environment of "
                f"{recipe.name} pins {text}"
            )
