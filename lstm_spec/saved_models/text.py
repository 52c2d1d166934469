"""What was found about a file, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from lstm_spec.formats.stored import NotReadable, NotSpecified
from lstm_spec.meaning.saved_model import Input, SavedModel
from lstm_spec.model import Form
from lstm_spec.saved_models.engines.findings import EngineFindings
from lstm_spec.saved_models.engines.in_short import in_short
from lstm_spec.saved_models.examination import Examination
from lstm_spec.saved_models.report import Findings
from lstm_spec.saved_models.sentences import sentences

AXES = {"b": "batch", "t": "time", "f": "features"}


def show(found: Findings, out: Console) -> None:
    """Print everything that was found."""
    for one in parts(found):
        out.print(one, soft_wrap=isinstance(one, Text))


def parts(found: Findings) -> Iterator[RenderableType]:
    """Who wrote it, its layers, what its words mean, what is remarkable, how it was run."""
    if found.examined is None:
        return
    saved, examined = found.examined.saved, found.examined
    yield Text(f"{saved.file.name}: {saved.format}, written by {saved.writer} ({saved.style})")
    yield Text(f"input: {shape_of(saved.input)}")
    yield layers(saved)
    yield Text(f"{saved.parameter_count:,} numbers in {len(saved.weights)} arrays")
    if saved.training:
        yield Text(f"trained with: {', '.join(saved.training.values())} (ignored)", style="dim")
    if saved.meanings:
        yield Text("\nwhat its words mean", style="bold")
        for one in saved.meanings:
            yield Text(f"  {one.word}: {one.means}. {one.because}.")
    if saved.remarks:
        yield Text("\nremarkable", style="bold")
        for remark in saved.remarks:
            where = f"{remark.layer} " if remark.layer else ""
            yield Text(f"  {where}{remark.sentence}")
    yield Text("\nrun in float64", style="bold")
    yield Text(f"  {examined.data.source}; outputs {tuple(examined.outputs.shape)}")
    yield Text(f"  {examined.conditioning.sentence}")
    if found.against is not None:
        yield Text(f"  {found.against.sentence}", style="" if found.against.agrees else "red")
        yield Text(f"  {found.against.weights}")
    if found.written is not None:
        yield Text(f"  {found.written.sentence}")
    if found.vectors is not None:
        yield Text(f"  {found.vectors}")
    yield from engines(found.engines, examined)


COLOURS = {"agrees": "green", "deviates": "red", "refused": "red"}


def engines(found: Sequence[EngineFindings], examined: Examination) -> Iterator[RenderableType]:
    """What was found about each engine, beside the conditioning; of many, a table as well."""
    for one in found:
        style = COLOURS.get(one.verdict, "yellow")
        yield Text(f"\n{one.title}: {one.verdict}", style=f"bold {style}")
        for sentence in sentences(one):
            yield Text(f"  {sentence}")
    if any(one.verdict == "deviates" for one in found):
        yield Text(f"\nBeside this: {examined.conditioning.sentence}")
    if len(found) > 2:
        yield summary(found)
        for line in in_short(found):
            yield Text(line)


def summary(found: Sequence[EngineFindings]) -> Table:
    """A line for each engine."""
    table = Table("engine", "loads", "loaded model", "rebuilt model", "verdict")
    for one in found:
        loads = {True: "yes", False: "no", None: "not asked"}[one.loads]
        cells = {each.how: each.in_short for each in one.computed}
        table.add_row(
            one.name, loads, cells.get("loaded", ""), cells.get("rebuilt", ""), one.verdict
        )
    return table


def shape_of(given: Input) -> str:
    """The shape of the input with the names of its axes."""
    if given.kind == "tokens":
        most = "" if given.tokens is None else f" below {given.tokens}"
        return f"{Form(given.own_shape)}, whole numbers{most}: batch, time"
    return f"{Form(given.own_shape)}: {', '.join(AXES[one] for one in given.axes or given.order)}"


def layers(saved: SavedModel) -> Table:
    """A row for each layer of the file."""
    table = Table("layer", "kind", "says", "output", "parameters")
    table.columns[2].overflow = "fold"
    table.columns[4].justify = "right"
    for row in saved.rows:
        count = f"{row.parameters:,}" if row.parameters else ""
        form = Form(saved.input.shape[1:]) if row.kind == "InputLayer" else row.form
        table.add_row(row.name, row.kind, Text(row.says), str(form), count)
    return table


def refusal(refused: NotReadable | NotSpecified, out: Console) -> None:
    """What was read before the part that is refused; the sentence itself goes to the errors."""
    read = getattr(refused, "read_so_far", ())
    if read:
        out.print(Text("read so far", style="bold"))
        for one in read:
            out.print(Text(f"  {one}"), soft_wrap=True)
