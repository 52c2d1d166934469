"""Covering arrays: rows of choices in which every two values that can stand together do so once.

    python -m lstm_spec.checking.covering

writes ``covering_rows.json`` anew; that takes half a minute, so the rows are kept. A test compares
the file with the dataclasses of today: it fails for a new field until the command has been run.

The arrays called ``core`` try each field with three values at most: a field with many words has
others of them in each layer. Those called ``full`` try every value. Models without a Masking layer
are covered pair by pair. In those with one, each value is combined with each value of the choices
that belong to the mask. ``run only`` has the values with which a model runs and is not trained,
and ``commonest`` covers one small network. In ``inner steps`` each step is a sequence.

The library allpairspy was tried first. Where choices depend on each other as much as here, it stops
before two thirds of the pairs are covered.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from lstm_spec.checking.choices import LAYERS, Choice, Row, choices, chosen
from lstm_spec.checking.sound_rows import is_sound
from lstm_spec.model import OPTIMIZERS, ModelSpec, Optimizer

FILE = Path(__file__).with_name("covering_rows.json")

ATTEMPTS = 20
"""Rows that are packed before the best of them is taken."""

Cell = tuple[str, Any]
"""The name of a choice, and one of its values."""

Pair = tuple[Cell, Cell]

INNER = "inner steps"
"""A choice that has an array of its own: an engine that builds no LSTM inside TimeDistributed would
otherwise be tried with fewer pairs of all the others."""

FEW = 3
"""Values of each choice in the core array, the plain one included."""


def of_training() -> tuple[Choice, ...]:
    """The choices with those values with which a model is trained."""
    return _with_values(lambda one: [it for it in one.values[1:] if it not in one.runs_only])


def of_core() -> tuple[Choice, ...]:
    """The same with few values: choices with many have others of them in each layer."""
    kept = {one.name: one.values[1:] for one in of_training()}
    return _with_values(lambda one: _dealt(one, kept.get(one.name, ())))


def of_running() -> tuple[Choice, ...]:
    """The choices with the values that only run; of the others, few."""
    few = {one.name: one.values[1:] for one in of_core()}
    return _with_values(
        lambda one: _dealt(one, one.runs_only) if one.runs_only else few.get(one.name, ())
    )


def _with_values(of: Callable[[Choice], Iterable[Any]]) -> tuple[Choice, ...]:
    """The choices with the plain value and these; those that have no other are left out."""
    found = (replace(one, values=(one.plain, *of(one))) for one in choices())
    return tuple(one for one in found if len(one.values) > 1 and one.name != INNER)


def _dealt(one: Choice, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of many values, those that are tried in this place."""
    if len(values) < FEW:
        return values
    place = int(one.name[-1]) if one.name[-1].isdigit() else 1
    shift = place + len(one.name.split(" of layer")[0])  # two fields of a layer differ
    return values[shift % len(LAYERS) :: len(LAYERS)]


def of_one_layer() -> tuple[Choice, ...]:
    """What is left to choose of one LSTM: what is said of all layers is then said of each."""
    return tuple(one for one in of_core() if one.name.endswith("of layer 1"))


def of_the_commonest() -> tuple[Choice, ...]:
    """What is left to choose of one LSTM that reads forwards and a Dense layer with a usual loss.

    It is the network for which engines have faster ways.
    """
    of_kinds = (f"{kind.__name__}." for kind in (ModelSpec, Optimizer, *OPTIMIZERS))
    ends = ("optimizer", "widths", "LSTM.stateful of layer 1", *of_kinds)
    usual = Choice("Dense.activation", ("linear", "softmax"), (("Dense at the end", (True,)),))
    return (usual, *(one for one in of_training() if one.name.startswith(ends)))


def of_a_hierarchy() -> tuple[Choice, ...]:
    """What is left to choose behind an LSTM inside TimeDistributed that reads every step."""
    starts = ("every step", "Dense at the end", "Dense.use_bias", "direction", "LSTM.stateful")
    names = (*starts, "optimizer", "ModelSpec.batch", "ModelSpec.time", "ModelSpec.dtype")
    ends = (" of layer 1", "direction of layer 1")
    plain = [one for one in of_core() if one.name.startswith(names)]
    return tuple(one for one in plain if " of layer" not in one.name or one.name.endswith(ends))


