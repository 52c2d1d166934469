"""The part of ``docs/claims.md`` on the moving average: which twin converges, how far it can."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping

from lstm_spec.pipelines import Pipeline
from lstm_spec.study.bounds import bounds
from lstm_spec.study.claims import interval
from lstm_spec.study.results import Results

CONVERGED = 0.5
"""A network converges if its RMSE on the test part is at most this fraction of the RMSE of
always answering 0, which is the root mean square of the target."""

HEAD = """
## Moving average: which network converges?

The example prints no figure. It says that only the stateful network converges if `lahead` is below
`tsteps`, and that otherwise both do. Here the RMSE on the test part is given as a fraction of the
RMSE of always answering 0; a network converges if this fraction is at most {converged:g}. No
network can go below the bound, because it is not shown all of the values that are averaged. With a
few hundred test values, chance alone changes the fraction by several hundredths.

| network | lahead | batch size | seeds | converge | 95 % | lowest, median, highest | bound |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def convergence(pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]) -> Iterator[str]:
    """A line for every study of the moving average."""
    found = [one for one in pipelines.values() if one.id == "moving-average"]
    if not found:
        return
    yield HEAD.format(converged=CONVERGED)
    for pipeline in sorted(found, key=_order):
        values = studies[pipeline.name].figures["relative_rmse"]
        count = sum(value <= CONVERGED for value in values)
        low, high = interval(count, len(values))
        twin, lahead, size = _order(pipeline)
        yield (
            f"| {twin} | {lahead} | {size} | {len(values)} | {count / len(values):.1%} | "
            f"{low:.1%} to {high:.1%} | {min(values):.3g}, {statistics.median(values):.3g}, "
            f"{max(values):.3g} | {_bound(pipeline):.3g} |\n"
        )


def _order(pipeline: Pipeline) -> tuple[str, int, int]:
    options = pipeline.options
    twin = str(options.get("twin", "stateful"))
    return twin, int(options.get("lahead", 1)), int(options.get("batch_size", 1))


def _bound(pipeline: Pipeline) -> float:
    """The floor as a share of the constant answer; 0 where everything is seen."""
    constant, *floor = (one.value for one in bounds(pipeline))
    return floor[0] / constant if floor else 0.0
