"""Let each pinned Keras write the fixtures of the readers of saved models.

    python -m reference.saved_models.write [NAME ...]

The names are those of ``lstm-spec env list``; without one, every Keras whose environment is ready.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from reference.saved_models import fixtures
from reference.saved_models.in_keras import rows
from reference.saved_models.in_keras.declared import MODELS
from reference.saved_models.interpreter import Stopped, kerases, run

SECONDS = 1200.0
"""After how long a writer is given up: Theano takes minutes to compile what it is asked."""


def write_inputs(folder: Path = fixtures.FOLDER) -> None:
    """Write the inputs of every model, which are the same for all environments."""
    arrays = {
        f"{name}.{letter}": array
        for name, model in MODELS.items()
        for letter, array in rows.inputs(name, model).items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "inputs.npz", **arrays)


def write(environment: str, folder: Path = fixtures.FOLDER) -> str:
    """Let one Keras write all its models; a line that says what was written.

    Raises Stopped if the writer does not come to its end.
    """
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        run(kerases()[environment], "writing", scratch, seconds=SECONDS)
        size = fixtures.pack(Path(scratch), environment, folder)
    facts = fixtures.manifest(environment, folder)
    return (
        f"{environment}: {len(facts['models'])} models, {len(facts['missing'])} that it cannot "
        f"make, {size / 1000:.0f} kB, {time.monotonic() - start:.0f} s"
    )


def main() -> int:
    """The command; 1 if an environment is missing or its writer failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    known = kerases()
    parser.add_argument("name", nargs="*", choices=[*known, []], default=[], metavar="NAME")
    code = 0
    write_inputs()
    for name in parser.parse_args().name or known:
        if not known[name].is_ready:
            print(f"{name}: no environment yet; lstm-spec env create {name}", flush=True)
            code = 1
            continue
        try:
            print(write(name), flush=True)
        except Stopped as problem:
            print(problem, flush=True)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
