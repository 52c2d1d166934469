"""What can be said of a clause and a subject, as data."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from lstm_spec.evidence import Evidence


class Verdict(StrEnum):
    """The outcome of one clause for one subject."""

    PASS = "pass"
    FAIL = "fail"
    EXPECTED_FAIL = "expected-fail"  # fails, as the expectation file says it does
    UNEXPECTED_PASS = "unexpected-pass"  # holds, though the expectation file says it does not
    UNSUPPORTED = "unsupported"  # the subject lacks a capability
    ERROR = "error"  # the adapter broke
    NOT_RUN = "not-run"

    @property
    def is_judged(self) -> bool:
        """Whether the subject was asked, whatever came of it."""
        return self not in (Verdict.UNSUPPORTED, Verdict.NOT_RUN)

    @property
    def is_deviation(self) -> bool:
        """Whether it was asked, and what came of it is not as expected."""
        return self.is_judged and not self.as_expected

    @property
    def as_expected(self) -> bool:
        """Whether this verdict leaves the exit code at 0."""
        return self in (Verdict.PASS, Verdict.EXPECTED_FAIL, Verdict.UNSUPPORTED)


@dataclass
class Judgement:
    """A verdict with everything that is needed to believe it."""

    id: str
    statement: str
    strength: str
    verdict: Verdict
    seconds: float = 0.0
    evidence: Evidence = field(default_factory=Evidence)
    diagnosis: str = ""
    reproduce: str = ""
    source: str = ""
    repeatable: bool = True
    """Whether a clause that failed did so again, with the same numbers."""
    hung: bool = False
    """Whether the subject gave no answer within its time."""
    peak_mib: float | None = None
    """The most memory that the subject's process held during the clause, if that is known."""

    def as_json(self) -> dict[str, Any]:
        """Plain data for the JSON report."""
        data = asdict(self)
        data["verdict"] = str(self.verdict)
        difference = self.evidence.largest_difference
        if difference is not None and not math.isfinite(difference):
            data["evidence"]["largest_difference"] = None  # JSON knows no infinity: see "got"
        example = self.evidence.counter_example
        data["evidence"]["counter_example"] = {name: str(value) for name, value in example.items()}
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Judgement:
        """The judgement that ``as_json`` made these data from."""
        given = dict(data)
        given["verdict"] = Verdict(given["verdict"])
        given["evidence"] = Evidence(**given["evidence"])
        return cls(**given)
