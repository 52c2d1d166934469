"""Run pipelines to their documented budgets and keep the figures for the documentation.

    python -m lstm_spec.study.full_runs --implementation keras alphabet-stateful moving-average

trains each named pipeline once (all eleven, their variants included, if none is named) and writes
what came out, with the time it took, into ``docs/pipeline-runs.json``. A run that is already there
for the same implementation and seed is replaced. ``python -m lstm_spec.site.pages`` then
makes the tables of ``docs/pipelines.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lstm_spec.environments import recipes
from lstm_spec.pipelines.registry import PIPELINES, VARIANTS
from lstm_spec.study.run_pipeline import PipelineRun, run

FILE = Path("docs/pipeline-runs.json")
DIGITS = 4


def record(one: PipelineRun, implementation: str, command: str) -> dict[str, Any]:
    """What the documentation needs of a run; CPU seconds only of what ran in this process."""
    there = implementation in recipes()
    return {
        "pipeline": one.pipeline,
        "implementation": implementation,
        "version": one.implementation,
        "seed": one.seed,
        "updates": one.updates,
        "seconds": round(one.seconds, 1),
        **({} if there else {"cpu_seconds": round(one.cpu_seconds, 1)}),
        "measures": {name: round(value, DIGITS) for name, value in one.measures.items()},
        "command": command,
    }


def read(file: Path = FILE) -> list[dict[str, Any]]:
    """All runs so far; none if there is no file."""
    found: list[dict[str, Any]] = json.loads(file.read_text()) if file.exists() else []
    return found


def write(new: list[dict[str, Any]], file: Path = FILE) -> None:
    """Put the new runs in place of older ones of the same pipeline, implementation and seed."""

    def key(one: dict[str, Any]) -> tuple[str, str, int]:
        return one["pipeline"], one["implementation"], one["seed"]

    merged = {**{key(one): one for one in read(file)}, **{key(one): one for one in new}}
    lines = ",\n".join(json.dumps(merged[name]) for name in sorted(merged))
    file.write_text(f"[\n{lines}\n]\n")


def main(arguments: list[str] | None = None) -> None:
    """Run and record."""
    parser = argparse.ArgumentParser(description="Run pipelines to their documented budgets.")
    parser.add_argument("pipelines", nargs="*", help="names, options included; all if none")
    parser.add_argument("--implementation", default="numpy")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--file", type=Path, default=FILE)
    chosen = parser.parse_args(arguments)
    for name in chosen.pipelines or [*PIPELINES, *VARIANTS]:
        runs = run(name, chosen.implementation, seed=chosen.seed)
        how = f"--implementation {chosen.implementation} --seed {chosen.seed}"
        command = f"python -m lstm_spec.study.full_runs {name} {how}"
        write([record(one, chosen.implementation, command) for one in runs], chosen.file)
        for one in runs:
            print(f"{one.pipeline} on {one.implementation}: {one.seconds:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
