"""What becomes of the speed of the documented pipelines in an upgrade."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_spec.comparison.training_speed import Figure, Interval, NoFigure, Speeds, Work

HEADING = "Speed of the documented pipelines"


def in_lines(before: str, after: str, speeds: Speeds | None) -> list[str]:
    """What ``lstm-spec upgrade`` says; nothing where neither of the two has been measured."""
    if speeds is None or before == after:
        return []
    known = [name for name in (before, after) if _known(speeds, name)]
    if not known:
        return []
    lines = [HEADING, ""]
    missing = [name for name in (before, after) if name not in known or name in speeds.absent]
    if missing:
        lines += [f"  {name} was not measured{_because(speeds, name)}." for name in missing]
        return [*lines, ""]
    lines += [f"  * {told}." for told in _works(before, after, speeds)]
    lines += [f"  {told}." for name in (before, after) for told in _reasons(name, speeds)]
    lines += [
        "  In brackets: the range that the 95 % intervals of both allow; each is compared with the "
        f"oracle ({speeds.oracle}) of the same rounds.",
        "",
    ]
    return lines


def _known(speeds: Speeds, name: str) -> bool:
    return speeds.subject(name) is not None or name in speeds.absent


def _because(speeds: Speeds, name: str) -> str:
    if name in speeds.absent:
        return f": {speeds.absent[name]}"
    return f" (lstm-spec bench --all-keras {name} measures it)"


def _works(before: str, after: str, speeds: Speeds) -> Iterator[str]:
    for work in speeds.works:
        old, new = (speeds.figure(name, work.name) for name in (before, after))
        if old is not None and new is not None:
            yield change(work, old, new)
        else:
            told = [_micros(one.microseconds) if one else "no figure" for one in (old, new)]
            yield f"{work.name}: {told[0]} -> {told[1]} for one {work.what}"


def _reasons(name: str, speeds: Speeds) -> Iterator[str]:
    """Why there are no figures; works with the same cause together, with what was seen first."""
    found: dict[str, list[NoFigure]] = {}
    for one in speeds.without:
        if one.subject == name:
            found.setdefault(one.cause or one.why, []).append(one)
    for several in found.values():
        works = ", ".join(one.work for one in several)
        clauses = ", ".join(dict.fromkeys(clause for one in several for clause in one.clauses))
        yield (
            f"No figure for {name} in {works}: {several[0].sentence}"
            + (f" ({clauses})" if clauses else "")
        )


def change(work: Work, old: Figure, new: Figure) -> str:
    """Both times, and how many times as long or as fast the later one is."""
    factor = new.ratio.over(old.ratio)
    times = (
        f"{work.name}: {_micros(old.microseconds)} -> {_micros(new.microseconds)} for one "
        f"{work.what}"
    )
    if factor.low <= 1 <= factor.high:
        return f"{times}: no difference beyond the intervals"
    if factor.median > 1:
        return f"{times}: {_times(factor)} times as long"
    fast = Interval(1 / factor.median, 1 / factor.high, 1 / factor.low)
    return f"{times}: {_times(fast)} times as fast"


def _times(factor: Interval) -> str:
    return f"{_short(factor.median)} ({_short(factor.low)} to {_short(factor.high)})"


def _micros(one: Interval) -> str:
    return f"{_short(one.median)} us"


def _short(value: float) -> str:
    """Three significant digits, and never an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
