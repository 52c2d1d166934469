"""What the shell offers after a tab: names of implementations, clauses, pipelines, files.

``lstm-spec --install-completion`` teaches the shell to ask.
"""

from __future__ import annotations

from collections.abc import Iterable


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def subjects(incomplete: str) -> list[str]:
    """Installed implementations and those with a pinned environment."""
    from lstm_spec.environments import recipes
    from lstm_spec.subjects.find import known

    return _beginning(incomplete, [*known(), *recipes()])


def environments(incomplete: str) -> list[str]:
    """Pinned environments."""
    from lstm_spec.environments import recipes

    return _beginning(incomplete, recipes())


def clauses(incomplete: str) -> list[str]:
    """Families, then clauses."""
    from lstm_spec.clauses import FAMILIES, catalogue

    return _beginning(incomplete, [*FAMILIES, *(one.id for one in catalogue())])


def interfaces(incomplete: str) -> list[str]:
    """Libraries with a map of their arguments, then the interfaces in the maps."""
    from lstm_spec.coverage.library_map import libraries

    inside = (one.name for library in libraries().values() for one in library.interfaces)
    return _beginning(incomplete, [*libraries(), *inside])


def pipelines(incomplete: str) -> list[str]:
    """Documented pipelines."""
    from lstm_spec.pipelines import PIPELINES

    return _beginning(incomplete, PIPELINES)


def expectations(incomplete: str) -> list[str]:
    """Shipped files of known deviations."""
    from lstm_spec.expectations import shipped

    return _beginning(incomplete, shipped())


def lists(incomplete: str) -> list[str]:
    """What can be listed."""
    return _beginning(incomplete, ("clauses", "pipelines", "implementations"))
