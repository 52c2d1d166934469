"""Reports written again in today's form, each in its place.

    python -m lstm_spec.report.convert reports

takes files and folders. Nothing is lost: what a reader gets from the new file is what it got from
the old one, and that is checked before the old one is replaced. With ``--whole`` everything is
written out, the statements too: do that before a clause changes its meaning, and convert again
afterwards; then each report keeps the statements that are not the catalogue's any more.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lstm_spec.output import targets
from lstm_spec.output.wording import counted
from lstm_spec.report import json_report
from lstm_spec.report.file_form import without_what_is_known
from lstm_spec.report.reading import BadReport, in_full, read


def converted(path: Path, *, whole: bool = False) -> str:
    """The text of a report in today's form, everything written out if ``whole``.

    Raises BadReport if the file holds no report, or if the text would not be read as the same one.
    """
    report = read(path)
    data: Mapping[str, Any] = report if whole else without_what_is_known(report)
    text = json_report.as_text(data)
    if in_full(json.loads(text)) != report:
        raise BadReport(f"{path}: it would not be read as the same report; it is left as it is")
    return text


def reports(paths: Iterable[Path]) -> Iterator[Path]:
    """The files, and those in the folders."""
    for path in paths:
        yield from sorted(path.glob("*.json")) if path.is_dir() else [path]


def main(arguments: list[str] | None = None) -> None:
    """Convert what is named; all of it is read before anything is written."""
    parser = argparse.ArgumentParser(description="Write reports again in today's form.")
    parser.add_argument("path", type=Path, nargs="+", help="a report, or a folder of reports")
    parser.add_argument("--whole", action="store_true", help="write everything out")
    chosen = parser.parse_args(arguments)
    try:
        texts = {path: converted(path, whole=chosen.whole) for path in reports(chosen.path)}
    except BadReport as error:
        parser.error(str(error))
    before = sum(path.stat().st_size for path in texts)
    for path, text in texts.items():
        targets.write(text, path)
    after = sum(path.stat().st_size for path in texts)
    print(f"{counted(len(texts), 'report')}: {before // 1000} kB before, {after // 1000} kB now")


if __name__ == "__main__":
    main()
