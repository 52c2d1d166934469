"""Let each pinned Keras write the fixtures of the readers of saved models.

    python -m reference.saved_models.write [NAME ...] [--only MODEL,MODEL]

The names are those of ``lstm-spec env list``; without one, every Keras whose environment is ready.
With ``--only``, the other models stay as they are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from reference.saved_models import fixtures
from reference.saved_models.in_exporters import torch_models
from reference.saved_models.in_keras import rows
from reference.saved_models.in_keras.declared import MODELS
from reference.saved_models.interpreter import Stopped, heed_sigterm, kerases, run

SECONDS = 3000.0
"""After how long a writer is given up: Theano takes minutes to compile what it is asked."""

VARIABLES = {"keras-2.3-theano": {"THEANO_FLAGS": "optimizer=fast_compile"}}
"""Instead of the recipe's: Theano 1.0 has no convolution that Python computes, so it compiles."""


def write_inputs(folder: Path = fixtures.FOLDER) -> None:
    """Write the inputs of every model, which are the same for all environments."""
    arrays = {
        f"{name}.{letter}": array
        for name, model in MODELS.items()
        for letter, array in rows.inputs(name, model).items()
    }
    arrays.update(
        {
            f"{name}.A": torch_models.inputs(name, torch_models.MODELS[name])
            for name in torch_models.MODELS
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "inputs.npz", **arrays)


def write(environment: str, only: tuple[str, ...] = (), folder: Path = fixtures.FOLDER) -> str:
    """Let one Keras write all its models, or some; a line that says what was written.

    Raises Stopped if the writer does not come to its end.
    """
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        recipe = kerases()[environment]
        recipe = replace(recipe, variables={**recipe.variables, **VARIABLES.get(environment, {})})
        if only:
            fixtures.extract(environment, Path(scratch), folder)
        run(recipe, "in_keras.writing", scratch, *only, seconds=SECONDS)
        command = f"python -m reference.saved_models.write {environment}"
        size = fixtures.pack(Path(scratch), environment, command, folder)
    return fixtures.summary(environment, size, time.monotonic() - start, folder)


def models(text: str) -> tuple[str, ...]:
    """The names in a list with commas. Raises ArgumentTypeError for one that is not declared."""
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"there is no model {unknown[0]!r} in in_keras/declared.py"
        )
    return names


def main() -> int:
    """The command; 1 if an environment is missing or its writer failed."""
    heed_sigterm()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    known = kerases()
    parser.add_argument("name", nargs="*", choices=[*known, []], default=[], metavar="NAME")
    parser.add_argument("--only", type=models, default=(), metavar="MODEL,MODEL")
    given, code = parser.parse_args(), 0
    write_inputs()
    for name in given.name or known:
        if not known[name].is_ready:
            print(f"{name}: no environment yet; lstm-spec env create {name}", flush=True)
            code = 1
            continue
        try:
            print(write(name, given.only), flush=True)
        except Stopped as problem:
            print(problem, flush=True)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
