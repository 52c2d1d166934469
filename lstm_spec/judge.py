"""One clause, one subject, one verdict. Whatever the subject does, a verdict comes back."""

from __future__ import annotations

import time
import traceback
from typing import Any

from lstm_spec.clauses import Clause
from lstm_spec.contract import Implementation, Refused, Unsupported
from lstm_spec.evidence import BrokenAdapter, Deviation, Evidence
from lstm_spec.subjects.guard import Guarded
from lstm_spec.subjects.protocol import AdapterRaised
from lstm_spec.trial import Effort, Trial
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
    verdict = Judgement(clause.id, clause.statement, str(clause.level), Verdict.PASS)
    missing = sorted(clause.needs - frozenset(subject.capabilities))
    if missing:
        verdict.verdict = Verdict.UNSUPPORTED
        verdict.diagnosis = f"needs {', '.join(missing)}"
        return verdict
    trial = Trial(clause.id, seed, effort or Effort())
    started = time.perf_counter()
    try:
        clause.check(Guarded(subject), oracle, trial)
        verdict.evidence = trial.seen
        if not trial.seen.comparisons:
            verdict.verdict = Verdict.ERROR
            verdict.diagnosis = "the check compared nothing: this is a bug of lstm-spec"
    except Deviation as deviation:
        verdict.verdict, verdict.evidence = Verdict.FAIL, deviation.evidence
        verdict.evidence.figures = trial.seen.figures
        verdict.diagnosis = deviation.message
    except Refused as refusal:
        verdict.verdict, verdict.evidence = Verdict.FAIL, trial.seen
        verdict.diagnosis = str(refusal)
    except Unsupported as reason:
        verdict.verdict, verdict.diagnosis = Verdict.UNSUPPORTED, str(reason)
    except (BrokenAdapter, AdapterRaised) as broken:  # among the former: SubjectLost
        verdict.verdict, verdict.diagnosis = Verdict.ERROR, str(broken)
    except Exception as error:
        verdict.verdict = Verdict.ERROR
        verdict.diagnosis = f"{type(error).__name__}: {error}"
        if verbose:
            verdict.evidence = Evidence(got=traceback.format_exc())
    verdict.seconds = time.perf_counter() - started
    return verdict


def capabilities_of(subject: Any) -> list[str]:
    """The declared capabilities, sorted, for the report."""
    return sorted(str(capability) for capability in subject.capabilities)
