"""What each level of strength costs: the seconds of ``lstm-spec verify`` at smoke, core and full.

    python -m benchmarks.levels --json docs/data/speed/levels.json
    python -m benchmarks.levels --show docs/data/speed/levels.json

The first measures; the second prints the table of docs/speed.md from what was measured. Each run is
the whole command in a process of its own, as a user starts it, with as many judges as it chooses.
The seconds by the clock say how long you wait. The seconds of processor time are those of all of
its processes, and change less on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lstm_spec.clauses import Level
from lstm_spec.report.reading import read
from lstm_spec.study.study import environment
from lstm_spec.verdicts import Verdict

SUBJECTS = ("numpy", "scalar", "jax", "keras")
LONGEST = 3 * 3600.0
"""Seconds after which a run is ended: the pipelines of level full are trained to the end."""


def cost(subject: str, level: str) -> dict[str, Any]:
    """One run of ``verify``: clauses judged, seconds by the clock and of processor time.

    Raises ValueError if the run did not judge anything.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "lstm_spec.cli", "verify", subject, "--level", level]
        before, started = os.times(), time.perf_counter()
        done = subprocess.run(
            [*command, "--json", str(report)], capture_output=True, text=True, timeout=LONGEST
        )
        waited, after = time.perf_counter() - started, os.times()
        if not report.exists():
            raise ValueError(f"{' '.join(command)} gave no report: {done.stderr[-500:]}")
        verdicts = [Verdict(one["verdict"]) for one in read(report)["clauses"]]
    spent = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return {
        "subject": subject,
        "level": level,
        "seconds": round(waited, 1),
        "processor_seconds": round(spent, 1),
        "judged": sum(verdict.is_judged for verdict in verdicts),
        "unsupported": verdicts.count(Verdict.UNSUPPORTED),
    }


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The rows of such a file in Markdown."""
    lines = [
        "| subject | level | judged | unsupported | seconds by the clock | of processor time |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        lines.append(
            f"| {row['subject']} | {row['level']} | {row['judged']} | {row['unsupported']} "
            f"| {row['seconds']:.0f} | {row['processor_seconds']:.0f} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure every subject at every level, print the table, write the file."""
    levels = [str(level) for level in Level]
    parser = argparse.ArgumentParser(description="What each level of strength costs.")
    parser.add_argument("--subjects", nargs="*", default=list(SUBJECTS))
    parser.add_argument("--levels", nargs="*", default=levels, choices=levels)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path, help="print the table of such a file, measure nothing")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        print(table(json.loads(chosen.show.read_text())["rows"]))
        return
    rows = []
    for subject in chosen.subjects:
        for level in chosen.levels:
            rows.append(cost(subject, level))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    if chosen.json:
        data = {"environment": environment(), "rows": rows}
        chosen.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