@dataclass(frozen=True)
class Array:
    """What a covering array covers: every pair of values of its choices, in rows with ``always``.

    With ``masked``, the pairs of which one value at least belongs to the mask; with ``runs_only``,
    those of which one at least is not trained with.
    """

    of: Callable[[], tuple[Choice, ...]]
    masked: bool = False
    runs_only: bool = False
    always: Row = field(default_factory=dict)
    allows: Callable[[Row], bool] = is_sound
    """Which rows may be in it."""


def hands_the_mask_on_in_order(row: Row) -> bool:
    """Whether no layer reads backwards and hands a sequence on.

    What becomes of a mask there is a convention with clauses of its own, MASK-40 and MASK-41.
    """
    count = chosen(row, "layers")
    for place in LAYERS[:count]:
        ends = not chosen(row, "every step") if place == count else False
        ends = ends or (place == 1 < count and chosen(row, "repeated between"))
        if chosen(row, f"direction of layer {place}") != "forward" and not ends:
            return False
    return is_sound(row)


MASKED: Row = {"masking": True}
ARRAYS: Mapping[str, Array] = {
    "commonest": Array(of_the_commonest, always={"Dense at the end": True}),
    "one layer": Array(of_one_layer),
    "core": Array(of_core),
    "core, masked": Array(of_core, masked=True, always=MASKED, allows=hands_the_mask_on_in_order),
    "run only": Array(of_running, always=MASKED, runs_only=True),
    INNER: Array(of_a_hierarchy, always={INNER: True}),
    "full": Array(of_training),
    "full, masked": Array(of_training, masked=True, always=MASKED),
}


def possible_pairs(array: Array) -> dict[Pair, Row]:
    """Every two values that can stand together, with the smallest sound row that has them."""
    known = {one.name: one for one in choices()}
    found: dict[Pair, Row] = {}
    for one, other in combinations(array.of(), 2):
        mask = belongs_to_the_mask(one) or belongs_to_the_mask(other)
        if array.masked != mask and not array.runs_only:
            continue
        for value in one.values:
            for beside in other.values:
                if array.runs_only and value not in one.runs_only and beside not in other.runs_only:
                    continue
                row = _completed({one.name: value, other.name: beside}, array, known)
                if row is not None:
                    found[(one.name, value), (other.name, beside)] = row
    return found


def belongs_to_the_mask(one: Choice) -> bool:
    """Whether the choice means something only where there is a Masking layer."""
    return "mask" in one.name.lower()


def _completed(row: Row, array: Array, known: Mapping[str, Choice]) -> Row | None:
    """The row with the least that its values need; None if they cannot stand together."""
    for extra in _needed(row, known):
        added = {**extra, **array.always}
        if all(row.get(name, value) == value for name, value in added.items()):
            completed = {**row, **added}
            if array.allows(completed):
                return completed
    return None


def _needed(row: Row, known: Mapping[str, Choice]) -> Iterator[Row]:
    """What may have to be added: first nothing, then what the values need, then more layers."""
    wanted: dict[str, Any] = {}
    for name, value in row.items():
        if value != known[name].plain:
            for other, of in known[name].needs:
                wanted[other] = max(wanted.get(other, of[0]), of[0]) if other == "layers" else of[0]
        if name == "ModelSpec.loss" and value != known[name].plain:
            wanted |= {"Dense.activation": "softmax", "Dense at the end": True}
        if "stateful" in name and value:
            wanted["ModelSpec.batch_size"] = known["ModelSpec.batch_size"].values[1]
        if "zero_output_for_mask" in name and value:
            wanted |= {"masking": True, "every step": True}
        if "mask_in_reading_order" in name and value:
            place = int(name[-1])
            wanted |= {"masking": True, f"direction of layer {place}": "backward"}
            wanted["layers"] = max(wanted.get("layers", 1), place + 1)
    wanted = {name: value for name, value in wanted.items() if name not in row}
    yield {}
    yield wanted
    yield {**{other: of[0] for name in wanted for other, of in known[name].needs}, **wanted}


