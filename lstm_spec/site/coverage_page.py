"""``docs/coverage.md``: every argument of the real libraries, with the clauses that cover it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_spec.coverage.installed import recorded
from lstm_spec.coverage.library_map import STANDINGS, Argument, Interface, Library
from lstm_spec.coverage.show import remaining, told

HEAD = """# Which arguments of the real libraries the clauses cover

The specification is meant to determine everything that an LSTM layer can be told. This page lists
every argument of the interfaces below, and how the specification stands to it:

- **covered**: the clauses that are named determine what the argument does;
- **partly**: they determine a part of it, and the table says what is lacking;
- **not yet**: no clause is about it, although one could be;
- **never**: no clause can be about it, for the reason that is given.

The arguments are read from the libraries themselves (from the signatures; for ONNX from the schema
of its operator; for LiteRT from its file format), and the tests fail for an argument without an
entry and for an entry without an argument. `lstm-spec coverage NAME` shows a part of this page,
`lstm-spec coverage --here` compares it with the libraries that are installed, and
`lstm-spec explain CLAUSE` says what a clause requires.

The entries are the files in `lstm_spec/coverage/maps`. `python -m lstm_spec.site.pages coverage`
writes this page from them; do not edit it.
"""


def as_markdown(libraries: Iterable[Library]) -> str:
    """The whole page: the counts of every interface, then every argument."""
    every = list(libraries)
    lines = [HEAD, *_counts(every)]
    for library in every:
        lines += ["", f"## {library.title}", "", _where(library)]
        for one in library.interfaces:
            lines += ["", f"### {one.name}", "", *_interface(one)]
    return "\n".join(lines) + "\n"


def _counts(libraries: list[Library]) -> Iterator[str]:
    yield f"| interface | arguments | {' | '.join(STANDINGS)} |"
    yield "| --- |" + " ---: |" * (1 + len(STANDINGS))
    for library in libraries:
        for one in library.interfaces:
            yield _row(f"`{one.name}`", [one])
        yield _row(f"**{library.title}**", library.interfaces)


def _row(name: str, interfaces: Iterable[Interface]) -> str:
    every = list(interfaces)
    counts = [sum(one.count(standing) for one in every) for standing in STANDINGS]
    cells = " | ".join(str(count or "") for count in counts)
    return f"| {name} | {sum(counts)} | {cells} |"


def _where(library: Library) -> str:
    return (
        f"{library.distribution} {recorded(library).version}; `python -m lstm_spec.coverage.record "
        f"{library.name}` reads its arguments in the environment {library.environment}."
    )


def _interface(one: Interface) -> Iterator[str]:
    if one.source:
        yield f"Listed in {one.source}."
        yield ""
    silent = [f"`{argument.name}`" for argument in one.arguments if argument.standing == "not yet"]
    spoken = [argument for argument in one.arguments if argument.standing != "not yet"]
    if spoken:
        yield "| argument | standing | clauses, or the reason |"
        yield "| --- | --- | --- |"
        yield from (_argument(argument) for argument in spoken)
    if silent:
        yield from ([""] if spoken else [])
        yield f"Not yet: {', '.join(silent)}."
    for sentence in remaining(one):
        yield ""
        yield f"Further keyword arguments: {sentence}."


def _argument(one: Argument) -> str:
    return f"| `{one.name}` | {one.standing} | {told(one)} |"
