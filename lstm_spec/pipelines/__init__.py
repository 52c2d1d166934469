"""The documented experiments: what they train on, what they build, how, and what was published."""

from lstm_spec.pipelines.pipeline import Claim, Data, Pipeline, Schedule
from lstm_spec.pipelines.registry import PIPELINES, VARIANTS, documented, find

__all__ = [
    "PIPELINES",
    "VARIANTS",
    "Claim",
    "Data",
    "Pipeline",
    "Schedule",
    "documented",
    "find",
]
