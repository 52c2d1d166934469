"""The part of ``docs/claims.md`` on power: what thresholds notice of mistakes planted on purpose.

The data are studies of mutants, in a folder for each beside those of conforming networks:
``lstm-spec study alphabet-stateful --implementation reference.mutants:NAME --out ...``. A mistake
that no accuracy shows is not invisible: the other clauses are there for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lstm_spec.pipelines import Pipeline
from lstm_spec.study.claims import beyond, power, threshold
from lstm_spec.study.results import Results, read

PLANTED = "planted"
"""The folder, beside the studies of conforming networks, with one folder for each mistake."""

HEAD = """
## Power: which mistakes would a threshold notice?

Planted mistakes (`lstm-spec selftest` uses all of them) were trained like every other
implementation. The table shows how many of their seeds are beyond the threshold above. The last
column shows the probability that all k runs of a threshold are beyond it, for the best of the
figures. Thresholds of accuracy are set so that conforming networks do not fail, and many wrong
networks learn the alphabet nevertheless; their mistakes are found by the clauses that compare every
number with the oracle.
"""


def power_of(
    folder: Path, pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]
) -> Iterator[str]:
    """A table for each study of which mistakes were planted, with a line for each of them.

    Raises ValueError for a file that is no study.
    """
    planted: dict[str, dict[str, Results]] = {}
    for file in sorted((folder / PLANTED).glob("*/*.jsonl")):
        wrong = read(file)
        name = str(wrong.header["study"])
        if name in studies:
            planted.setdefault(name, {})[file.parent.name] = wrong
    if planted:
        yield HEAD
    for name, mistakes in planted.items():
        yield from _table(pipelines[name], studies[name], mistakes)


def _table(pipeline: Pipeline, right: Results, mistakes: Mapping[str, Results]) -> Iterator[str]:
    measures = dict.fromkeys(claim.measure for claim in pipeline.claims)
    limits = [limit for one in measures if (limit := threshold(right, one)) is not None]
    titles = [f"{one.measure} (k = {one.runs})" for one in limits]
    columns = [f"planted in `{pipeline.name}`", "seeds", *titles, "noticed"]
    yield f"\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"
    for mistake, wrong in mistakes.items():
        cells = [f"{beyond(one, wrong)} of {len(wrong.runs)}" for one in limits]
        noticed = max((power(one, wrong) for one in limits), default=0.0)
        yield f"| `{mistake}` | {' | '.join([str(len(wrong.runs)), *cells])} | {noticed:.0%} |\n"
