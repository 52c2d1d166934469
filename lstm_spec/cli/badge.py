"""``badge``: a report in one line, as a picture or for shields.io."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec.cli.app import app, out, plain_errors
from lstm_spec.report import badge as report_badge
from lstm_spec.report import reading


@app.command(epilog="Example: lstm-spec badge report.json --svg badge.svg")
def badge(
    report: Annotated[Path, typer.Argument(help="A file that verify --json has written.")],
    svg: Annotated[Path | None, typer.Option(help="The picture.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="For the endpoint badge of shields.io.")
    ] = None,
) -> None:
    """Say in one line how many of the clauses hold that could be asked."""
    with plain_errors():
        data = reading.read(report)
        if svg:
            svg.write_text(report_badge.as_svg(data), "utf-8")
        if json_file:
            endpoint = report_badge.as_endpoint(data)
            json_file.write_text(json.dumps(endpoint, indent=1) + "\n", "utf-8")
        about = data["implementation"]
        told = f"{about['name']} {about['version']}: {report_badge.message(data)}"
        out.print(Text(f"{told} (specification {data['spec_version']})"))
