"""Measure what a conforming implementation reaches, over seeds: where thresholds come from.

    python -m lstm_spec.study.calibrate alphabet-stateful --seeds 30

trains each named pipeline (all and their variants if none is named) at its documented budget, once
per seed, and writes every figure of every run into ``claims.json`` beside this file, together with
the command. Nothing is averaged away there and nothing published goes into a threshold; of studies
stands there how often each figure came out. The file is
written after every run, and ``--keep`` goes on where an interrupted calibration has stopped.

    python -m lstm_spec.study.calibrate --studies docs/data

takes over studies instead (``lstm-spec study``) wherever they have more seeds: limits from forty
runs turn away about one conforming run in a hundred where figures are not normally distributed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lstm_spec.contract import Implementation
from lstm_spec.pipelines.claims import FILE
from lstm_spec.pipelines.registry import PIPELINES, VARIANTS, find
from lstm_spec.pipelines.training import Training, train
from lstm_spec.study import results as study_results
from lstm_spec.subjects.find import find as find_implementation

DIGITS = 6


def record(training: Training, seed: int) -> dict[str, Any]:
    """Every figure of one run, as plain data."""
    measures = {name: round(value, DIGITS) for name, value in training.measures().items()}
    run: dict[str, Any] = {"seed": seed, **measures}
    curve = training.pipeline.curve
    if curve is not None:
        for name in ("loss", "accuracy"):
            every = training.history[name][curve.every - 1 :: curve.every]
            run[f"{name}_curve"] = [round(figure, 4) for figure in every]
    return run


def calibrate(
    name: str, implementation: Implementation, seeds: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """The runs of one pipeline, one for each seed; as whole programs where it offers them."""
    pipeline = find(name)
    compiled = getattr(implementation, "whole_runs", None)
    for seed in seeds:
        training: Training = (
            compiled(pipeline, [seed])[0]
            if compiled is not None
            else train(pipeline, implementation, seed=seed)
        )
        print(f"{name} seed {seed}: {training.seconds:.1f} s", file=sys.stderr, flush=True)
        yield record(training, seed)


def take_over(folder: Path, file: Path = FILE) -> list[str]:
    """Studies at the documented budget with more seeds than there are runs; their pipelines.

    Raises ValueError for a file that is no study.
    """
    known, taken = read(file), {}
    for one in sorted(folder.glob("*.jsonl")):
        results = study_results.read(one)
        header, name = results.header, str(results.header["study"])
        whole = header["epochs"] == header["documented_epochs"]
        if whole and len(results.runs) > runs(known, name):
            # Beside a printed curve stand those of the runs, which a study keeps of few seeds only.
            kept = known.get(name, {}).get("runs") if find(name).curve else None
            taken[name] = {
                **({"runs": kept} if kept else {}),
                "command": header["command"],
                "engine": f"{header['implementation']} {header['version']}",
                "updates": header["updates"],
                "counts": {
                    measure: sorted(Counter(values).items())
                    for measure, values in results.figures.items()
                },
            }
    write(taken, file)
    return sorted(taken)


def runs(results: dict[str, Any], name: str) -> int:
    """How many runs of a pipeline there are."""
    one = results.get(name, {})
    if "counts" in one:
        return sum(times for _, times in next(iter(one["counts"].values())))
    return len(one.get("runs", []))


def read(file: Path = FILE) -> dict[str, Any]:
    """All results so far; none if there is no file."""
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def write(results: dict[str, Any], file: Path = FILE) -> None:
    """Put these results in place of older ones of the same name."""
    merged = {**read(file), **results}
    lines = [f"  {json.dumps(name)}: {_one(merged[name])}" for name in sorted(merged)]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _one(result: dict[str, Any]) -> str:
    """One run to a line, so that a change can be read; for studies, one figure to a line."""
    head = {key: value for key, value in result.items() if key not in ("counts", "runs")}
    text = json.dumps(head)[:-1]
    if "counts" in result:
        counts = ",\n".join(
            f"    {json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}"
            for name, values in result["counts"].items()
        )
        text += ', "counts": {\n' + counts + "\n  }"
    if "runs" in result:
        runs = ",\n".join("    " + json.dumps(run) for run in result["runs"])
        text += ', "runs": [\n' + runs + "\n  ]"
    return text + "}"


def main(arguments: list[str] | None = None) -> None:
    """Calibrate the named pipelines and write the file."""
    parser = argparse.ArgumentParser(description="Train pipelines over seeds; write claims.json.")
    parser.add_argument("pipelines", nargs="*", help="names, options included; all if none")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--implementation", default="numpy")
    parser.add_argument("--keep", action="store_true", help="run only the seeds that are missing")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--studies", type=Path, help="take over the studies in this folder instead")
    chosen = parser.parse_args(arguments)
    if chosen.studies is not None:
        print("\n".join(take_over(chosen.studies, chosen.file)))
        return
    if chosen.seeds < 1:
        parser.error(f"--seeds must be at least 1, got {chosen.seeds}")
    implementation = find_implementation(chosen.implementation)
    engine = f"{implementation.name} {implementation.version}"
    for name in chosen.pipelines or [*PIPELINES, *VARIANTS]:
        pipeline = find(name)
        older = read(chosen.file).get(pipeline.name, {})
        runs = older.get("runs", []) if chosen.keep and older.get("engine") == engine else []
        done = {run["seed"] for run in runs}
        missing = [seed for seed in range(chosen.seeds) if seed not in done]
        for run in calibrate(name, implementation, missing):
            runs = sorted([*runs, run], key=lambda one: int(one["seed"]))
            how = f"--seeds {len(runs)} --implementation {chosen.implementation}"
            command = f"python -m lstm_spec.study.calibrate {pipeline.name} {how}"
            head = {"command": command, "engine": engine, "updates": pipeline.budget}
            write({pipeline.name: {**head, "runs": runs}}, chosen.file)


if __name__ == "__main__":
    main()
