"""Where a source can be changed, what the change would be, and a draw from all of them."""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Position = tuple[int, int]
"""Line and column, in characters."""

LEAVES_WITHOUT_A_CHANGE = {"name", "newline", "string", "fstring_string", "endmarker"}


@dataclass(frozen=True)
class Module:
    """A module whose source may be changed."""

    name: str
    file: str
    """The path from the folder that its top package lies in, with slashes."""
    source: str


@dataclass(frozen=True)
class Site:
    """One place in a module, and the operators of one kind that can change it."""

    module: Module
    inside: str
    """The function or class that the place is in; "" for the module itself."""
    kind: str
    start: Position
    end: Position
    ways: tuple[tuple[str, int], ...]
    """The operator of each change by its name, and which of its places in the module this is."""


@dataclass(frozen=True)
class Change:
    """One change of one module."""

    module: Module
    kind: str
    operator: str
    occurrence: int
    line: int
    inside: str
    """The function or class that the place is in; "" for the module itself."""
    was: str
    """The lines that change, without their indentation."""
    becomes: str
    source: str
    """The whole module after the change."""

    @property
    def place(self) -> str:
        """For a reader: file, line and function."""
        return f"{self.module.file}:{self.line} {self.inside}".strip()


def modules(packages: Iterable[str]) -> list[Module]:
    """The modules of these packages (or a module itself), in order, with their sources.

    Raises ValueError for a package that is not there.
    """
    found = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise ValueError(f"there is no module {package!r} whose source could be changed")
        names = [package]
        if spec.submodule_search_locations:
            inside = pkgutil.walk_packages(spec.submodule_search_locations, f"{package}.")
            names += sorted(one.name for one in inside)
        for name in names:
            origin = importlib.util.find_spec(name)
            assert origin is not None
            assert origin.origin is not None
            path = Path(origin.origin)
            parts = len(name.split(".")) + (path.name == "__init__.py")
            file = "/".join(path.parts[-parts:])
            found.append(Module(name, file, path.read_text("utf-8")))
    return found


def sites(module: Module) -> list[Site]:
    """Every place of a module that some operator can change, in the order of the source."""
    from lstm_spec.selftest.generated.operators import kind_of

    only_for_people = _only_for_people(module.source)
    counts: dict[str, int] = {}
    found: dict[tuple[str, Position, Position], list[tuple[str, int]]] = {}
    for node in _nodes(_tree(module.source)):
        if node.type in LEAVES_WITHOUT_A_CHANGE:
            continue
        for name, operator in operators_here().items():
            for start, end in operator.mutation_positions(node):
                occurrence = counts.get(name, 0)
                counts[name] = occurrence + 1
                if not any(first <= start and end <= last for first, last in only_for_people):
                    found.setdefault((kind_of(name), start, end), []).append((name, occurrence))
    around = _names_around(module.source)
    return [
        Site(module, around(start[0]), kind, start, end, tuple(ways))
        for (kind, start, end), ways in sorted(found.items(), key=lambda one: (one[0][1], one[0]))
    ]


@cache
def operators_here() -> dict[str, Any]:
    """The operators, made once."""
    from lstm_spec.selftest.generated.operators import operators

    return operators()


def draw(found: Sequence[Site], count: int, seed: int) -> Iterator[Change]:
    """So many changes: a place at random, each once before any comes twice, and one way to change
    it.

    A change that is no Python is passed over, as is one of which Python itself warns, and one that
    leaves the syntax tree as it was.
    """
    rng = np.random.default_rng(seed)
    left = [list(site.ways) for site in found]
    made = 0
    while made < count and any(left):
        for index in rng.permutation(len(found)):
            while left[index]:
                way = left[index].pop(int(rng.integers(len(left[index]))))
                change = changed(found[index], *way)
                if change is not None:
                    made += 1
                    yield change
                    break
            if made == count:
                return


def every(found: Iterable[Site]) -> Iterator[Change]:
    """All changes of these places."""
    for site in found:
        for way in site.ways:
            change = changed(site, *way)
            if change is not None:
                yield change


def of_statements(found: Iterable[Site], statements: Iterable[str]) -> Iterator[Site]:
    """The places that have a line in one of these statements, each written as ``Change.was``.

    To make every change of a module takes minutes; whoever asks about some lines needs few of them.
    """
    asked = ["".join(one.split()) for one in statements]
    for site in found:
        lines = site.module.source.splitlines()[site.start[0] - 1 : site.end[0]]
        if any("".join(line.split()) in one for line in lines for one in asked):
            yield site


def changed(site: Site, operator: str, occurrence: int) -> Change | None:
    """One change; None if it gives no Python, or the same as before."""
    from cosmic_ray.mutating import MutationVisitor

    before = site.module.source
    after = MutationVisitor.mutate_code(before, operators_here()[operator], occurrence)
    try:
        if after is None or ast.dump(ast.parse(after)) == ast.dump(ast.parse(before)):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # such as an ``is`` with a number
            compile(after, site.module.file, "exec")
    except SyntaxError:
        return None
    was, becomes = _difference(before, after)
    place = site.start[0], site.inside
    return Change(site.module, site.kind, operator, occurrence, *place, was, becomes, after)


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, in one line each, with single spaces."""
    old, new = before.splitlines(), after.splitlines()
    first = next(i for i, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1])
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return tuple(" ".join(" ".join(one[first : len(one) - last]).split()) for one in (old, new))  # type: ignore[return-value]


def _tree(source: str) -> Any:
    import parso

    return parso.parse(source)


def _nodes(node: Any) -> Iterator[Any]:
    """The nodes of a tree in the order in which Cosmic Ray counts."""
    yield node
    for child in getattr(node, "children", ()):
        yield from _nodes(child)


def _only_for_people(source: str) -> list[tuple[Position, Position]]:
    """What no computation reads: annotations, messages of exceptions, imports for the checker.

    Docstrings are no operator's business, and an assertion that always holds may be left out; the
    ``strict`` of ``zip`` is one.
    """
    spans: list[tuple[Position, Position]] = []
    lines = source.splitlines()

    def span(node: Any) -> None:
        start = node.lineno, len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
        end_line = lines[node.end_lineno - 1].encode()
        spans.append((start, (node.end_lineno, len(end_line[: node.end_col_offset].decode()))))

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.arg) and node.annotation:
            span(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns:
            span(node.returns)
        elif isinstance(node, ast.AnnAssign):
            span(node.annotation)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for argument in node.exc.args:
                span(argument)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "zip":
            for keyword in node.keywords:
                span(keyword)
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.Assert) or (
            isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        ):
            span(node)
    return spans


def _names_around(source: str) -> Callable[[int], str]:
    """A function from a line to the dotted name of the innermost function or class around it."""
    spans: list[tuple[int, int, str]] = []

    def look(node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{outer}.{child.name}".lstrip(".")
                spans.append((child.lineno, child.end_lineno or child.lineno, name))
            look(child, name)

    look(ast.parse(source), "")
    return lambda line: next(
        (name for first, last, name in reversed(spans) if first <= line <= last), ""
    )
