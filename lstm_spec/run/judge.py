"""One clause, one subject, one judgement. Whatever the subject does, a judgement comes back."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from typing import Any

from lstm_spec.checking.trial import Effort, Trial
from lstm_spec.clauses import Clause
from lstm_spec.contract import Implementation, Refused, Unsupported
from lstm_spec.evidence import BrokenAdapter, Deviation, Evidence, in_short
from lstm_spec.subjects.guard import Guarded
from lstm_spec.subjects.protocol import AdapterRaised, SubjectHung
from lstm_spec.verdicts import Judgement, Verdict


def judge(
    clause: Clause,
    subject: Implementation,
    oracle: Implementation,
    *,
    seed: int = 0,
    effort: Effort | None = None,
    verbose: bool = False,
) -> Judgement:
    """Run the check of ``clause`` and put its outcome into words.

    Exceptions of the subject never escape. What the library itself refused (``Refused``) fails the
    clause; anything else that an adapter raises is an ``error``.
    """
    judgement = Judgement(clause.id, clause.statement, str(clause.strength), Verdict.PASS)
    missing = sorted(clause.needs - frozenset(subject.capabilities))
    if missing:
        judgement.verdict = Verdict.UNSUPPORTED
        judgement.diagnosis = f"needs {', '.join(missing)}"
        return judgement
    trial = Trial(clause.id, seed, effort or Effort())
    started = time.perf_counter()
    try:
        clause.check(Guarded(subject), oracle, trial)
        judgement.evidence = trial.seen
        if not trial.seen.comparisons:
            judgement.verdict = Verdict.ERROR
            judgement.diagnosis = "the check compared nothing: this is a bug of lstm-spec"
    except Deviation as deviation:
        judgement.verdict, judgement.evidence = Verdict.FAIL, deviation.evidence
        judgement.evidence.figures = trial.seen.figures
        judgement.diagnosis = deviation.message
    except Refused as refusal:
        # The largest difference so far was none too many, and is not what failed.
        judgement.verdict = Verdict.FAIL
        judgement.evidence = replace(
            trial.seen, largest_difference=None, tolerance=None, difference=None
        )
        judgement.diagnosis = str(refusal)
    except Unsupported as reason:
        judgement.verdict, judgement.diagnosis = Verdict.UNSUPPORTED, str(reason)
    except (BrokenAdapter, AdapterRaised) as broken:  # among the former: SubjectLost
        judgement.verdict, judgement.diagnosis = Verdict.ERROR, str(broken)
        judgement.hung = isinstance(broken, SubjectHung)
    except Exception as error:
        judgement.verdict = Verdict.ERROR
        judgement.diagnosis = f"{type(error).__name__}: {error}"
        if verbose:
            judgement.evidence = Evidence(got=traceback.format_exc())
    judgement.seconds = time.perf_counter() - started
    return _cut(judgement)


def _cut(judgement: Judgement) -> Judgement:
    """The judgement with no text in it that nobody could read to its end."""
    evidence = judgement.evidence
    judgement.diagnosis = in_short(judgement.diagnosis)
    for name in ("what", "where", "expected", "got"):
        setattr(evidence, name, in_short(getattr(evidence, name)))
    for name, value in evidence.counter_example.items():
        if (shown := in_short(str(value))) != str(value):
            evidence.counter_example[name] = shown
    return judgement


def capabilities_of(subject: Any) -> list[str]:
    """The declared capabilities, sorted, for the report."""
    return sorted(str(capability) for capability in subject.capabilities)
