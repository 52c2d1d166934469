"""The pytest plugin: every clause is a test item.

    pytest --implementation keras -n auto

judges the clauses as ``lstm-spec verify`` does, in processes of their own, with pytest's own
selection (``-k``, node ids), distribution (``-n``) and reports (``--junitxml``). Without an
implementation the plugin does nothing, and costs nothing: pytest loads this file in every project
of an environment that has lstm-spec.

Its options begin with ``--lstm-``, so that they leave other people's names alone. The short
``--implementation`` is added last, and only where no other plugin or ``conftest.py`` has it.
"""

from __future__ import annotations

import argparse
from contextlib import suppress

import pytest

GROUP = "lstm-spec"
NAMED = {"metavar": "NAME", "help": "judge this: a known name, or module:attribute"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``lstm-spec verify``, for pytest."""
    group = parser.getgroup(GROUP, "judge an LSTM implementation by its specification")
    group.addoption("--lstm-implementation", dest="lstm_implementation", **NAMED)
    group.addoption("--lstm-oracle", metavar="NAME", help="compare with this one instead")
    group.addoption(
        "--lstm-level", choices=("smoke", "core", "full"), help="how much is run (default: core)"
    )
    group.addoption(
        "--lstm-only",
        action="append",
        default=[],
        metavar="CLAUSE",
        help="a clause or family; may be repeated",
    )
    group.addoption("--lstm-expect", metavar="FILE", help="file or name of known deviations")
    group.addoption("--lstm-seed", type=int, help="everything random comes from this (default: 0)")
    group.addoption(
        "--lstm-timeout", type=float, metavar="SECONDS", help="how long a clause may take"
    )
    group.addoption(
        "--lstm-memory", type=int, metavar="MIB", help="how much memory a clause may hold"
    )


@pytest.hookimpl(trylast=True)
def pytest_load_initial_conftests(parser: pytest.Parser) -> None:
    """The short name, once every ``conftest.py`` that may have taken it is loaded."""
    with suppress(ValueError, argparse.ArgumentError):
        group = parser.getgroup(GROUP)
        group.addoption("--implementation", dest="lstm_implementation", **NAMED)


def pytest_configure(config: pytest.Config) -> None:
    """Once an implementation is named, the rest of the plugin is loaded.

    Raises UsageError for options that would do nothing without one.
    """
    if config.getoption("lstm_implementation"):
        from lstm_spec.pytest_plugin import clause_items

        config.pluginmanager.register(clause_items, "lstm-spec-clauses")
        return
    for name in ("oracle", "level", "only", "expect", "seed", "timeout", "memory"):
        if config.getoption(f"lstm_{name}") not in (None, []):
            raise pytest.UsageError(
                f"--lstm-{name} says how an implementation is judged, and none is named: "
                "add --implementation NAME"
            )
