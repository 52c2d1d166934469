"""Clauses that kill no mutant of this catalogue, and why they are kept all the same."""

from __future__ import annotations

IDLE: dict[str, str] = {}
"""Clause id: the reason."""
