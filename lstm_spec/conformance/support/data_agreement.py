"""What the DATA clauses call and compare: plain functions, arrays and errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Implementation, Unsupported
from lstm_spec.evidence import BrokenAdapter, Deviation, Evidence
from lstm_spec.subjects.guard import array
from lstm_spec.tolerances import EXACT

ROUNDING = 1e-12
"""For two orders of adding a few float64 values of order one, whose noise is 1e-16."""


def preprocessing(subject: Implementation) -> Any:
    """The framework's own functions, untyped because some arguments are wrong on purpose."""
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
    """Fail unless ``got``, an array or lists, has the expected values; return it as an array."""
    try:
        made = array(got, what)
    except BrokenAdapter as no_array:
        raise Deviation(str(no_array)) from no_array
    trial.assert_close(made, array(expected, what), what, tolerance, axes)
    return made


def refused(trial: Trial, action: Callable[[], Any], what: str) -> None:
    """Fail unless ``action`` raises an error. Get the function first: if it is missing, that is not
    a rejection.
    """
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
            f"{what}: expected an error, got {answer:.120}",
            Evidence(what, expected="an error", got=f"{answer:.120}"),
        )
