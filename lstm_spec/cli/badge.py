"""``badge``: a report in one line, as a picture or for shields.io."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from lstm_spec.cli.app import MAINTAINERS, app, err, out, plain_errors
from lstm_spec.output import targets
from lstm_spec.report import badge as report_badge
from lstm_spec.report import reading


@app.command(
    epilog="Example: lstm-spec badge report.json --svg badge.svg", rich_help_panel=MAINTAINERS
)
def badge(
    report: Annotated[Path, typer.Argument(help="A file that verify --json has written.")],
    svg: Annotated[Path | None, typer.Option(help="The picture.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="For the endpoint badge of shields.io.")
    ] = None,
) -> None:
    """Say in one line how many of the supported clauses pass."""
    with plain_errors():
        targets.check(svg, json_file)
        data = reading.read(report)
        if svg:
            targets.write(report_badge.as_svg(data), svg)
        if json_file:
            endpoint = report_badge.as_endpoint(data)
            targets.write(json.dumps(endpoint, indent=1) + "\n", json_file)
        about = data["implementation"]
        told = f"{about['name']} {about['version']}: {report_badge.message(data)}"
        out.print(Text(f"{told} (specification {data['spec_version']})"))
        for remark in reading.remarks(data):
            err.print(Text(remark, style="yellow"))
