"""Trained weights that come with the specification: what a full documented run has led to.

A demonstration needs a trained network, and training one on a slow subject takes minutes. The
NumPy oracle's full run stands for the documented budget instead; a subject that is in lockstep with
it is given its weights. This command trains them again:

    python -m lstm_spec.pipelines.trained
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from lstm_spec.contract import Array, Implementation
from lstm_spec.pipelines.registry import find
from lstm_spec.pipelines.training import train
from lstm_spec.subjects.find import find as find_implementation

FOLDER = Path(__file__).with_name("trained_weights")
PIPELINE = "alphabet-stateful"
RECITES_FROM_ANY_LETTER = 2
KNOWS_ONLY_ITS_PLACE = 6
SEEDS = (RECITES_FROM_ANY_LETTER, KNOWS_ONLY_ITS_PLACE)
"""Both networks recite the alphabet from A without a mistake. The first answers any letter with B,
C, D, E, F from a cold start, K among them, as the tutorials report; the second does so for two
letters of 26, and K is not one of them."""
DIGITS = 5


@cache
def trained_weights(seed: int) -> tuple[Array, ...]:
    """The weights of ``alphabet-stateful`` (16 units) after 7,500 updates from ``seed``."""
    stored = json.loads(_file(seed).read_text())
    return tuple(np.array(weight, np.float32) for weight in stored["weights"])


def write(implementation: Implementation, seed: int) -> None:
    """Train once at the documented budget and write the weights, rounded, with their origin."""
    training = train(find(PIPELINE), implementation, seed=seed)
    rounded = [np.round(weight, DIGITS).tolist() for weight in training.model.get_weights()]
    origin = {
        "pipeline": PIPELINE,
        "seed": seed,
        "updates": training.updates,
        "engine": f"{implementation.name} {implementation.version}",
        "command": "python -m lstm_spec.pipelines.trained",
    }
    _file(seed).write_text(json.dumps({**origin, "weights": rounded}) + "\n")


def _file(seed: int) -> Path:
    return FOLDER / f"{PIPELINE}-seed-{seed}.json"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in SEEDS:
        write(find_implementation("numpy"), one)
