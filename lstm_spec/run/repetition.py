"""A clause that fails is judged again: once, or as often as it takes to report its rate."""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.checking.trial import Effort
from lstm_spec.clauses import Clause
from lstm_spec.run.judges import JudgeProcess
from lstm_spec.verdicts import Judgement, Verdict

LONGEST = 0.5
"""Seconds: a failure that took longer is not judged once more. Most take less than that, even of a
slow subject, and they are enough to show that a subject does not repeat."""

A_RATE = 6
"""So many judgements tell a race that is lost mostly from one that is lost now and then."""


def judged(
    judge: JudgeProcess, clause: Clause, effort: Effort, seconds: float, times: int = 1
) -> Judgement:
    """The judgement of a clause that is known to fail only sometimes (``times``), or of any other.

    Any other that fails is judged once more unless that takes too long; if the outcome differs,
    that is said. ``times`` is 0 for a clause that is known to fail whenever it is judged: nothing
    is learned by a second time.
    """
    if times > 1:
        return repeatedly(lambda: judge.judge(clause, effort, seconds), times)
    first = judge.judge(clause, effort, seconds)
    soon = first.seconds <= LONGEST
    if times and soon and first.verdict is Verdict.FAIL and not judge.stopped:
        difference = judge.judge_again(first, clause, effort, seconds)
        if difference and not judge.stopped:
            first.repeatable = False
            first.diagnosis = f"{first.diagnosis}; {difference}"
    return first


def repeatedly(judge: Callable[[], Judgement], times: int) -> Judgement:
    """Judge at most so many times; a failure if there was one, with how many there were.

    Once it has failed, ``A_RATE`` judgements in all are enough to say how often it does. Anything
    but a pass or a failure ends the repetition: it is reported as it is.
    """
    judgements: list[Judgement] = []
    failures: list[Judgement] = []
    while len(judgements) < (min(times, A_RATE) if failures else times):
        shown = judge()
        judgements.append(shown)
        if shown.verdict is Verdict.FAIL:
            failures.append(shown)
        elif shown.verdict is not Verdict.PASS:
            break
    if shown.verdict in (Verdict.PASS, Verdict.FAIL) and times > 1:
        shown = failures[0] if failures else judgements[0]
        counted = f"it failed {len(failures)} of {len(judgements)} times"
        shown.diagnosis = f"{shown.diagnosis}; {counted}" if shown.diagnosis else counted
    shown.seconds = sum(one.seconds for one in judgements)
    return shown
