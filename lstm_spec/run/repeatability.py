"""A clause that failed is judged once more, to see whether it fails in the same way again.

Everything that a check draws comes from the seed, so a subject gets the same inputs again. One that
then gives other numbers is not repeatable, and every other conclusion about it is doubtful.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from lstm_spec.diagnosis import Finding
from lstm_spec.evidence import in_short
from lstm_spec.verdicts import Judgement, Verdict

ROUNDING = 1e-3
"""Relative: libraries that add in another order each time differ by less."""

SHOWN = 300
"""Characters of what the second judgement said."""


def difference(first: Judgement, second: Judgement) -> str:
    """How the second judgement of a failed clause differs from the first; empty if it does not.

    Nothing is concluded from an answer that did not come in time.
    """
    if second.hung or _same(first, second):
        return ""
    said = in_short(second.diagnosis, SHOWN)
    if second.verdict is Verdict.PASS:
        said = "it passed"
    return f"not repeatable: asked once more with the same input, {said}"


def _same(first: Judgement, second: Judgement) -> bool:
    """The verdict, what deviated, and by how much; messages may hold addresses and file names."""
    one, other = first.evidence, second.evidence
    if first.verdict is not second.verdict or one.what != other.what:
        return False
    if one.largest_difference is None or other.largest_difference is None:
        return (one.expected, one.got) == (other.expected, other.got)
    return math.isclose(one.largest_difference, other.largest_difference, rel_tol=ROUNDING)


def finding(clauses: Sequence[str]) -> list[Finding]:
    """What is reported of clauses that were not repeatable."""
    if not clauses:
        return []
    families = tuple(dict.fromkeys(one.split("-")[0] for one in clauses))
    sentence = (
        "the same input gives other numbers when it is given again "
        f"(not repeatable: {', '.join(clauses)})"
    )
    return [Finding(sentence, families)]
