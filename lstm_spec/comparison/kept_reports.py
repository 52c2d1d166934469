"""A folder of reports: what is in it, and where a new report is kept, one for each version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lstm_spec.comparison.matrix import column_of
from lstm_spec.comparison.versions import identity
from lstm_spec.report import reading

Reports = Mapping[Path, Mapping[str, Any]]
"""Reports in full, by their files."""

LONGEST = 80
"""Characters of a name that a text is made into."""


def read(files: Iterable[Path]) -> dict[Path, dict[str, Any]]:
    """The reports in these files. Raises BadReport for a file that holds none."""
    return {file: reading.read(file) for file in files}


def place(report: Mapping[str, Any], there: Reports, folder: Path) -> Path:
    """Where a report is kept: in the file of the same subject and version, or in a new one.

    ``there`` are the reports that the folder has.
    """
    ours = identity(column_of("", report))
    for file, other in there.items():
        if identity(column_of("", other)) == ours:
            return file
    (wanted,) = names(
        ["-".join(part for part in ours if part)], taken=(file.stem for file in there)
    )
    return folder / f"{wanted}.json"


def names(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """A name for each text that every file system and address can have, no two of them the same.

    Small and capital letters do not make a difference: on some systems they are one file.
    """
    used = {one.casefold() for one in taken}
    found = []
    for text in texts:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:LONGEST].strip("-.") or "report"
        name, number = plain, 1
        while name.casefold() in used:
            number += 1
            name = f"{plain}-{number}"
        used.add(name.casefold())
        found.append(name)
    return found
