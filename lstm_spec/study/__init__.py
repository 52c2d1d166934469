"""Studies: how often a published figure really comes out, over many seeds."""

from lstm_spec.study.results import Results, read
from lstm_spec.study.study import Study, run

__all__ = ["Results", "Study", "read", "run"]
