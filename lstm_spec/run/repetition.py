"""A clause that fails only sometimes: judged again and again, and reported with its rate."""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.verdicts import Judgement, Verdict

A_RATE = 6
"""So many judgements tell a race that is lost mostly from one that is lost now and then."""


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
