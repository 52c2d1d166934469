"""The documented experiments: what they train on, what they build, how, and what was published."""

from lstm_spec.pipelines.pipeline import Claim, Curve, Data, Pipeline, Schedule
from lstm_spec.pipelines.registry import PIPELINES, VARIANTS, find

__all__ = [
    "PIPELINES",
    "VARIANTS",
    "Claim",
    "Curve",
    "Data",
    "Pipeline",
    "Schedule",
    "find",
]
