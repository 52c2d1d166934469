"""A saved model run by the oracle: its outputs, and how much they depend on rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Implementation, Model, build
from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.saved_models.inputs import Data
from lstm_spec.subjects.find import DEFAULT_ORACLE, find

Array = NDArray[Any]

ROUNDING = 2.0**-24
"""The largest relative error of a number that is rounded to float32."""

DRAWS = 3
"""So many roundings are tried; the largest effect counts."""


@dataclass(frozen=True)
class Conditioning:
    """By how much one rounding of the input moves the outputs.

    ``moved`` is the largest difference, ``scale`` the largest output; ``of`` says what was rounded.
    """

    moved: float
    scale: float
    of: str

    @property
    def share(self) -> float:
        """The part of the outputs' scale."""
        return self.moved / self.scale if self.scale else 0.0

    @property
    def sentence(self) -> str:
        """In words."""
        said = (
            f"rounding {self.of} to float32 moves the outputs by at most {self.share:.1e} of their "
            f"scale ({self.scale:.3g})"
        )
        if self.share < 1e-5:
            return f"{said}: well conditioned"
        if self.share < 1e-2:
            return f"{said}: badly conditioned, so compare with care"
        return f"{said}: ill-conditioned, so a difference between two engines means nothing here"


@dataclass(frozen=True)
class Examination:
    """A model, the data it was run on, and what came out in float64."""

    saved: SavedModel
    data: Data
    outputs: Array
    conditioning: Conditioning

    @property
    def tolerance(self) -> float:
        """How far a correct float32 engine may be from the outputs.

        Twenty roundings of the largest output, as for the clauses (``lstm_spec.tolerances``), and
        thirty times what one rounding of the input does: every step rounds again.
        """
        return 20 * ROUNDING * max(self.conditioning.scale, 1.0) + 30 * self.conditioning.moved


def engine(saved: SavedModel, implementation: Implementation, weights: Sequence[Array]) -> Model:
    """The model in an engine, with these weights."""
    model = build(implementation, replace(saved.spec, dtype="float64"))
    model.set_weights(list(weights))
    return model


def run(model: Model, saved: SavedModel, x: Array) -> Array:
    """The outputs for rows of the specification, in batches where their size is fixed."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(model.predict(x, saved.spec.batch_size or len(x)))


def examine(saved: SavedModel, data: Data, oracle: Implementation | None = None) -> Examination:
    """Run the model on the data, once as they are and a few times with one rounding more."""
    oracle = oracle or find(DEFAULT_ORACLE)
    x = np.asarray(data.of_specification(saved), np.float64)
    outputs = run(engine(saved, oracle, saved.weights), saved, x)
    conditioning = condition(saved, oracle, x, outputs)
    return Examination(saved, data, saved.of_model(outputs), conditioning)


def condition(saved: SavedModel, oracle: Implementation, x: Array, outputs: Array) -> Conditioning:
    """The largest effect of rounding the input, or the table that tokens pick from."""
    rng = np.random.default_rng(0)
    of_tokens = saved.input.kind == "tokens"
    moved = 0.0
    for _ in range(DRAWS):
        weights, given = list(saved.weights), x
        if of_tokens:
            weights[0] = rounded(weights[0], rng)
        else:
            given = rounded(x, rng, keep=_masked_value(saved))
        again = run(engine(saved, oracle, weights), saved, given)
        moved = max(moved, float(np.nanmax(np.abs(again - outputs), initial=0.0)))
    scale = float(np.nanmax(np.abs(outputs), initial=0.0))
    return Conditioning(moved, scale, "the embedded words" if of_tokens else "the input")


def rounded(values: Array, rng: np.random.Generator, keep: float | None = None) -> Array:
    """Every number changed by one rounding, up or down; masked steps stay masked."""
    changed: Array = values * (1.0 + ROUNDING * rng.choice([-1.0, 1.0], values.shape))
    return changed if keep is None else np.where(values == keep, values, changed)


def _masked_value(saved: SavedModel) -> float | None:
    return getattr(saved.spec.layers[0], "mask_value", None)
