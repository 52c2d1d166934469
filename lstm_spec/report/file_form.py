"""What the file of a report leaves out, and how it is filled in again.

A file says neither what is empty nor what the catalogue of clauses says of every clause: its
statement, its strength and its source. The command that judges a clause again is written once for
the run, with ``{clause}`` in place of the id. ``without_what_is_known`` and ``filled_in`` are each
other's inverse.

A statement stands in the file where it is not that of the catalogue, so that a report of an earlier
specification keeps the sentences that it was judged by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from lstm_spec.clauses import Clause, catalogue
from lstm_spec.evidence import Evidence

EMPTY_RUN: dict[str, Any] = {
    "command": "",
    "effort": {},
    "seconds": 0.0,
    "warnings": [],
    "unusable": "",
    "interrupted": False,
    "partial": False,
    "limits": {},
    "findings": [],
    "speed": [],
}
"""What a file may leave out about the run, and what it means by that."""

EMPTY_JUDGEMENT: dict[str, Any] = {
    "seconds": 0.0,
    "diagnosis": "",
    "reproduce": "",
    "repeatable": True,
    "hung": False,
    "peak_mib": None,
}
"""What a file may leave out about a clause; its evidence and the catalogue's part aside."""

EMPTY_IMPLEMENTATION: dict[str, Any] = {"backend": "", "defaults": {}}

PLACE = "{clause}"
"""Stands for the id of a clause in the run's command for judging one again."""


class BadReport(ValueError):
    """The data are no report; the message says where and what to do."""


def filled_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """The report in full, from what its file says.

    Raises BadReport for a clause that the catalogue does not have and that brings no statement.
    """
    again = str(data.get("reproduce", ""))
    known = _catalogue()
    whole = deepcopy(EMPTY_RUN)
    whole |= {name: value for name, value in data.items() if name != "reproduce"}
    for one in ("implementation", "oracle"):
        whole[one] = deepcopy(EMPTY_IMPLEMENTATION) | data[one]
    whole["clauses"] = [_clause_in_full(one, known, again) for one in data["clauses"]]
    return whole


def without_what_is_known(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a file has to say so that ``filled_in`` makes the report in full of it."""
    known = _catalogue()
    brief = _without(data, EMPTY_RUN)
    for one in ("implementation", "oracle"):
        brief[one] = _without(data[one], EMPTY_IMPLEMENTATION)
    clauses = brief.pop("clauses")
    if again := _command_for_any(clauses):
        brief["reproduce"] = again
    brief["clauses"] = [_clause_in_brief(one, known, again) for one in clauses]
    return brief


def from_old_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """A report as files had it before: with everything written out, and strength called level."""
    return {**data, "clauses": [_strength_for_level(one) for one in data["clauses"]]}


def _strength_for_level(clause: Mapping[str, Any]) -> dict[str, Any]:
    if "strength" in clause:
        return dict(clause)
    return {"strength" if name == "level" else name: value for name, value in clause.items()}


def _catalogue() -> dict[str, Clause]:
    return {one.id: one for one in catalogue()}


def _declared(clause: Clause) -> dict[str, Any]:
    """What the catalogue says of a clause, by the names that a report has for it."""
    return {
        "statement": clause.statement,
        "strength": str(clause.strength),
        "source": clause.source,
    }


def _clause_in_full(
    given: Mapping[str, Any], known: Mapping[str, Clause], again: str
) -> dict[str, Any]:
    name = given["id"]
    if name in known:
        declared = _declared(known[name])
    elif "statement" in given and "strength" in given:
        declared = {"source": ""}
    else:
        raise BadReport(
            f"clause {name} is not in the catalogue of this lstm-spec, and the report does not say "
            "its statement and strength: read it with the lstm-spec that has written it"
        )
    return {
        **EMPTY_JUDGEMENT,
        "reproduce": again.replace(PLACE, name),
        **declared,
        **given,
        "evidence": asdict(Evidence()) | given.get("evidence", {}),
    }


def _clause_in_brief(
    given: Mapping[str, Any], known: Mapping[str, Clause], again: str
) -> dict[str, Any]:
    name = given["id"]
    filled = {"source": "", **(_declared(known[name]) if name in known else {})}
    filled |= EMPTY_JUDGEMENT | {"reproduce": again.replace(PLACE, name)}
    brief = _without(given, filled)
    if evidence := _without(given["evidence"], asdict(Evidence())):
        return {**brief, "evidence": evidence}
    del brief["evidence"]
    return brief


def _without(given: Mapping[str, Any], filled: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that are not what would be filled in for them."""
    return {
        name: value for name, value in given.items() if name not in filled or value != filled[name]
    }


def _command_for_any(clauses: Iterable[Mapping[str, Any]]) -> str:
    """The command that judges a clause again, as most clauses have it; empty if none has one."""
    commands = Counter(one["reproduce"].replace(one["id"], PLACE) for one in clauses)
    return commands.most_common(1)[0][0] if commands else ""
