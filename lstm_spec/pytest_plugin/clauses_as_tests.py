"""What pytest collects when it is given ``--implementation``; see ``clause_items``."""

from __future__ import annotations

import pytest

from lstm_spec.clauses import Clause
from lstm_spec.contract import Implementation
from lstm_spec.pytest_plugin.clause_items import assert_as_expected


def test_clause(
    clause: Clause,
    lstm_subject: Implementation,
    lstm_oracle: Implementation,
    request: pytest.FixtureRequest,
) -> None:
    """The subject does what the clause says."""
    assert_as_expected(clause, lstm_subject, lstm_oracle, request.config)
