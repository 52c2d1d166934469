"""Reports for the page: every verdict, evidence of every kind, and one that means harm."""

import numpy as np

from lstm_spec.clauses import catalogue
from lstm_spec.comparison.matrix import Column
from lstm_spec.diagnosis import Finding
from lstm_spec.evidence import Deviation, Evidence, compare
from lstm_spec.report import Report, json_report
from lstm_spec.verdicts import Judgement, Verdict

HOSTILE = "<script>window.harmed = 1; alert(1)</script>"
QUOTES = (
    '"\'><img src=x onerror="window.harmed = 2"> javascript:alert(2) </textarea></title></style>'
)
SPEAKS = {
    "name": "keras",
    "version": "3.0",
    "backend": "jax",
    "python": "3.11.7",
    "capabilities": ["forward", "stateful"],
}


def deviation(*shape, axes=None):
    """The evidence of a real comparison that deviates from the second step on."""
    expected = np.random.default_rng(0).standard_normal(shape)
    got = expected.copy()
    got[:, 1:] += np.linspace(1e-4, 0.9, got[:, 1:].size).reshape(got[:, 1:].shape)
    try:
        compare(got, expected, "outputs", 5e-6, axes)
    except Deviation as found:
        found.evidence.counter_example = {"cuts": {1, 3}}
        return found.evidence
    raise AssertionError("the two must differ")


FIGURE = {
    "name": "alphabet-one-char: loss",
    "value": 1.9,
    "limits": [1.606, 1.766],
    "runs": 40,
    "quantiles": [1.65, 1.67, 1.68, 1.70, 1.73],
    "published": [1.6],
    "log": True,
}


def judged(clause, verdict=Verdict.PASS, evidence=None, diagnosis=""):
    return Judgement(
        clause.id,
        clause.statement,
        str(clause.strength),
        verdict,
        0.0123,
        evidence or Evidence("outputs", 3e-8, 5e-6, comparisons=12),
        diagnosis,
        f"lstm-spec verify keras --only {clause.id} --seed 0",
        clause.source,
    )


def as_data(judgements, about=SPEAKS, **more):
    report = Report(about, {**SPEAKS, "name": "numpy"}, "core", 7, len(judgements), judgements)
    report.effort = {"seconds_per_clause": 1.5, "call_seconds": 0.0512}
    for name, value in more.items():
        setattr(report, name, value)
    return json_report.as_data(report)


def as_column(name, data):
    """A report as a column of a matrix."""
    about = data["implementation"]
    title = f"{about['name']} {about['version']} on {about['backend']}"
    return Column(name, title, about, {one["id"]: one for one in data["clauses"]})


def every_verdict():
    """One clause of each verdict, and evidence of every kind."""
    clauses = {one.id: one for one in catalogue()}
    map_of_rows = deviation(3, 4, 2)
    strip = Evidence(where="trained for all of 12,500 updates", figures=[FIGURE])
    weights = deviation(3, 5, axes=("input", "column"))
    return as_data(
        [
            judged(clauses["CELL-01"]),
            judged(clauses["CELL-12"], Verdict.FAIL, map_of_rows, "outputs: got others"),
            judged(clauses["STATE-07"], Verdict.EXPECTED_FAIL, weights, "see keras#1820"),
            judged(clauses["STATE-09"], Verdict.UNSUPPORTED, Evidence(), "needs stateful"),
            judged(clauses["MASK-40"], Verdict.ERROR, Evidence(), "the adapter broke"),
            judged(clauses["MASK-41"], Verdict.UNEXPECTED_PASS),
            judged(clauses["PIPE-81"], Verdict.FAIL, strip, "the loss is too high"),
            judged(clauses["PIPE-82"], Verdict.NOT_RUN, Evidence(), "not run: interrupted"),
        ],
        findings=[Finding("h and c are swapped in the initial state", ("CELL", "STATE"))],
        warnings=["expectation SEQ-99 matches no clause"],
        command="lstm-spec verify keras --html report.html",
        interrupted=True,
    )


def whole_catalogue():
    """As many clauses as there are, every fourth one failing with a map: a large report."""
    evidence = deviation(5, 6, 4)
    return as_data(
        [
            judged(one, Verdict.FAIL, evidence, "outputs: expected 0.5, got 0.6 " * 4)
            if number % 4 == 0
            else judged(one)
            for number, one in enumerate(catalogue())
        ]
    )


def hostile():
    """Every text that a subject or its adapter can put into a report tries to break out."""
    clause = next(one for one in catalogue() if one.id == "CELL-12")
    evidence = deviation(2, 3, 2)
    evidence.what = evidence.where = evidence.expected = evidence.got = HOSTILE + QUOTES
    evidence.counter_example = {HOSTILE: QUOTES}
    evidence.axes = [HOSTILE, "step", QUOTES]
    evidence.figures = [{**FIGURE, "name": HOSTILE}]
    about = {
        "name": HOSTILE,
        "version": QUOTES,
        "backend": "javascript:alert(3)",
        "python": HOSTILE,
        "capabilities": [HOSTILE, QUOTES],
    }
    one = judged(clause, Verdict.FAIL, evidence, f"{HOSTILE} {QUOTES} javascript:alert(4)")
    one.reproduce = f"lstm-spec verify '{HOSTILE}'"
    one.source = f"https://example.org/'onclick='{HOSTILE} javascript:alert(5)"
    return as_data(
        [one],
        about,
        findings=[Finding(HOSTILE + QUOTES, (HOSTILE,))],
        warnings=[HOSTILE + QUOTES],
        command=HOSTILE + QUOTES,
        unusable=HOSTILE,
    )