def covering(array: Array) -> list[Row]:
    """Rows that cover every possible pair, those that cover most first.

    Of several rows that are packed in different orders, the one with most new pairs is taken.
    """
    tried, draws = list(array.of()), random.Random(0)
    missing = possible_pairs(array)
    wanted = set(missing)
    rows: list[Row] = []
    while missing:
        packed = [_packed(missing, array, draws) for _ in range(ATTEMPTS)]
        best = max(packed, key=lambda row: sum(pair in missing for pair in pairs_of(row, tried)))
        rows.append(best)
        for pair in pairs_of(best, tried):
            missing.pop(pair, None)
    return _most_first(rows, tried, wanted)


def _packed(missing: Mapping[Pair, Row], array: Array, draws: random.Random) -> Row:
    """One uncovered pair after the other, with what it needs, as long as the row stays sound.

    Pairs of values that are not plain come first: they are the hardest to place.
    """
    plain = {one.name: one.plain for one in array.of()}
    order = {
        pair: (sum(plain[name] == value for name, value in pair), draws.random())
        for pair in missing
    }
    row: dict[str, Any] = {}
    for pair in sorted(missing, key=order.__getitem__):
        added = missing[pair]
        if all(name in row for name in added):
            continue
        if all(row.get(name, value) == value for name, value in added.items()):
            together = {**row, **added}
            row = together if array.allows(together) else row
    return row


def pairs_of(row: Row, of: Iterable[Choice]) -> Iterator[Pair]:
    """Every two values of a row, in the order of the choices."""
    cells = [(one.name, row.get(one.name, one.plain)) for one in of]
    return combinations(cells, 2)


def _most_first(rows: list[Row], of: list[Choice], wanted: set[Pair]) -> list[Row]:
    """The rows in the order in which each covers most of what those before it leave out."""
    left, ordered = list(rows), []
    while wanted:
        best = max(left, key=lambda row: sum(pair in wanted for pair in pairs_of(row, of)))
        left.remove(best)
        ordered.append(best)
        wanted = wanted - set(pairs_of(best, of))
    return ordered


def arrays() -> dict[str, list[dict[str, str]]]:
    """All arrays as they are written: values as texts, plain ones left out."""
    return {name: [_as_text(row) for row in covering(array)] for name, array in ARRAYS.items()}


def _as_text(row: Row) -> dict[str, str]:
    plain = {one.name: one.plain for one in choices()}
    return {name: text_of(value) for name, value in row.items() if value != plain[name]}


def text_of(value: Any) -> str:
    """A value as it is written in the file."""
    return value.__name__ if isinstance(value, type) else str(value)


@cache
def covering_rows(name: str) -> tuple[Row, ...]:
    """The rows of one of ``ARRAYS``, as they are kept.

    A choice or a value of the file that there is no longer raises ValueError.
    """
    known = {(one.name, text_of(value)): value for one in choices() for value in one.values}
    rows = []
    for row in json.loads(FILE.read_text(encoding="utf-8"))[name]:
        unknown = [cell for cell in row.items() if cell not in known]
        if unknown:
            raise ValueError(f"{FILE.name} has {unknown[0]}: run lstm_spec.checking.covering")
        rows.append({choice: known[choice, text] for choice, text in row.items()})
    return tuple(rows)


def text_of_file(written: Mapping[str, list[dict[str, str]]]) -> str:
    """The arrays as JSON, one row a line."""
    parts = []
    for name, rows in written.items():
        lines = ",\n".join(f"  {json.dumps(row, sort_keys=True)}" for row in rows)
        parts.append(f" {json.dumps(name)}: [\n{lines}\n ]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(text_of_file(arrays()), encoding="utf-8")


if __name__ == "__main__":
    main()
