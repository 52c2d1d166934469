"""The maps as tables, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from lstm_spec.coverage.installed import recorded
from lstm_spec.coverage.library_map import STANDINGS, Argument, Interface, Library

Pairs = Sequence[tuple[Library, Interface]]

WIDE = 27
"""The length of a name that fits beside the figures."""

STYLES = {"covered": "green", "partly": "yellow", "not yet": "red", "never": "dim"}


def table_of_interfaces(pairs: Pairs) -> Table:
    """How many arguments of each interface have which standing."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("interface", overflow="fold")
    for column in ("arguments", *STANDINGS):
        table.add_column(column, justify="right", min_width=len(column))
    for _, one in pairs:
        counts = [str(one.count(standing) or "") for standing in STANDINGS]
        table.add_row(broken(one.name), str(len(one.arguments)), *counts)
    total = [sum(one.count(standing) for _, one in pairs) for standing in STANDINGS]
    table.add_section()
    table.add_row("all", str(sum(total)), *(str(count or "") for count in total))
    return table


def broken(name: str) -> str:
    """A long name with its last part in a line of its own: a terminal has 80 columns."""
    head, _, last = name.rpartition(".")
    return name if len(name) <= WIDE else f"{head}\n    .{last}"


def table_of_arguments(library: Library, interface: Interface) -> Table:
    """Every argument of one interface."""
    title = f"{interface.name} ({library.distribution} {recorded(library).version})"
    table = Table(title=title, title_justify="left")
    table.add_column("argument", no_wrap=True)
    table.add_column("standing", no_wrap=True)
    table.add_column("clauses, or the reason", overflow="fold")
    for one in interface.arguments:
        table.add_row(one.name, Text(one.standing, STYLES[one.standing]), Text(told(one)))
    for sentence in remaining(interface):
        table.add_row("**kwargs", "", Text(sentence))
    return table


def told(one: Argument) -> str:
    """The clauses of an argument and what is said about it."""
    lacks = f"lacks: {one.remark}" if one.standing == "partly" else one.remark
    return "; ".join(part for part in (", ".join(one.clauses), lacks) if part)


def remaining(interface: Interface) -> list[str]:
    """What becomes of keyword arguments without a name in the signature."""
    sentences = [f"those of {' and of '.join(interface.rest)}"] if interface.rest else []
    return [*sentences, *([interface.no_rest] if interface.no_rest else [])]


def as_json(pairs: Pairs) -> dict[str, Any]:
    """Everything that the maps say, for other programs."""
    shown: dict[str, Any] = {}
    for library, one in pairs:
        facts = shown.setdefault(
            library.name,
            {"title": library.title, "version": recorded(library).version, "interfaces": {}},
        )
        facts["interfaces"][one.name] = {
            "counts": {standing: one.count(standing) for standing in STANDINGS},
            "arguments": {
                argument.name: {
                    "standing": argument.standing,
                    "clauses": list(argument.clauses),
                    "remark": argument.remark,
                }
                for argument in one.arguments
            },
            "kwargs": remaining(one),
        }
    return {"standings": list(STANDINGS), "libraries": shown}
