"""Speed, after correctness: subjects side by side in one run, a measurement and never a verdict."""

from lstm_spec.bench.bench import SECONDS_PER_ROUND, Measurement, bench
from lstm_spec.bench.gate import Refusal, gate
from lstm_spec.bench.workloads import Workload, workloads

__all__ = ["SECONDS_PER_ROUND", "Measurement", "Refusal", "Workload", "bench", "gate", "workloads"]
