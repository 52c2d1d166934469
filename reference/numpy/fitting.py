"""What ``fit`` may be asked for besides batches and epochs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstm_spec.contract import Array, Metrics
from lstm_spec.model.fit_events import FitEvent
from lstm_spec.model.fit_options import check_options


@dataclass(frozen=True)
class FitOptions:
    """The options of ``lstm_spec.contract.Model.fit``, with the same names."""

    validation_split: float = 0.0
    validation_batch_size: int | None = None
    validation_freq: int = 1
    initial_epoch: int = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    reset_at: FitEvent | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        check_options(vars(self))

    def trained(self, rows: int) -> int:
        """How many rows are trained on; the last ones, which are left, are the validation."""
        return math.floor(rows * (1.0 - self.validation_split))

    def parted(self, arrays: list[Array | None]) -> tuple[list[Array | None], list[Array | None]]:
        """The rows to be trained on and those to be validated with, of every array that is there.

        The first array, x, always is. Raises ValueError where either part would have no row.
        """
        first = np.asarray(arrays[0])
        count = self.trained(len(first))
        if not 0 < count < len(first):
            raise ValueError(
                f"validation_split {self.validation_split} leaves no row of {len(first)} for one "
                "of training and validation"
            )
        whole = [None if one is None else np.asarray(one) for one in arrays]
        return (
            [None if one is None else one[:count] for one in whole],
            [None if one is None else one[count:] for one in whole],
        )

    def validates_after(self, epoch: int) -> bool:
        """Whether the validation follows this epoch, counted from 0."""
        return (epoch + 1) % self.validation_freq == 0

    def portions(self, orders: Iterator[Array], batch_size: int) -> Iterator[Array]:
        """The rows of one epoch after the other: whole passes, or so many batches of them.

        A pass that is not over goes on in the next epoch, and an epoch ends with its pass.
        """
        for order in orders:
            size = self.steps_per_epoch * batch_size if self.steps_per_epoch else len(order)
            for start in range(0, len(order), size):
                yield order[start : start + size]


class EarlyStopping:
    """Watches the loss of the validation, and keeps the weights that it was smallest with."""

    def __init__(self, patience: int | None) -> None:
        self.patience, self.waited, self.best = patience, 0, math.inf
        self.weights: list[Array] = []

    def stops(self, figures: Metrics, weights: list[Array]) -> bool:
        """Whether no epoch follows this one; an epoch without a validation does not count."""
        if self.patience is None or "val_loss" not in figures:
            return False
        if not self.weights or figures["val_loss"] < self.best:
            self.best, self.weights, self.waited = figures["val_loss"], weights, 0
            return False
        self.waited += 1
        return self.waited >= self.patience
