"""What was written is loaded in its library, run, and compared, before anybody is told of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec import environments
from lstm_spec.contract import Implementation
from lstm_spec.environments.create import create
from lstm_spec.saved_models.examination import Examination, engine, run
from lstm_spec.subjects.find import DEFAULT_ORACLE, find

Array = NDArray[Any]

SECONDS = 600.0
"""After so long a library that does not answer is given up."""

ENVIRONMENTS = {"keras": "keras-3-tensorflow", "torch": "keras-3-torch"}
"""The pinned environment of a target, for a machine whose own Python does not have it."""

HARNESS = """
import importlib.util, os, sys
import numpy as np
what, path, given, found = sys.argv[1:5]
if what == "load":
    import keras
    model = keras.models.load_model(path)
else:
    name = importlib.util.spec_from_file_location("rebuilt", path)
    module = importlib.util.module_from_spec(name)
    name.loader.exec_module(module)
    model = module.build()
if what == "save":
    model.save(found)
    sys.exit()
outputs = {}
with np.load(given) as calls:
    for call in calls.files:
        x = calls[call]
        if not x.size:
            if what == "torch":
                model.reset_states()
            else:
                for layer in model.layers:
                    if hasattr(layer, "reset_state"):
                        layer.reset_state()
        elif what == "torch":
            import torch
            with torch.no_grad():
                outputs[call] = model(torch.tensor(x)).numpy()
        else:
            batch = int(os.environ["LSTM_SPEC_ROWS"]) or len(x)
            outputs[call] = np.asarray(model.predict(x, batch_size=batch, verbose=0))
np.savez(found, **outputs)
"""


class NotProven(Exception):
    """What was written does not run, or computes something else; the sentence says what."""


@dataclass(frozen=True)
class Surroundings:
    """A Python with the library, and the variables that it needs."""

    python: str
    variables: Mapping[str, str]
    name: str


def surroundings(target: str, say: Callable[[str], None]) -> Surroundings:
    """Our own Python if it has the library, else the pinned environment, which may be made."""
    if _is_here(target):
        return Surroundings(sys.executable, {}, f"{target} {version(target)}")
    recipe = environments.recipe(ENVIRONMENTS[target])
    if not recipe.is_ready:
        create(recipe, say)
    return Surroundings(str(recipe.interpreter), recipe.surroundings, recipe.name)


def _is_here(target: str) -> bool:
    """Whether this Python has the library, in a generation that the script is for."""
    if find_spec(target) is None:
        return False
    try:
        return target != "keras" or int(version("keras").split(".")[0]) >= 3
    except (PackageNotFoundError, ValueError):
        return False


def calls(examined: Examination) -> list[Array]:
    """What the model is asked: the rows; a stateful one also again, and again after a reset.

    An empty array stands for a reset.
    """
    x = np.asarray(examined.data.x)
    given = examined.saved.input
    if given.axes:
        x = x.transpose([given.axes.index(one) for one in given.order])
    x = x.astype(np.int32 if given.kind == "tokens" else examined.saved.spec.dtype)
    return [x, x, np.zeros(0), x] if examined.saved.spec.stateful else [x]


def expected(examined: Examination, asked: list[Array], oracle: Implementation) -> list[Array]:
    """What the oracle gives for the calls, batch first."""
    saved = examined.saved
    model = engine(saved, oracle, saved.weights)
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    found = []
    for one in asked:
        if one.size:
            found.append(run(model, saved, x))
        else:
            model.reset_states()
    return found


def save(script: Path, target: Path, where: Surroundings) -> None:
    """Let Keras build the script's model and save it."""
    _run(where, ["save", str(script), "-", str(target)], 0)


def prove(path: Path, what: str, examined: Examination, where: Surroundings, folder: Path) -> float:
    """Run the written file and compare it; the largest difference as a part of the scale.

    ``what`` is ``keras`` or ``torch`` for a script and ``load`` for a ``.keras`` file. Raises
    NotProven.
    """
    asked = calls(examined)
    given, found = folder / "given.npz", folder / "found.npz"
    names = [f"call_{number:02}" for number in range(len(asked))]
    np.savez(given, **dict(zip(names, asked, strict=True)))  # type: ignore[arg-type]
    _run(where, [what, str(path), str(given), str(found)], examined.saved.spec.batch_size or 0)
    wanted = expected(examined, asked, find(DEFAULT_ORACLE))
    with np.load(found) as stored:
        outputs = [stored[name] for name in names if name in stored.files]
    worst = 0.0
    for number, (ours, theirs) in enumerate(zip(wanted, outputs, strict=True)):
        if ours.shape != theirs.shape:
            raise NotProven(
                f"{path.name} gives outputs of shape {theirs.shape} where {ours.shape} is right"
            )
        difference = float(np.nanmax(np.abs(ours - theirs), initial=0.0))
        same = np.array_equal(np.isnan(ours), np.isnan(theirs))
        if not same or not difference <= examined.tolerance:
            raise NotProven(
                f"{path.name} was built and run in {where.name}, but its call {number + 1} differs "
                f"by {difference:.2e} (outputs up to {examined.conditioning.scale:.3g}; "
                f"{examined.tolerance:.1e} is explained by rounding)"
            )
        worst = max(worst, difference)
    return worst / (examined.conditioning.scale or 1.0)


def _run(where: Surroundings, arguments: list[str], rows: int) -> None:
    """One run of the harness in the library's Python, with a time limit."""
    variables = {
        **os.environ,
        **where.variables,
        "LSTM_SPEC_ROWS": str(rows),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    try:
        ran = subprocess.run(
            [where.python, "-c", HARNESS, *arguments],
            env=variables,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotProven(f"{where.name} did not answer within {SECONDS:g} s") from None
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise NotProven(f"{where.name} could not run what was written: {last}")
