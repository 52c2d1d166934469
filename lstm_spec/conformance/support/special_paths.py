"""Paths with a meaning of their own, which only the clauses about them take."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_spec.contract import Implementation, paths_of

OWN_FUNCTIONS = "functions of one's own"
"""Where a library takes a name or a function, it is given a function of the caller."""

ON_CUDNN = "with cuDNN"
"""The layer is told to compute with cuDNN, which a machine without a GPU does not have."""

NARROWER = "computed in bfloat16, kept in float32"
"""A pass is computed in a narrow type, beside weights and states of a wider one."""

SPECIAL = (OWN_FUNCTIONS, ON_CUDNN, NARROWER)


def ordinary_paths(subject: Implementation) -> Sequence[str]:
    """The paths of a subject that every clause about paths takes."""
    return [path for path in paths_of(subject) if path not in SPECIAL]
