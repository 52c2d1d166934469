"""The part of ``docs/claims.md`` on power: what thresholds notice of mistakes planted on purpose.

The data are studies of mutants, in a folder for each beside those of conforming networks:
``lstm-spec study alphabet-stateful --implementation reference.mutants:NAME --out ...``. A mistake
that no accuracy shows is not invisible: the other clauses are there for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lstm_spec.pipelines import Pipeline
from lstm_spec.study.claims import beyond, interval, power, threshold
from lstm_spec.study.results import Results, read

PLANTED = "planted"
"""The folder, beside the studies of conforming networks, with one folder for each mistake."""

HEAD = """
## Power: which mistakes would a threshold notice?

Mistakes planted on purpose (`lstm-spec selftest` knows them all), trained like everybody else. A
network trained with such a mistake is beyond the threshold above in this share of the seeds; to
fail, all k runs must be. Thresholds of accuracy are made never to accuse the innocent, and many
wrong networks learn the alphabet all the same: what they do wrong is found by the clauses that
compare number by number with the oracle.

| mistake | study | figure | seeds | beyond the threshold | 95 % | k | noticed by k runs |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def power_of(
    folder: Path, pipelines: Mapping[str, Pipeline], studies: Mapping[str, Results]
) -> Iterator[str]:
    """A table with a line for each planted mistake and figure with a threshold.

    Raises ValueError for a file that is no study.
    """
    lines: list[str] = []
    for file in sorted((folder / PLANTED).glob("*/*.jsonl")):
        wrong = read(file)
        name = str(wrong.header["study"])
        if name in studies:
            lines += _lines(file.parent.name, pipelines[name], studies[name], wrong)
    if lines:
        yield HEAD
        yield from lines


def _lines(mistake: str, pipeline: Pipeline, right: Results, wrong: Results) -> Iterator[str]:
    for measure in dict.fromkeys(claim.measure for claim in pipeline.claims):
        limit = threshold(right, measure)
        if limit is None:
            continue
        seeds, count = len(wrong.runs), beyond(limit, wrong)
        low, high = interval(count, seeds)
        yield (
            f"| {mistake.replace('_', ' ')} | `{pipeline.name}` | {measure} | {seeds} | "
            f"{count / seeds:.0%} | {low:.0%} to {high:.0%} | {limit.runs} | "
            f"{power(limit, wrong):.0%} |\n"
        )
