"""The clauses as test items: what the plugin adds once an implementation is named.

A node id is ``lstm-spec::FAMILY::CLAUSE-title``. It leads to no file, and can be given to pytest
again all the same: such arguments are taken out before pytest looks for files.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

from lstm_spec.clauses import FAMILIES, Clause
from lstm_spec.pytest_plugin.session import Session, outcome

ROOT = "lstm-spec"
"""What every node id begins with."""

SESSION = pytest.StashKey[Session]()


def pytest_configure(config: pytest.Config) -> None:
    """What is to be judged; where no paths are given, that alone.

    Raises UsageError for a value that means nothing.
    """
    options = config.option
    try:
        config.stash[SESSION] = Session.of(options)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    for name in config.stash[SESSION].unmatched:
        config.issue_config_time_warning(
            pytest.PytestConfigWarning(f"expectation {name} matches no clause"), stacklevel=2
        )
    paths = [one for one in config.args if not _is_ours(one)]
    if ids := [one for one in config.args if _is_ours(one)]:
        options.lstm_node_ids = ids  # among the options, so that xdist hands them on
    if ids or config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = paths if ids else []


def _is_ours(argument: str) -> bool:
    """Whether an argument is a node id of a clause, as pytest prints it in any folder."""
    path, *_ = argument.split("::")
    return PurePath(path).name == ROOT and not Path(path).exists()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Which subject, which oracle, which seed."""
    return [config.stash[SESSION].header]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """The clauses come after what was collected from files."""
    clauses = session.config.stash[SESSION].plan.clauses
    items.extend(session.genitems(_Clauses.from_parent(session, clauses=clauses)))
    wanted = getattr(session.config.option, "lstm_node_ids", [])
    if wanted:
        chosen = [one for one in items if not isinstance(one, ClauseItem) or one.is_in(wanted)]
        for given in wanted:
            if not any(isinstance(one, ClauseItem) and one.is_in([given]) for one in items):
                raise pytest.UsageError(f"there is no clause {given!r} in this run")
        items[:] = chosen


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing is left running."""
    config.stash[SESSION].end()


class _Clauses(pytest.Collector):
    """The root of the node ids."""

    def __init__(self, clauses: tuple[Clause, ...], **given: Any) -> None:
        super().__init__(name=ROOT, nodeid=ROOT, **given)
        self.clauses = clauses

    def collect(self) -> Iterator[pytest.Collector]:
        for family in FAMILIES:
            if mine := tuple(one for one in self.clauses if one.family == family):
                yield _Family.from_parent(self, name=family, clauses=mine)


class _Family(pytest.Collector):
    def __init__(self, clauses: tuple[Clause, ...], **given: Any) -> None:
        super().__init__(**given)
        self.clauses = clauses

    def collect(self) -> Iterator[pytest.Item]:
        for one in self.clauses:
            name = f"{one.id}-{one.check.__name__}"
            yield ClauseItem.from_parent(self, name=name, clause=one)


class ClauseItem(pytest.Item):
    """One clause, judged in a process of its own."""

    def __init__(self, clause: Clause, **given: Any) -> None:
        super().__init__(**given)
        self.clause = clause

    def runtest(self) -> None:
        """Judge, and speak pytest's language: fail, skip or xfail with the reason."""
        session = self.config.stash[SESSION]
        outcome(session.judged(self.clause))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the check is."""
        check = inspect.unwrap(self.clause.check)
        file = inspect.getsourcefile(check) or __file__
        return Path(file), check.__code__.co_firstlineno - 1, self.name

    def is_in(self, given: list[str]) -> bool:
        """Whether one of these node ids (or clause ids) is its own, its family's or the root."""
        own = self.nodeid.split("::")[1:]
        for one in given:
            _, *names = one.split("::")
            if own[: len(names)] == names or names == [own[0], self.clause.id]:
                return True
        return False
