"""A clause in full, as Markdown: ``lstm-spec explain`` and the specification pages show this text.

There is one wording for the terminal and the documentation, made from the catalogue, the kill
matrix and the expectation files.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache

from lstm_spec import expectations
from lstm_spec.clauses import Clause
from lstm_spec.report import urls
from lstm_spec.selftest import recorded_kills

SHOWN = 5
"""How many mistakes are listed; the kill matrix has all of them."""


def explain(clause: Clause) -> str:
    """The statement, its reason, source and needs, the mistakes it notices, and who deviates."""
    return "\n\n".join(part for part in _parts(clause) if part) + "\n"


def source_code(clause: Clause) -> str:
    """The check that enforces the clause."""
    return inspect.getsource(clause.check)


def _parts(clause: Clause) -> Iterator[str]:
    yield f"**{text(clause.statement)}**"
    yield text(inspect.cleandoc(clause.why).replace("``", "`"))
    yield "\n".join(f"- {fact}" for fact in _facts(clause))
    yield from _mistakes(clause)
    yield from _deviations(clause)


def _facts(clause: Clause) -> Iterator[str]:
    yield f"Strength: {clause.strength}, run at `--level {clause.level}` and above."
    yield f"Source: {ended(clause.source)}"
    yield f"Needs: {', '.join(f'`{one}`' for one in sorted(clause.needs))}."
    if clause.refutes:
        yield f"Refutes: {ended(clause.refutes)}"
    if clause.confirms:
        yield f"Confirms: {ended(clause.confirms)}"


def _mistakes(clause: Clause) -> Iterator[str]:
    """The planted mistakes that the clause notices, or why there are none."""
    record = recorded_kills.of(clause.id)
    if record is None:
        yield "It is not recorded which planted mistakes it notices; run `lstm-spec selftest`."
    elif not record.kills:
        yield f"It notices none of the planted mistakes. It is kept because: {ended(record.idle)}"
    else:
        count = len(record.kills)
        mistakes = "one planted mistake" if count == 1 else f"{count} planted mistakes"
        most = f". The {SHOWN} that fewest clauses catch are" if count > SHOWN else ""
        lines = [f"It notices {mistakes}{most}:", ""]
        for one in record.kills[:SHOWN]:
            address = f" ({text(one.address)})" if one.address else ""
            lines.append(f"- {text(one.sentence)}{address}")
        yield "\n".join(lines)


def _deviations(clause: Clause) -> Iterator[str]:
    """Which implementations are known to deviate, grouped by the reason."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, known in _known().items():
        if clause.id in known:
            one = known[clause.id]
            groups.setdefault((one.reason, one.told_at, one.remedy), []).append(name)
    if not groups:
        return
    lines = ["Known deviations:", ""]
    for (reason, told_at, remedy), names in groups.items():
        told = f"{', '.join(f'`{name}`' for name in names)}: {text(reason)} ({text(told_at)})."
        lines.append(f"- {told}" + (f" Remedy: {ended(remedy)}" if remedy else ""))
    yield "\n".join(lines)


@cache
def _known() -> dict[str, dict[str, expectations.Expectation]]:
    return {name: expectations.read(name) for name in expectations.shipped()}


def text(words: str) -> str:
    """The words with everything escaped except code between backticks; URLs become links."""
    parts = []
    for index, part in enumerate(re.split(r"(`+[^`]*`+)", words)):
        if index % 2:
            parts.append(part)
            continue
        for piece, url in urls.split(part):
            plain = re.sub(r"([*_<\[\]|\\])", r"\\\1", piece)
            parts.append(f"[{plain}](<{url}>)" if url else plain)
    return "".join(parts)


def ended(words: str) -> str:
    """The words with one full stop at their end."""
    return text(words.strip().rstrip(".")) + "."
