"""The ratios that the fast reference is held to, all in one run, on one core, medians.

    python -m benchmarks.acceptance --json docs/data/speed/ratios.json
    python -m benchmarks.acceptance --show docs/data/speed/ratios.json

The first measures; the second prints the table of docs/speed.md from what was measured. Measuring
needs the extras jax, keras and bench, and a C compiler. Keras runs as its documents use it (fit,
batch 1, TensorFlow) and, as ``benchmarks.fast_keras``, in the fastest setting that was found. The
subjects take turns within every round, so that a ratio compares neighbours in time.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.c_loop import implementation as c_loop
from lstm_spec.bench import Workload, bench
from lstm_spec.bench.bench import Measurement
from lstm_spec.pipelines import find
from lstm_spec.study.study import environment
from lstm_spec.subjects.find import find as find_implementation

ALPHABET = (
    "alphabet-one-char",
    "alphabet-feature-window",
    "alphabet-time-steps",
    "alphabet-stateful",
    "alphabet-variable-length",
)
ECHO = "echo-encoder-decoder"
C = "benchmarks.c_loop:implementation"
FAST_KERAS = "benchmarks.fast_keras:implementation"
LIMITS = {"keras": {"alphabet": 200.0, "echo": 25.0}, FAST_KERAS: {"alphabet": 15.0}}
SLOWER_THAN_C = 3.0
CHECKED_EPOCHS, SAME = 3, 1e-4


def same_training(pipeline_name: str) -> float:
    """The largest difference between the losses of the C loop and of ``reference.jax``.

    Raises ValueError where they do not train the same thing: then no ratio means anything.
    """
    pipeline = find(pipeline_name)
    ours = find_implementation("jax").whole_runs(pipeline, [0], CHECKED_EPOCHS)[0]  # type: ignore[attr-defined]
    theirs = c_loop.whole_runs(pipeline, [0], CHECKED_EPOCHS)[0]
    difference = float(
        np.abs(np.subtract(ours.history["loss"], theirs.history["loss"])).max(initial=0.0)
    )
    if difference > SAME:
        raise ValueError(f"{pipeline_name}: the C loop's losses differ by {difference:g}")
    return difference


def main(arguments: list[str] | None = None) -> None:
    """Time everything, print the ratios, write them."""
    parser = argparse.ArgumentParser(description="Ratios of speed, in one run on one core.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of a round, at least")
    parser.add_argument("--subjects", nargs="*", default=["keras", FAST_KERAS, C])
    parser.add_argument("--pipelines", nargs="*", default=[*ALPHABET, ECHO])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path, help="print the table of such a file, measure nothing")
    chosen = parser.parse_args(arguments)
    if chosen.show:
        print(table(json.loads(chosen.show.read_text())["rows"]))
        return
    rows = []
    for name in chosen.pipelines:
        alphabet = name in ALPHABET
        subjects = ["jax", *(one for one in chosen.subjects if alphabet or one == "keras")]
        if C in subjects:
            same_training(name)
        found, _ = bench(
            subjects, [Workload("train", name)], rounds=chosen.rounds, seconds=chosen.seconds
        )
        fast, *others = found
        print(f"{name}: jax {fast.median:.2f} us an update, compiled in {fast.first_seconds:.1f} s")
        rows.append({"pipeline": name, "subject": "jax", "microseconds": fast.median})
        for one in others:
            if one.error:
                print(f"  {one.subject}: {one.error}")
                continue
            ratio = fast.ratio(one)
            print(f"  {one.subject}: {one.median:.2f} us, jax is {ratio:.3g} x as fast"
                  f"{_verdict(one, ratio, alphabet)}")  # fmt: skip
            rows.append(
                {
                    "pipeline": name,
                    "subject": one.subject,
                    "microseconds": one.median,
                    "jax_is_times_as_fast": ratio,
                }
            )
    if chosen.json:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        data = {"environment": environment(), "load": load, "rows": rows}
        chosen.json.write_text(json.dumps(data, indent=1) + "\n")


def table(rows: list[dict[str, Any]]) -> str:
    """The rows of such a file in Markdown: microseconds an update, and how many times as fast."""
    found = {(row["pipeline"], row["subject"]): row for row in rows}
    columns = ["keras", FAST_KERAS, C]
    lines = [
        "| pipeline | `reference.jax`, us | Keras `fit`, us | fastest Keras, us | C loop, us |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in dict.fromkeys(row["pipeline"] for row in rows):
        cells = [_short(found[name, "jax"]["microseconds"])]
        for subject in columns:
            row = found.get((name, subject))
            cells.append(
                f"{_short(row['microseconds'])} ({_short(row['jax_is_times_as_fast'])} x)"
                if row
                else ""
            )
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _verdict(one: Measurement, ratio: float, alphabet: bool) -> str:
    if one.subject == C:
        return f" (limit: 1/{SLOWER_THAN_C:g})" + (" MISSED" if ratio < 1 / SLOWER_THAN_C else "")
    limit = LIMITS.get(one.subject, {}).get("alphabet" if alphabet else "echo")
    if limit is None:
        return ""
    return f" (limit: {limit:g})" + (" MISSED" if ratio < limit else "")


if __name__ == "__main__":
    main()
