"""``matrix`` and ``upgrade``: reports side by side, and what changes from one to another."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from lstm_spec import environments
from lstm_spec.cli.app import app, out, plain_errors
from lstm_spec.comparison import kept_reports, saved_files, shipped, training_speed
from lstm_spec.comparison.matrix import Column, as_json, as_table, column, column_of, remarks
from lstm_spec.comparison.upgrade import as_text
from lstm_spec.comparison.upgrade import upgrade as compare_reports
from lstm_spec.output import folders, targets
from lstm_spec.output.wording import counted
from lstm_spec.report import json_report, reading
from lstm_spec.site.matrix_page import as_markdown

Reports = Annotated[
    Path | None,
    typer.Option("--reports", help="Their folder: else ./reports, else those of lstm-spec itself."),
]


@app.command(
    epilog="""Examples:

    lstm-spec matrix 'keras-*' --markdown keras.md

    lstm-spec matrix --reports kept --keep report.json --site site"""
)
def matrix(
    names: Annotated[
        list[str] | None, typer.Argument(help="Reports: files, names or patterns; all if none.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="The matrix as a Markdown page.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="The matrix as JSON.")] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="The matrix as an HTML page.")
    ] = None,
    reports: Reports = None,
    site: Annotated[
        Path | None,
        typer.Option(help="A folder for a whole site: overview, history, matrix, reports, badges."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="First put this report into --reports, in place of one of the same version."
        ),
    ] = None,
) -> None:
    """Which clause holds in which report. Reports come from ``verify --json``."""
    with plain_errors():
        targets.check(markdown, json_file, html_file)
        if site:
            folders.check(site)
        chosen, place = _chosen(names, reports, keep)
        columns = in_order([column_of(file.stem, data) for file, data in chosen.items()])
        texts = _texts(chosen) if site else {}
        if place:
            json_report.write_data(chosen[place], place)
        if markdown:
            targets.write(as_markdown(columns), markdown)
        if json_file:
            targets.write(json.dumps(as_json(columns), indent=1) + "\n", json_file)
        if html_file:
            from lstm_spec.site import matrix_html  # no other run waits for the template engine

            beside = [
                one.name for one in columns if html_file.with_name(f"{one.name}.html").exists()
            ]
            matrix_html.write_matrix(columns, html_file, {name: f"{name}.html" for name in beside})
        if site:
            folders.write(texts, site)
            out.print(Text(f"{counted(len(texts), 'file')} in {site}; open {site / 'index.html'}"))
        out.print(as_table(columns))
        for remark in remarks(columns):
            out.print(Text(remark, style="yellow"))


@app.command(epilog="Example: lstm-spec upgrade keras-2.3 keras-3-jax")
def upgrade(
    before: Annotated[str, typer.Argument(help="A report: a file, or its name in the folder.")],
    after: Annotated[str, typer.Argument(help="The report of what would take its place.")],
    reports: Reports = None,
) -> None:
    """What changes when one library takes the place of another: meaning, saved files, speed."""
    with plain_errors():
        folder = reports or shipped.folder()
        (old,), (new,) = (found(name, folder)[:1] for name in (before, after))
        changes = compare_reports(
            column(old), column(new), saved_files.shipped(), training_speed.shipped()
        )
        out.print(Text(as_text(changes)), soft_wrap=True)


def _chosen(
    names: list[str] | None, reports: Path | None, keep: Path | None
) -> tuple[dict[Path, dict[str, Any]], Path | None]:
    """The reports by their files; and the place in the folder of one that is to be kept."""
    folder = reports or shipped.folder()
    if not keep:
        files = [file for name in names or ["*"] for file in found(name, folder)]
        return kept_reports.read(dict.fromkeys(files)), None
    if not reports or names:
        raise ValueError("--keep needs --reports, the folder where reports are kept, and no names")
    chosen = kept_reports.read(sorted(folder.glob("*.json")))
    new = reading.read(keep)
    place = kept_reports.place(new, chosen, folder)
    targets.check(place)
    return {**chosen, place: new}, place


def _texts(chosen: kept_reports.Reports) -> dict[str, str]:
    from lstm_spec.site import site_of_reports  # no other run waits for the template engine

    return site_of_reports.site(chosen)


def found(name: str, folder: Path) -> list[Path]:
    """The files that a name, a pattern or a path stands for.

    Raises ValueError, with what there is and how to make a report, if there is none.
    """
    if Path(name).is_file():
        return [Path(name)]
    files = sorted(folder.glob(name if name.endswith(".json") else f"{name}.json"))
    if files:
        return files
    there = sorted(file.stem for file in folder.glob("*.json"))
    if not there and name == "*":
        raise ValueError(
            f"there is no report in {folder}: make one with lstm-spec verify SUBJECT "
            f"--json {folder / 'SUBJECT.json'}"
        )
    near = get_close_matches(name, there, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(
        f"there is no report {name!r} among the {counted(len(there), 'report')} in {folder}{hint} "
        f"(make one with lstm-spec verify {name} --json {folder / name}.json)"
    )


def in_order(columns: list[Column]) -> list[Column]:
    """In the order of the recipes, which for Keras is that of the years; others as given."""
    order = {name: place for place, name in enumerate(environments.recipes())}
    return sorted(columns, key=lambda one: order.get(one.name, len(order)))
