"""What the DATA clauses ask and compare: plain functions, arrays, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.evidence import BrokenAdapter, Deviation, Evidence
from lstm_spec.subjects.guard import array
from lstm_spec.tolerances import EXACT

ROUNDING = 1e-12
"""Between two orders of summing a handful of float64 values of order one: noise is 1e-16."""


def preprocessing(subject: Implementation) -> Any:
    """The framework's own functions. Untyped, because some arguments are wrong on purpose."""
    return getattr(subject, "preprocessing")  # noqa: B009 (optional, no part of the protocol)


def data(subject: Implementation) -> Any:
    """The subject's builders of the documented data, untyped for the same reason."""
    return getattr(subject, "data")  # noqa: B009


def same(
    trial: Trial,
    got: Any,
    expected: Any,
    what: str,
    axes: tuple[str, ...] = ("row", "column"),
    tolerance: float = EXACT,
) -> Array:
    """Fail unless ``got``, an array or lists, holds the expected numbers; return it as an array."""
    try:
        made = array(got, what)
    except BrokenAdapter as no_array:
        raise Deviation(str(no_array)) from no_array
    trial.assert_close(made, array(expected, what), what, tolerance, axes)
    return made


def refused(trial: Trial, action: Callable[[], Any], what: str) -> None:
    """Fail unless ``action`` raises. Fetch the function first: a missing one is no refusal."""
    try:
        result = action()
    except (Unsupported, BrokenAdapter):
        raise
    except Exception as refusal:
        trial.assert_that(True, what)
        trial.seen.got = f"{type(refusal).__name__}: {refusal}".splitlines()[0]
    else:
        answer = " ".join(repr(result).split())
        raise Deviation(
            f"{what}: expected a refusal, got {answer:.120}",
            Evidence(what, expected="a refusal", got=f"{answer:.120}"),
        )
