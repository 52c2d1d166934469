"""Time grows linearly with seeds and with updates: measured over five doublings of each.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.linear

trains ``alphabet-one-char`` with ``reference.jax`` from 1 to 32 seeds, and from one seed for 125 to
4000 epochs. Compiling is left out (every length is compiled once before). Each line is the smallest
of the repetitions, in seconds of this process, which a busy machine changes little. At the end
stand the slopes of log seconds over log size: 1 is linear, 2 would be quadratic.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lstm_spec.pipelines import find
from lstm_spec.subjects.find import find as find_implementation

PIPELINE = "alphabet-one-char"
SEEDS = (1, 2, 4, 8, 16, 32)
EPOCHS = (125, 250, 500, 1000, 2000, 4000)
EPOCHS_FOR_SEEDS = 500
ALLOWED = 0.1
"""How far a slope may lie from 1: an exponent of 1.1 would be 7 % more at each doubling."""


def seconds(work: Callable[[], object], repetitions: int) -> float:
    """The least seconds of processor time that the work took, after a first time that compiles."""
    work()
    taken = []
    for _ in range(repetitions):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def slope(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The exponent with which time grows, by least squares on logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, write; exit 1 if growth is not linear."""
    parser = argparse.ArgumentParser(description="Growth of time with seeds and with updates.")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    pipeline, engine = find(PIPELINE), find_implementation("jax")
    whole_runs = engine.whole_runs  # type: ignore[attr-defined]
    found: dict[str, dict[str, float]] = {"seeds": {}, "updates": {}}
    for count in SEEDS:
        taken = seconds(
            lambda count=count: whole_runs(pipeline, range(count), EPOCHS_FOR_SEEDS),  # type: ignore[misc]
            chosen.repetitions,
        )
        found["seeds"][str(count)] = taken
        print(
            f"{count} seeds of {EPOCHS_FOR_SEEDS} epochs: {taken:.3f} s, {taken / count:.4f} each"
        )
    for epochs in EPOCHS:
        taken = seconds(
            lambda epochs=epochs: whole_runs(pipeline, [0], epochs),  # type: ignore[misc]
            chosen.repetitions,
        )
        updates = epochs * pipeline.updates_per_epoch
        found["updates"][str(updates)] = taken
        print(f"{updates} updates: {taken:.3f} s, {1e6 * taken / updates:.2f} us each")
    slopes = {
        name: slope(list(map(int, times)), list(times.values())) for name, times in found.items()
    }
    for name, value in slopes.items():
        print(f"time grows with {name} to the power of {value:.3f}")
    if chosen.json:
        chosen.json.write_text(json.dumps({**found, "slopes": slopes}, indent=1) + "\n")
    if any(abs(value - 1) > ALLOWED for value in slopes.values()):
        raise SystemExit(f"not linear: a slope lies further than {ALLOWED:g} from 1")


if __name__ == "__main__":
    main()
