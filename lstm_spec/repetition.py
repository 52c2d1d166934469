"""A clause that fails only sometimes: judged again and again, and reported with its rate."""

from __future__ import annotations

from collections.abc import Callable

from lstm_spec.verdicts import Judgement, Verdict


def repeatedly(judge: Callable[[], Judgement], times: int) -> Judgement:
    """Judge so many times; a failure if there was one, with how many there were.

    Anything but a pass or a failure ends the repetition: it is reported as it is.
    """
    first = judge()
    judgements = [first]
    while len(judgements) < times and judgements[-1].verdict in (Verdict.PASS, Verdict.FAIL):
        judgements.append(judge())
    shown = judgements[-1]
    if shown.verdict in (Verdict.PASS, Verdict.FAIL) and times > 1:
        failures = [one for one in judgements if one.verdict is Verdict.FAIL]
        shown = failures[0] if failures else first
        counted = f"it failed {len(failures)} of {times} times"
        shown.diagnosis = f"{shown.diagnosis}; {counted}" if shown.diagnosis else counted
    shown.seconds = sum(one.seconds for one in judgements)
    return shown
