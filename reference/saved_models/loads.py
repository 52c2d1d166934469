"""Which Keras loads what which other Keras saved, and whether it computes the same.

    python -m reference.saved_models.loads [READER ...] [-n 2]

Every reader (without a name: every Keras whose environment is ready) loads the files of all
writers with its own loader and compares its predictions with those of the writer. Readers that are
not named keep what ``docs/data/saved-models.json`` says of them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import numpy as np

from reference.saved_models import fixtures
from reference.saved_models.fixtures import Saved
from reference.saved_models.interpreter import (
    ROOT,
    Stopped,
    end_everything,
    heed_sigterm,
    kerases,
    run,
)
from reference.saved_models.load_table import Answer, Table

DATA = ROOT / "docs" / "data" / "saved-models.json"
SECONDS = 240.0
"""After how long the answer about one file is given up."""

# fmt: off
MODELS = [
    "plain", "sigmoid", "hard_sigmoid", "stacked", "sequences", "encoder_decoder", "relu",
    "activation_layers", "bidirectional_concat", "bidirectional_masked", "go_backwards",
    "stateful", "fixed_batch", "masking", "embedding", "embedding_masked", "conv_same",
    "conv_causal", "dropout_layers", "dropout_arguments", "batch_normalization",
    "layer_normalization", "shapes", "no_bias", "implementation_2", "float64", "functional",
    "no_input_layer", "weights_only", "cudnn", "trained", "trained_classifier", "gru",
]
# fmt: on
"""The models of the table; the other fixtures differ from these in what a loader does not see."""


def saved_models(folder: Path) -> list[Saved]:
    """Unpack all fixtures and give those of the table, newest writers last."""
    found = []
    for writer in kerases():
        if writer in fixtures.environments():
            every = {one.name: one for one in fixtures.unpack(writer, folder)}
            found += [every[name] for name in MODELS if name in every]
    return found


def write_jobs(models: list[Saved], folder: Path) -> list[tuple[str, str]]:
    """Write ``jobs.json`` and ``arrays.npz``; writer and file name of each job, in their order."""
    arrays: dict[str, Any] = {}
    jobs: list[dict[str, Any]] = []
    names: list[tuple[str, str]] = []
    for one in models:
        calls: list[dict[str, Any]] = []
        for number, call in enumerate(one.calls):
            key = f"{one.environment}.{one.name}.{number}"
            entry: dict[str, Any] = {"call": "reset" if call.reset else "predict"}
            for kind, given in (("inputs", call.x), ("outputs", call.outputs)):
                entry[kind] = [f"{key}.{kind}.{place}" for place in range(len(given))]
                arrays.update(zip(entry[kind], given, strict=True))
            calls.append(entry)
        for file in one.files:
            architecture = str(one.architecture) if one.architecture else ""
            job = {"file": str(file), "architecture": architecture, "calls": calls}
            jobs.append({**job, "batch size": one.batch_size})
            names.append((one.environment, file.name))
    np.savez(folder / "arrays.npz", **arrays)
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    return names


def read_all(reader: str, folder: Path, count: int) -> list[Answer]:
    """What a reader says of each job; a crash or a silence counts for the file it happened at."""
    answers = folder / f"{reader}.jsonl"
    answers.write_bytes(b"")
    while True:
        lines = len(answers.read_text("utf-8").splitlines())
        if lines >= count:
            break
        try:
            jobs = str(folder / "jobs.json")
            run(
                kerases()[reader],
                "in_keras.loading",
                jobs,
                str(answers),
                seconds=SECONDS,
                progress=answers,
            )
        except Stopped as problem:
            said = str(problem).splitlines()
            if len(answers.read_text("utf-8").splitlines()) == lines == 0:
                raise  # not one file: the reader itself does not start
            with answers.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"error": said[0]}) + "\n")
    return [json.loads(line) for line in answers.read_text("utf-8").splitlines()]


def measure(table: Table, readers: list[str], at_once: int, folder: Path) -> list[str]:
    """Put every reader into the table, which is written after each; the readers that failed."""
    failed, count, start = [], len(table.files), time.monotonic()
    with ThreadPoolExecutor(at_once) as several:
        work = {several.submit(read_all, one, folder, count): one for one in readers}
        try:
            for done in as_completed(work):
                reader, seconds = work[done], time.monotonic() - start
                if isinstance(done.exception(), Stopped):
                    print(done.exception(), flush=True)
                    failed.append(reader)
                    continue
                table.put(reader, done.result(), folder)
                table.write(DATA)
                print(f"{reader}: {table.summary(reader)}; {seconds:.0f} s so far", flush=True)
        except BaseException:
            end_everything()
            several.shutdown(cancel_futures=True)
            raise
    return failed


def main() -> int:
    """The command; 1 if a reader is missing or did not come to its end."""
    heed_sigterm()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    known = kerases()
    parser.add_argument("reader", nargs="*", choices=[*known, []], default=[], metavar="READER")
    parser.add_argument("-n", type=int, default=1, help="so many readers at once")
    given = parser.parse_args()
    readers = [name for name in given.reader or known if known[name].is_ready]
    missing = [name for name in given.reader or known if name not in readers]
    for name in missing:
        print(f"{name}: no environment yet; lstm-spec env create {name}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = write_jobs(saved_models(folder), folder)
        table = Table.read(DATA, names, MODELS)
        missing += measure(table, readers, given.n, folder)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
