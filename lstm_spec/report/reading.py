"""Reports are read here, and nowhere else: form and count checked, what was left out filled in.

Whoever reads a report gets it in full, whether its file is of today's form or of the one before.
``remarks`` says in sentences what its figures do not say for themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lstm_spec import SPEC_VERSION, __version__
from lstm_spec.clauses import Level, select
from lstm_spec.output.wording import counted, listed
from lstm_spec.report.file_form import BadReport, filled_in, from_old_form
from lstm_spec.verdicts import Verdict

__all__ = [
    "BadReport",
    "caveats",
    "check",
    "in_full",
    "is_of_another_version",
    "read",
    "remarks",
    "schema",
]


def read(path: Path) -> dict[str, Any]:
    """The report in a file, in full.

    Raises BadReport, with the file, the clause where there is one, and the remedy, for what is no
    report, and for one whose count is not that of its clauses.
    """
    try:
        text = path.read_text("utf-8")
        data = json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadReport(
            f"{path} is no text, so it is no report: lstm-spec verify SUBJECT --json FILE makes one"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise BadReport(
            f"{path}: {error}; a report is the JSON that lstm-spec verify SUBJECT --json FILE "
            "writes"
        ) from error
    try:
        return in_full(data)
    except BadReport as error:
        raise BadReport(f"{path}: {error}") from error


def in_full(data: Any) -> dict[str, Any]:
    """A report in full, from the data of a file of either form. Raises BadReport."""
    if isinstance(data, dict) and _lists_objects(data.get("clauses")):
        data = from_old_form(data)
    check(data)
    whole = filled_in(data)
    whole["partial"] = whole["partial"] or "--only" in _options(whole["command"])
    return whole


def check(data: Mapping[str, Any]) -> None:
    """Raise BadReport unless the data fit the schema and the verdicts are as many as they say."""
    if error := _first_error(data):
        raise BadReport(f"{_place(data, error)}: {error.message}; {_remedy(data)}") from error
    occurring = Counter(one["id"] for one in data["clauses"])
    for name, count in occurring.items():
        if count > 1:
            raise BadReport(f"clause {name} is listed {count} times; {_remedy(data)}")
    found = Counter(one["verdict"] for one in data["clauses"])
    for verdict in Verdict:
        said = data["counts"][verdict]
        if said != found[verdict]:
            raise BadReport(
                f"{counted(said, 'clause')} counted as {verdict}, and {found[verdict]} listed with "
                f"that verdict{_example(data, verdict)}; {_remedy(data)}"
            )
    planned = data["counts"]["planned"]
    if planned != len(data["clauses"]):
        raise BadReport(
            f"{counted(planned, 'clause')} planned, but the verdicts add up to "
            f"{len(data['clauses'])}; {_remedy(data)}"
        )


def is_of_another_version(data: Mapping[str, Any]) -> bool:
    """Whether the report was judged by another version of the specification than this one."""
    return bool(data["spec_version"] != SPEC_VERSION)


def caveats(data: Mapping[str, Any]) -> list[str]:
    """In a word or two each, why the figures of a report do not stand for the whole specification.

    ``remarks`` says the same in sentences. Empty for a report that says everything.
    """
    return [word for word, _ in _caveats(data)]


def remarks(data: Mapping[str, Any]) -> list[str]:
    """What a reader has to know before comparing the figures of a report that was read.

    That it is partial, that the run was interrupted, that the subject could not be used, that it
    was judged by another version of the specification: a sentence for each that is so.
    """
    return [sentence for _, sentence in _caveats(data)]


def _caveats(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts = data["counts"]
    judged = sum(counts[verdict] for verdict in Verdict if verdict.is_judged)
    if data["partial"]:
        were = "was" if counts["planned"] == 1 else "were"
        selected = f"{counted(counts['planned'], 'clause')} {were} selected"
        yield "partial", f"It is partial: only {selected} for this run (--only)."
    elif absent := _absent(data):
        lacks = counted(len(absent), "clause")
        yield (
            "incomplete",
            f"It lacks {lacks} that this lstm-spec judges at its level: {listed(absent)}.",
        )
    if data.get("level") == Level.SMOKE:
        yield "smoke level", "It is of the smoke level, which only asks whether the adapter works."
    if data["interrupted"]:
        yield (
            "interrupted",
            f"The run was interrupted: {counts['not-run']} of {counts['planned']} clauses were "
            "not judged.",
        )
    if data["unusable"]:
        yield "unusable", f"The subject could not be used: {data['unusable']}"
    elif not judged:
        yield "nothing judged", "No clause was judged: it says nothing about the implementation."
    elif counts["not-run"] and not data["interrupted"]:
        yield "not all run", f"{counted(counts['not-run'], 'clause')} of it were not run."
    if is_of_another_version(data):
        yield (
            "another version",
            f"It was judged by specification {data['spec_version']}, and this lstm-spec has "
            f"{SPEC_VERSION}: the same clause may mean something else.",
        )


def _absent(data: Mapping[str, Any]) -> list[str]:
    """Clauses that belong to the level of the report and are not in it.

    Only a report of this very lstm-spec is asked for them: an earlier one may have had fewer, since
    a new clause leaves the version of the specification as it is.
    """
    ours = data["environment"]["packages"].get("lstm-spec") == __version__
    if is_of_another_version(data) or not ours or data.get("level") not in list(Level):
        return []
    there = {one["id"] for one in data["clauses"]}
    return [one.id for one in select([], Level(data["level"])) if one.id not in there]


def schema() -> dict[str, Any]:
    """The JSON schema of the file of a report."""
    text = (files("lstm_spec") / "schemas" / "report.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # a tenth of a second: every judge imports us

    return Draft202012Validator(schema())


def _first_error(data: Mapping[str, Any]) -> Any:
    """What the schema says against the data, in its clearest words; None if nothing."""
    from jsonschema.exceptions import best_match

    return best_match(_validator().iter_errors(data))


def _place(data: Mapping[str, Any], error: Any) -> str:
    """Where in the report something is wrong; a clause by its id."""
    place = list(error.absolute_path)
    if place[:1] == ["clauses"] and len(place) > 1:
        clause = data["clauses"][place[1]]
        name = clause.get("id") if isinstance(clause, dict) else None
        place[:2] = [f"clause {name}" if name else f"the clause at place {place[1] + 1}"]
    return ", ".join(map(str, place)) or "the report"


def _remedy(data: Any) -> str:
    """What to do about a report that is not as it was written."""
    command = data.get("command") if isinstance(data, dict) else ""
    return f"make the report again: {command or 'lstm-spec verify SUBJECT --json FILE'}"


def _example(data: Mapping[str, Any], verdict: Verdict) -> str:
    """The first clause that has a verdict, in brackets."""
    names = [one["id"] for one in data["clauses"] if one["verdict"] == verdict]
    return f" ({names[0]}{' and others' if len(names) > 1 else ''})" if names else ""


def _lists_objects(clauses: Any) -> bool:
    return isinstance(clauses, list) and all(isinstance(one, dict) for one in clauses)


def _options(command: str) -> set[str]:
    """The options of a command line, without their values."""
    return {word.split("=")[0] for word in command.split() if word.startswith("--")}


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
