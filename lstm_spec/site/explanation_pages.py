"""The specification as pages: one for each family, an anchor for each clause."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

from lstm_spec import SPEC_VERSION
from lstm_spec.clauses import FAMILIES, Clause, Strength, catalogue
from lstm_spec.explanation import explain, source_code, text


def overview() -> str:
    """The families with their counts."""
    lines = [
        f"Specification {SPEC_VERSION}: {len(catalogue())} clauses.",
        "",
        "| family | clauses | MUST | SHOULD | CLAIM | subject |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for family, subject in FAMILIES.items():
        mine = _of(family)
        counts = [sum(one.strength is strength for one in mine) for strength in Strength]
        cells = [f"[{family}]({family.lower()}.md)", len(mine), *counts, text(subject)]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def family(name: str) -> str:
    """Every clause of a family, under the subjects that their checks are filed by."""
    return "\n\n".join(_sections(_of(name))) + "\n"


def _of(family: str) -> list[Clause]:
    return [one for one in catalogue() if one.family == family]


def _sections(clauses: Iterable[Clause]) -> Iterator[str]:
    by_subject: dict[str, list[Clause]] = {}
    for one in clauses:
        by_subject.setdefault(_subject(one), []).append(one)
    for subject, members in by_subject.items():
        yield f"## {subject}"
        for one in members:
            yield f"### {one.id}: {one.title} {{#{one.id.lower()}}}"
            yield explain(one).strip()
            yield _folded("The check", source_code(one))


def _subject(clause: Clause) -> str:
    """The first sentence of the file that the check is in, as a heading."""
    module = inspect.getmodule(clause.check)
    first = (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    return text(first.rstrip(".").replace("``", "`"))


def _folded(title: str, code: str) -> str:
    lines = [f'??? note "{title}"', "", "    ```python", *_indented(code), "    ```"]
    return "\n".join(lines)


def _indented(code: str) -> Iterator[str]:
    for line in code.rstrip().splitlines():
        yield f"    {line}" if line else ""
