"""Speed, after correctness: subjects side by side in one run, a measurement and never a verdict."""

from lstm_spec.bench.bench import Measurement, bench
from lstm_spec.bench.gate import Refusal, gate
from lstm_spec.bench.workloads import Workload, workloads

__all__ = ["Measurement", "Refusal", "Workload", "bench", "gate", "workloads"]
