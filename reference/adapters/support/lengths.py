"""Masks for libraries that know lengths only."""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Unsupported


def lengths_of(mask, dtype="int32"):
    """Valid steps per row. Raises Unsupported unless the valid steps of every row come first."""
    lengths = mask.sum(axis=1)
    if not (mask == (np.arange(mask.shape[1]) < lengths[:, None])).all():
        raise Unsupported("only masked tails, as lengths")
    return lengths.astype(dtype)
