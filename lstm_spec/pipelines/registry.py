"""The eleven documented pipelines by name, and their variants.

A name is an id, or an id with options: ``alphabet-stateful:units=50``,
``moving-average:lahead=3,tsteps=3,twin=stateless``, ``alphabet-one-char:generation=2017``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from types import MappingProxyType

from lstm_spec.pipelines import alphabet, echo
from lstm_spec.pipelines.moving_average import moving_average
from lstm_spec.pipelines.pipeline import Pipeline

_DECLARED: dict[str, Callable[..., Pipeline]] = {
    "alphabet-one-char": alphabet.one_char,
    "alphabet-feature-window": alphabet.feature_window,
    "alphabet-time-steps": alphabet.time_steps,
    "alphabet-whole-batch": alphabet.whole_batch,
    "alphabet-stateful": alphabet.stateful,
    "alphabet-left-padded": alphabet.left_padded,
    "alphabet-variable-length": alphabet.variable_length,
    "echo-whole-sequence": echo.whole_sequence,
    "echo-encoder-decoder": echo.encoder_decoder,
    "echo-encoder-decoder-long": echo.encoder_decoder_long,
    "moving-average": moving_average,
}
# The keywords of a declaring function are the options of the pipeline.

PIPELINES: MappingProxyType[str, Pipeline] = MappingProxyType(
    {name: declare() for name, declare in _DECLARED.items()}
)
"""The eleven, as they stand in their documents."""

VARIANTS = (
    "alphabet-stateful:units=50",
    "alphabet-left-padded:units=50",
    "moving-average:twin=stateless",
    "moving-average:lahead=2",
    "moving-average:twin=stateless,lahead=2",
)
"""Variants that the documents speak of, beside the eleven themselves."""


def find(name: str) -> Pipeline:
    """The pipeline of that name, options included.

    Raises ValueError for an unknown id, an unknown option or a value that the option cannot take.
    """
    pipeline_id, _, listed = name.strip().partition(":")
    if pipeline_id not in PIPELINES:
        near = get_close_matches(pipeline_id, PIPELINES, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f"there is no pipeline {pipeline_id!r}{hint} (see lstm-spec list pipelines)"
        )
    declare = _DECLARED[pipeline_id]
    known = inspect.signature(declare).parameters
    options: dict[str, str | int] = {}
    for part in filter(None, listed.split(",")):
        key, _, value = part.partition("=")
        key = key.strip()
        if key not in known:
            allowed = ", ".join(known) or "none"
            raise ValueError(f"{pipeline_id} has no option {key!r}; its options are: {allowed}")
        options[key] = _value(pipeline_id, key, value.strip(), known[key].default)
    return declare(**options)


def _value(pipeline_id: str, key: str, value: str, default: object) -> str | int:
    if not isinstance(default, int):
        return value
    if not value.isdecimal() or int(value) < 1:
        raise ValueError(f"{pipeline_id}: {key} must be a whole number above 0, got {value!r}")
    return int(value)
