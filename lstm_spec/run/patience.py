"""How long a subject is waited for that does not answer."""

from __future__ import annotations

HANGS = 2
"""So many clauses in a row without an answer, and the subject is not asked any more."""


class Patience:
    """Counts the clauses in a row that got no answer; all judges of a run share one.

    A subject that hangs in some clauses and answers others is asked to the end.
    """

    def __init__(self) -> None:
        self._in_a_row: list[str] = []

    def saw(self, clause: str, hung: bool) -> None:
        """A clause was judged, or given up because no answer came."""
        if self.over:
            return
        self._in_a_row = [*self._in_a_row, clause] if hung else []

    @property
    def over(self) -> bool:
        """Whether the subject is not asked any more."""
        return len(self._in_a_row) >= HANGS

    @property
    def reason(self) -> str:
        """Why the clauses that are left are not run."""
        return f"it does not answer ({' and '.join(self._in_a_row)} hung one after the other)"
