"""What a documented pipeline is: data, model, schedule, demonstration, published claims.

A pipeline is declared once and runs on every implementation of the contract that can train. It
holds no framework and no trained weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from lstm_spec.contract import Array, Model
from lstm_spec.model import Adam, ModelSpec
from lstm_spec.pipelines.demonstration import Demonstration

Rng = np.random.RandomState
"""The generator of the documents: their seeds fix data only through this one."""

Generation = Literal["2017", "today"]
"""``2017``: gates by clip(0.2 x + 0.5, 0, 1) and Adam's epsilon 1e-8 (Keras 1 and 2.0);
``today``: gates by the logistic sigmoid and epsilon 1e-7 (Keras from 2.3 on)."""

GATES: dict[Generation, Literal["hard_sigmoid_keras2", "sigmoid"]] = {
    "2017": "hard_sigmoid_keras2",
    "today": "sigmoid",
}
OPTIMIZERS: dict[Generation, Adam] = {"2017": Adam(epsilon=1e-8), "today": Adam(epsilon=1e-7)}


def of_generation(spec: ModelSpec, generation: Generation) -> ModelSpec:
    """The same model with the gates and the optimiser of a generation.

    Raises ValueError for an unknown one.
    """
    if generation not in GATES:
        raise ValueError(f"generation must be one of {', '.join(GATES)}, got {generation!r}")
    gate = GATES[generation]
    gated = spec.with_cells(lambda layer: replace(layer, recurrent_activation=gate))
    return replace(gated, optimizer=OPTIMIZERS[generation])


@dataclass(frozen=True)
class Data:
    """What one training epoch sees, and the part held out for testing where there is one.

    x (rows, time, features) and y (rows, classes), (rows, time, classes) or (rows, 1), float32.
    ``patterns`` are the letters of every row as integers, before padding and scaling.
    """

    x: Array
    y: Array
    test: tuple[Array, Array] | None = None
    patterns: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Schedule:
    """How a pipeline trains.

    With ``reset_each_epoch`` or ``fresh_data_each_epoch`` the document calls fit once per epoch;
    otherwise one fit runs all the epochs. ``validate`` runs the test part inside every fit, through
    the same state.
    """

    epochs: int
    batch_size: int
    shuffle: bool
    reset_each_epoch: bool = False
    fresh_data_each_epoch: bool = False
    validate: bool = False

    @property
    def one_fit_per_epoch(self) -> bool:
        """Whether something happens between epochs, so that every epoch is a fit of its own."""
        return self.reset_each_epoch or self.fresh_data_each_epoch


@dataclass(frozen=True)
class Claim:
    """One published result: ONE run of one unknown build, to be tested and never a target.

    ``measure`` names the figure of a run (see ``Pipeline.measure``) that the claim is about;
    ``published`` is what the document printed for it, None where it only says so in words.
    ``always`` marks what a document says of the network as such and not of one run: it is refuted
    by any conforming run that does otherwise.
    """

    statement: str
    measure: str
    published: float | None
    source: str
    always: bool = False

    @property
    def in_short(self) -> str:
        """The figure, or the words."""
        return self.statement if self.published is None else f"{self.published:g}"


@dataclass(frozen=True)
class Curve:
    """What a document printed during training: figures of every ``every``-th epoch."""

    every: int
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]


Measures = dict[str, float]
"""Figures of a trained network, by name: accuracies and shares from 0 to 1, losses, RMSE."""


@dataclass(frozen=True)
class Pipeline:
    """One documented experiment, as it stands in its document unless ``options`` say otherwise."""

    id: str
    title: str
    source: str
    summary: str
    spec: ModelSpec
    schedule: Schedule
    rows: int
    """Rows of one training epoch."""
    data: Callable[[Rng], Data]
    """Draws the data of an epoch; the alphabet family and the moving average draw once."""
    data_seed: int | None
    """The document's seed; None where the document fixes none and the run's seed is used."""
    demonstrate: Callable[[Model, Data, Rng], Demonstration]
    """Runs the trained network and says what the document prints."""
    measure: Callable[[Model, Data, Rng], Measures]
    """The figures that claims are about; leaves a stateful network reset."""
    claims: tuple[Claim, ...] = ()
    options: Mapping[str, str | int] = field(default_factory=dict)
    curve: Curve | None = None
    """The training curve that the document printed, if any."""
    companion: Pipeline | None = None
    """The twin that the document trains beside this one, if any."""

    @property
    def name(self) -> str:
        """The id, with the options that differ from the document's default."""
        given = ",".join(f"{key}={value}" for key, value in self.options.items())
        return f"{self.id}:{given}" if given else self.id

    @property
    def updates_per_epoch(self) -> int:
        """Batches in one epoch; a last smaller batch counts."""
        return -(-self.rows // self.schedule.batch_size)

    @property
    def budget(self) -> int:
        """Updates of the documented training."""
        return self.schedule.epochs * self.updates_per_epoch

    @property
    def published(self) -> str:
        """What was published of one run, in a few words."""
        figures: dict[str, list[str]] = {}
        for claim in self.claims:
            if not claim.always:
                figures.setdefault(claim.measure, []).append(claim.in_short)
        return "; ".join(
            ", ".join(shown) if self.claims[0].published is None else f"{name} {', '.join(shown)}"
            for name, shown in figures.items()
        )

    def rng(self, seed: int) -> Rng:
        """The generator for data and demonstration: the document's seed, or ``seed``."""
        return np.random.RandomState(seed if self.data_seed is None else self.data_seed)
