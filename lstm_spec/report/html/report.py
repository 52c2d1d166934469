"""A report as the page shows it: counted, grouped and put into words; no HTML here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lstm_spec.clauses import FAMILIES, Strength, catalogue
from lstm_spec.output.wording import counted
from lstm_spec.report import reading
from lstm_spec.report.html.heat_map import heat_map
from lstm_spec.report.html.page import Around, fill, save
from lstm_spec.report.html.strips import strip
from lstm_spec.verdicts import Verdict

MEANING = {
    Verdict.FAIL: "does not do what the clause says",
    Verdict.ERROR: "the adapter broke",
    Verdict.UNEXPECTED_PASS: "holds, though a deviation was expected",
    Verdict.NOT_RUN: "was planned and not judged",
    Verdict.EXPECTED_FAIL: "deviates, as its expectation file says",
    Verdict.PASS: "does what the clause says",
    Verdict.UNSUPPORTED: "lacks a capability that the clause needs",
}
"""Every verdict in words, the worst first: the order of bars, columns and filters."""

FIGURES = {
    Verdict.FAIL: "{count} fail",
    Verdict.ERROR: "{count} with a broken adapter",
    Verdict.NOT_RUN: "{count} not run",
    Verdict.UNEXPECTED_PASS: "{count} pass unexpectedly",
    Verdict.PASS: "{count} pass",
    Verdict.EXPECTED_FAIL: "{0}",
    Verdict.UNSUPPORTED: "{count} not supported",
}
"""How the number of clauses with a verdict is said in a list of such numbers."""

SHOWN = ("what", "where", "expected", "got", "comparisons", "counter_example")
"""What the template of a clause shows of its evidence as it is."""

IN_FULL = 40
"""So many deviations are listed above the families; the rest are found by the filter."""


def write(data: dict[str, Any], path: Path) -> None:
    """Write the page of one report, given in full as ``reading.read`` has it."""
    save(render(data), path)


def render(data: dict[str, Any], around: Around | None = None) -> str:
    """The page of one report as text; ``around`` are the links to the rest of a site."""
    clauses = [_clause(one) for one in data["clauses"]]
    occurring = [verdict for verdict in MEANING if data["counts"].get(verdict)]
    deviations = [one for one in clauses if Verdict(one["verdict"]).is_deviation]
    return fill(
        "report.html",
        around=around,
        report=data,
        subject=full_name(data["implementation"]),
        oracle=full_name(data["oracle"]),
        headline=headline(data["counts"]),
        standing=_standing(data),
        remarks=[*reading.remarks(data), *_not_run(data)],
        verdicts=[(str(one), MEANING[one], data["counts"][one]) for one in occurring],
        whole=_bar({str(one): data["counts"][one] for one in occurring}),
        families=[_family(name, clauses, occurring) for name in _names(clauses)],
        verdict_options=_verdict_options(occurring),
        family_options=[(name, name) for name in _names(clauses)],
        strength_options=[
            (str(one), str(one)) for one in Strength if any(c["strength"] == one for c in clauses)
        ],
        deviations=deviations[:IN_FULL],
        unlisted=len(deviations[IN_FULL:]),
        speed=_speed(data["speed"]),
    )


def _standing(data: dict[str, Any]) -> str:
    """The class of the headline: ``clean`` only if everything was judged and is as expected."""
    verdicts = [Verdict(one["verdict"]) for one in data["clauses"]]
    if any(one.is_deviation for one in verdicts) or not any(one.is_judged for one in verdicts):
        return "unclean"
    return "incomplete" if reading.caveats(data) else "clean"


def _not_run(data: dict[str, Any]) -> list[str]:
    """A sentence for each reason why clauses were not run."""
    reasons = Counter(
        one["diagnosis"].removeprefix("not run: ")
        for one in data["clauses"]
        if one["verdict"] == Verdict.NOT_RUN
    )
    return [f"{counted(count, 'clause')} not run: {why}." for why, count in reasons.items() if why]


def _verdict_options(occurring: list[Verdict]) -> list[tuple[str, str]]:
    """Every verdict that occurs; first those together that are not as expected."""
    options = [(str(one), str(one)) for one in occurring]
    unexpected = [str(one) for one in occurring if not one.as_expected]
    return [(" ".join(unexpected), "not as expected"), *options] if unexpected else options


def full_name(implementation: dict[str, Any]) -> str:
    """Name, version and backend."""
    backend = f" on {implementation['backend']}" if implementation.get("backend") else ""
    return f"{implementation['name']} {implementation['version']}{backend}"


def headline(counts: dict[str, int]) -> str:
    """What the counts come to, in one sentence."""
    planned, unsupported = counts["planned"], counts["unsupported"]
    judged = planned - unsupported - counts["not-run"]
    expected = counts["pass"] + counts["expected-fail"]
    if not judged:
        return f"None of {_clauses(planned)} could be judged."
    if expected == judged and not counts["not-run"]:
        sentence = f"All of the {_clauses(judged)} that could be judged are as expected"
        known = counts["expected-fail"]
        return sentence + (f", {known} of them known deviations." if known else ".")
    left = counts["not-run"]
    rest = f"; {left} {'was' if left == 1 else 'were'} not run" if left else ""
    return f"{judged - expected} of {_clauses(judged)} that were judged are not as expected{rest}."


def in_figures(counts: dict[str, int]) -> str:
    """The counts themselves, the verdicts with most to say first: 281 pass, 68 known deviations."""
    return ", ".join(
        words.format(counted(counts[one], "known deviation"), count=counts[one])
        for one, words in FIGURES.items()
        if counts[one]
    )


def _clauses(number: int) -> str:
    return counted(number, "clause")


def _clause(given: dict[str, Any]) -> dict[str, Any]:
    """One clause with all that its template asks for; title and reason only if still the same."""
    evidence = given["evidence"]
    declared = {one.id: one for one in catalogue()}.get(given["id"])
    if declared and declared.statement != given["statement"]:
        declared = None
    largest, tolerance = evidence["largest_difference"], evidence["tolerance"]
    return {
        **given,
        "family": given["id"].split("-")[0],
        "title": declared.title if declared else "",
        "why": " ".join(declared.why.split()) if declared else "",
        "refutes": declared.refutes if declared else "",
        "confirms": declared.confirms if declared else "",
        "measured": "" if largest is None or tolerance is None else _measured(largest, tolerance),
        **{name: evidence[name] for name in SHOWN},
        "map": heat_map(evidence),
        "tolerance": tolerance,
        "strips": [strip(one) for one in evidence["figures"]],
    }


def _measured(largest: float, tolerance: float) -> str:
    """The largest difference beside what is allowed."""
    if not tolerance:
        return f"{largest:.3g}; every bit must agree"
    times = largest / tolerance
    beside = f"{times:.2g} times" if times < 1000 else f"{times:,.0f} times"
    share = beside if largest > tolerance else f"{100 * times:.2g} % of"
    return f"{largest:.3g}, {share} the tolerance of {tolerance:.3g}"


def _names(clauses: list[dict[str, Any]]) -> list[str]:
    """Families in the order of the specification; then any that this version does not know."""
    occurring = {one["family"]: None for one in clauses}
    return [one for one in FAMILIES if one in occurring] + [
        one for one in occurring if one not in FAMILIES
    ]


def _family(name: str, clauses: list[dict[str, Any]], occurring: list[Verdict]) -> dict[str, Any]:
    mine = [one for one in clauses if one["family"] == name]
    tally = Counter(one["verdict"] for one in mine)
    return {
        "name": name,
        "subject": FAMILIES.get(name, ""),
        "clauses": mine,
        "counts": [(str(one), tally[one]) for one in occurring],
        "bar": _bar({str(one): tally[one] for one in occurring}),
        "seconds": sum(one["seconds"] for one in mine),
    }


def _bar(counts: dict[str, int]) -> list[tuple[str, float, float]]:
    """Verdict, start and width of each part of a bar, in percent."""
    whole, parts, start = sum(counts.values()), [], 0.0
    for verdict, count in counts.items():
        if count:
            width = 100 * count / whole
            parts.append((verdict, round(start, 3), round(width, 3)))
            start += width
    return parts


def _speed(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each measurement with the width of its bar in percent of the slowest."""
    slowest = max((one["microseconds_per_update"] for one in measured), default=1.0)
    return [
        {**one, "width": round(100 * one["microseconds_per_update"] / slowest, 2)}
        for one in measured
    ]
