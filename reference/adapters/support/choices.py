"""Choices between two of a kind, where a third would otherwise be taken for the second."""

from __future__ import annotations

from lstm_spec.contract import Unsupported
from lstm_spec.model import SGD, Adam


def is_sgd(optimizer):
    """True for SGD, False for Adam; any other is ``Unsupported``."""
    if not isinstance(optimizer, (SGD, Adam)):
        raise Unsupported(f"the adapter has no optimiser for {optimizer!r}")
    return isinstance(optimizer, SGD)


def is_mse(loss):
    """True for the squared error, False for categorical cross-entropy; others ``Unsupported``."""
    if loss not in ("mse", "categorical_crossentropy"):
        raise Unsupported(f"the adapter has no loss for {loss!r}")
    return loss == "mse"
