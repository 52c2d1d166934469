"""The persistence table: which operations keep, move or clear the state, as reports have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from lstm_spec.comparison.matrix import Column, column
from lstm_spec.explanation import text
from lstm_spec.report import reading

MARK = "<!-- persistence table -->"
"""Where a page of the documentation wants the table."""

PREFERRED = (
    "keras-3-tensorflow",
    "keras-3-jax",
    "keras-2.3",
    "torch",
    "tensorflow-js",
    "chainer",
)
"""The columns, where there are reports of them."""

FEWEST = 5
"""Reports of other stateful subjects fill up to so many columns."""

ROWS = (
    ("a call", "moves the state", "LIFE-01"),
    ("`predict`", "moves the state", "LIFE-02"),
    ("the next batch of a `predict`", "goes on from it", "STATE-05"),
    ("`predict_on_batch`", "moves the state", "LIFE-03"),
    ("`evaluate`", "moves the state", "LIFE-04"),
    ("`test_on_batch`", "moves the state", "LIFE-05"),
    ("`train_on_batch`", "moves the state", "LIFE-06"),
    ("asking for gradients", "moves the state", "LIFE-07"),
    ("`fit`", "moves the state", "LIFE-08"),
    ("the end of an epoch", "keeps it", "LIFE-13"),
    ("validation inside `fit`", "moves the state", "LIFE-20"),
    ("`predict` after `fit`", "starts where `fit` has ended", "LIFE-11"),
    ("`reset_states`", "clears h and c", "STATE-31"),
    ("`reset_states` after any of these", "clears h and c", "LIFE-29"),
    ("setting the weights", "keeps it", "LIFE-25"),
    ("reading the weights", "keeps it", "LIFE-26"),
    ("a given initial state", "takes its place", "STATE-30"),
    ("a `predict` that is refused", "keeps it", "STATE-60"),
    ("saving", "keeps it", "LIFE-31"),
    ("the loaded model", "starts at zero", "LIFE-33"),
    ("the clone", "starts at zero", "LIFE-36"),
    ("a call of a layer that is not stateful", "starts at zero", "STATE-26"),
    ("a batch of a layer that is not stateful", "starts at zero", "STATE-27"),
)
"""An operation, what the specification says of it, and the clause that does."""

STATELESS = 2
"""Rows that can be answered without any stateful layer."""

CELL = {
    "pass": "yes",
    "fail": "**no**",
    "expected-fail": "**no**",
    "unexpected-pass": "yes",
    "unsupported": "-",
    "error": "broke",
    "not-run": "?",
}


MEANING = (
    "yes: as the specification says; **no**: otherwise, see below; -: not supported, because the "
    "implementation has no such operation; broke: the adapter broke; ?: not judged."
)


def columns(folder: Path) -> list[Column]:
    """The reports that are shown: the preferred ones, then others, the most telling first."""
    files = {file.stem: file for file in sorted(folder.glob("*.json"))}
    chosen = [files.pop(name) for name in PREFERRED if name in files]
    missing = FEWEST - len(chosen)
    if missing > 0:
        asked = {file: _asked(file) for file in files.values()}
        stateful = sorted((one for one in asked if asked[one] > STATELESS), key=asked.__getitem__)
        chosen += stateful[::-1][:missing]
    return [column(file) for file in chosen]


def as_markdown(shown: Sequence[Column]) -> str:
    """The table, then what happens wherever it says no."""
    head = ["operation", "the specification says", "clause", *(one.title for one in shown)]
    lines = [_line(head), _line(["---"] * len(head))]
    for operation, statement, clause in ROWS:
        cells = [_cell(one, clause) for one in shown]
        lines.append(_line([operation, statement, clause, *cells]))
    lines += ["", MEANING]
    notes = list(_notes(shown))
    if notes:
        lines += ["", "Where it says no:", "", *notes]
    return "\n".join(lines) + "\n"


def _asked(file: Path) -> int:
    """How many of the rows the report answers."""
    answered = {"pass", "fail", "expected-fail", "unexpected-pass"}
    rows = {clause for *_, clause in ROWS}
    clauses = reading.read(file)["clauses"]
    return sum(one["id"] in rows and one["verdict"] in answered for one in clauses)


def _cell(one: Column, clause: str) -> str:
    found = one.clauses.get(clause)
    return CELL[found["verdict"]] if found else "?"


def _notes(shown: Iterable[Column]) -> Iterable[str]:
    for one in shown:
        for operation, _, clause in ROWS:
            if one.holds(clause) is False:
                diagnosis = one.clauses[clause]["diagnosis"].strip().splitlines()[0]
                yield f"- {one.title}, {operation} ({clause}): {text(diagnosis)}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
