"""A run as data (``Report``), and the faces of that data: JSON, text, JUnit, HTML."""

from __future__ import annotations

import os
import platform
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from lstm_spec import SPEC_VERSION
from lstm_spec.contract import (
    Implementation,
    adam_epsilon_of,
    backend_of,
    defaults_of,
    dropout_masks_of,
    empty_rows_of,
    padding_output_of,
    paths_of,
    rmsprop_epsilon_of,
    weights_together_of,
)
from lstm_spec.diagnosis import Finding
from lstm_spec.evidence import in_short
from lstm_spec.output.wording import counted
from lstm_spec.verdicts import Judgement, Verdict

MOST_OF_A_NAME = 200
"""Characters of a name or version that are kept."""


@dataclass
class Report:
    """Every judgement of one run, with what is needed to repeat it."""

    implementation: dict[str, Any]
    oracle: dict[str, Any]
    level: str
    seed: int
    planned: int
    judgements: list[Judgement] = field(default_factory=list)
    effort: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    command: str = ""
    unusable: str = ""
    """Why the smoke level failed, so that nothing else was run; empty if it held."""
    interrupted: bool = False
    partial: bool = False
    """Whether only some of the clauses of this level were selected."""
    limits: dict[str, float | None] = field(default_factory=dict)
    """What a clause may take: ``seconds``, and ``memory_mib`` if that is limited."""

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses were planned, and how many got each verdict."""
        tally = Counter(str(one.verdict) for one in self.judgements)
        return {"planned": self.planned, **{str(verdict): tally[verdict] for verdict in Verdict}}

    @property
    def deviations(self) -> list[Judgement]:
        """Every judgement that is not as expected."""
        return [one for one in self.judgements if not one.verdict.as_expected]

    @property
    def judged(self) -> int:
        """How many clauses the subject was really asked: neither *unsupported* nor *not-run*."""
        return sum(one.verdict.is_judged for one in self.judgements)

    @property
    def as_expected(self) -> bool:
        """Whether every clause that could be judged was judged as expected, and none was lost.

        A run in which none could be judged is never as expected: it has shown nothing.
        """
        everything = len(self.judgements) == self.planned
        return bool(self.judged) and everything and not self.deviations

    @property
    def why_nothing_was_judged(self) -> str:
        """The commonest reason, where no clause was judged; empty where one was."""
        if self.judged or not self.judgements:
            return ""
        reasons = Counter(one.diagnosis for one in self.judgements)
        reason, count = reasons.most_common(1)[0]
        of = f"{count} of " if count < self.planned else ""
        return f"{of}{counted(self.planned, 'clause')}: {reason}"

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, in the form of ``schemas/report.schema.json``."""
        return {
            "spec_version": SPEC_VERSION,
            "implementation": self.implementation,
            "oracle": self.oracle,
            "environment": environment(),
            "command": self.command,
            "level": self.level,
            "seed": self.seed,
            "effort": self.effort,
            "seconds": round(self.seconds, 3),
            "warnings": self.warnings,
            "unusable": self.unusable,
            "interrupted": self.interrupted,
            "partial": self.partial,
            "limits": self.limits,
            "counts": self.counts,
            "findings": [asdict(one) for one in self.findings],
            "clauses": [one.as_json() for one in self.judgements],
        }


def about(implementation: Implementation) -> dict[str, Any]:
    """Name, version, backend, interpreter and capabilities, as the report states them."""
    return {
        "name": in_short(str(implementation.name), MOST_OF_A_NAME),
        "version": in_short(str(implementation.version), MOST_OF_A_NAME),
        "backend": backend_of(implementation),
        "python": str(getattr(implementation, "python", platform.python_version())),
        "padding_output": padding_output_of(implementation),
        "empty_rows": empty_rows_of(implementation),
        "adam_epsilon": adam_epsilon_of(implementation),
        "rmsprop_epsilon": rmsprop_epsilon_of(implementation),
        "dropout_masks": dropout_masks_of(implementation),
        "weights_together": weights_together_of(implementation),
        "paths": list(paths_of(implementation)),
        "defaults": defaults_of(implementation),
        "capabilities": sorted(str(one) for one in implementation.capabilities),
    }


def environment() -> dict[str, Any]:
    """The machine and the versions of what did the judging."""
    packages = ("lstm-spec", "numpy", "hypothesis")
    return {
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "python": sys.version.split()[0],
        "packages": {package: version(package) for package in packages},
    }
