"""The pytest plugin: every clause is a test item.

    pytest --implementation keras -n auto

judges the clauses in pytest's own processes, with pytest's own selection (``-k``), distribution
(``-n``) and reports (``--junitxml``). Without ``--implementation`` the plugin does nothing, and
costs nothing: pytest loads this file in every project of an environment that has lstm-spec.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``lstm-spec verify``, for pytest."""
    group = parser.getgroup("lstm-spec", "hold an LSTM implementation to its specification")
    group.addoption("--implementation", metavar="NAME", help="a known name, or module:attribute")
    group.addoption("--oracle", metavar="NAME", help="compare with this implementation instead")
    group.addoption(
        "--level", choices=("smoke", "core", "full"), default="core", help="how much is run"
    )
    group.addoption("--only", action="append", default=[], metavar="CLAUSE-OR-FAMILY")
    group.addoption("--expect", metavar="FILE", help="file or shipped name of known deviations")
    group.addoption("--spec-seed", type=int, default=0, help="everything random comes from this")


def pytest_configure(config: pytest.Config) -> None:
    """Once an implementation is named, the rest of the plugin is loaded."""
    if config.getoption("--implementation"):
        from lstm_spec.pytest_plugin import clause_items

        config.pluginmanager.register(clause_items, "lstm-spec-clauses")
