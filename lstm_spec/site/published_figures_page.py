"""``docs/published-figures.md``: what was printed, and what the Keras of that time gives.

    python -m lstm_spec.study.full_runs alphabet-stateful:generation=2017 \
        --implementation keras-2.0 --file docs/runs-of-their-time.json
    python -m lstm_spec.pipelines.state_avoided echo-encoder-decoder:generation=2017 \
        --implementation keras-2.0 --file docs/state-avoided.jsonl
    python -m lstm_spec.site.pages

No figure on that page is typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from lstm_spec.pipelines.claims import outcomes
from lstm_spec.pipelines.pipeline import Claim, Pipeline
from lstm_spec.pipelines.registry import PIPELINES, find
from lstm_spec.site.pipelines_page import table

RUNS = Path("docs/runs-of-their-time.json")
AVOIDED = Path("docs/state-avoided.jsonl")
TEMPLATE = Path(__file__).with_name("published_figures.md")
OLD = re.compile(r"keras-[12]\.\d(-theano)?$")
"""The environments of the years in which the documents were written."""
ORACLE = "numpy"

Run = dict[str, Any]


def page(runs: Sequence[Run], avoided: Sequence[Run]) -> str:
    """The whole page."""
    text = TEMPLATE.read_text("utf-8")
    places = {
        "FIGURES": figures(runs),
        "ENDS": ends(avoided, runs),
        "CURVES": curves(avoided),
        "ALPHABET": stateful_alphabet(runs),
    }
    for place, made in places.items():
        text = text.replace(f"{{{place}}}", made)
    return text


def figures(runs: Iterable[Run]) -> str:
    """Every printed figure beside runs of the old Kerases and the oracle's of the same seed."""
    by_name: dict[str, list[Run]] = {}
    for one in runs:
        by_name.setdefault(one["pipeline"], []).append(one)
    order = list(PIPELINES)
    rows = []
    for name in sorted(by_name, key=lambda one: (order.index(find(one).id), one)):
        found, pipeline = by_name[name], find(name)
        old = sorted({one["implementation"] for one in found if OLD.match(one["implementation"])})
        if not old:
            continue
        rows += [figure(pipeline, claim, found, old) for claim in printed(pipeline)]
    columns = ["pipeline", "figure", "printed", "Keras of its time", "oracle, same seeds"]
    return table([*columns, "conforming runs"], rows)


def printed(pipeline: Pipeline) -> list[Claim]:
    """What a document printed of one run; where it printed nothing, what it says in words."""
    of_a_run = [one for one in pipeline.claims if one.published is not None and not one.always]
    return of_a_run or list(pipeline.claims[:1])


def figure(pipeline: Pipeline, claim: Claim, found: list[Run], old: list[str]) -> list[str]:
    """One row of the table: the figures of each engine in the order of the seeds."""
    measured: dict[str, list[str]] = {}
    for one in sorted(found, key=lambda one: int(one["seed"])):
        if claim.measure in one["measures"]:
            engine = str(one["implementation"])
            measured.setdefault(engine, []).append(f"{one['measures'][claim.measure]:g}")
    oracle = measured.pop(ORACLE, [])
    return [
        f"`{pipeline.name}`",
        claim.measure,
        claim.in_short,
        "; ".join(f"{name}: {', '.join(measured[name])}" for name in old if name in measured),
        ", ".join(oracle),
        distribution(pipeline, claim),
    ]


def distribution(pipeline: Pipeline, claim: Claim) -> str:
    """Least, mean and most of the calibration runs, and how many were as good."""
    for one in outcomes(pipeline):
        if one.claim == claim:
            values, good = one.distribution.values, one.distribution.reached(claim.published or 0.0)
            spread = f"{min(values):.4g} to {max(values):.4g}, mean {fmean(values):.4g}"
            return f"{spread}; as good: {good} of {len(values)}"
    return ""


def ends(avoided: Iterable[Run], runs: Iterable[Run]) -> str:
    """What each way of building the encoder-decoders ends at, the oracle's run of the same seed."""
    rows = []
    for one in avoided:
        rows.append(_end(one, one["implementation"], one["network"]))
    for one in runs:
        if one["implementation"] == ORACLE and find(one["pipeline"]).curve:
            rows.append(_end(one, one["version"], "stateful"))
    columns = ["pipeline", "engine", "network", "seed", "accuracy of the last epoch"]
    return table([*columns, "loss of the last epoch", "accuracy on new sequences"], rows)


def _end(one: Run, engine: str, network: str) -> list[str]:
    found = one["measures"]
    shown = [f"{found[name]:g}" for name in ("last_accuracy", "last_loss", "fresh_accuracy")]
    return [f"`{one['pipeline']}`", engine, network, str(one["seed"]), *shown]


def stateful_alphabet(runs: Iterable[Run]) -> str:
    """Accuracy and loss of the stateful alphabet, seed by seed, for each engine and size."""
    found: dict[tuple[str, str], list[Run]] = {}
    for one in runs:
        if find(one["pipeline"]).id == "alphabet-stateful":
            found.setdefault((one["pipeline"], one["version"]), []).append(one)
    rows = []
    for (name, engine), some in found.items():
        some.sort(key=lambda one: int(one["seed"]))
        measures = [[one["measures"][what] for one in some] for what in ("accuracy", "last_loss")]
        listed = [", ".join(f"{value:.2f}" for value in values) for values in measures]
        rows.append([f"`{name}`", engine, str(len(some)), *listed])
    return table(["pipeline", "engine", "seeds", "accuracy", "loss of the last epoch"], rows)


def curves(avoided: Iterable[Run]) -> str:
    """Loss by epoch: printed, and of either network, for each engine that trained both."""
    pairs: dict[tuple[str, str, int], dict[str, Run]] = {}
    for one in avoided:
        key = one["pipeline"], one["implementation"], one["seed"]
        pairs.setdefault(key, {})[one["network"]] = one
    parts = []
    for (name, engine, seed), both in pairs.items():
        curve = find(name).curve
        if curve is None or len(both) < 2:
            continue
        columns = ["epoch", "printed loss", "stateful", "stateless"]
        columns += ["printed accuracy", "stateful", "stateless"]
        rows = []
        for index, (loss, accuracy) in enumerate(zip(curve.loss, curve.accuracy, strict=True)):
            ways = [both[way]["curve"] for way in ("stateful", "stateless")]
            losses = [f"{one['loss'][index]:.2f}" for one in ways]
            accuracies = [f"{one['accuracy'][index]:.2f}" for one in ways]
            epoch = f"{(index + 1) * curve.every:,}"
            rows.append([epoch, f"{loss:.2f}", *losses, f"{accuracy:.2f}", *accuracies])
        parts.append(f"`{name}` on {engine}, seed {seed}:\n\n{table(columns, rows)}")
    return "\n\n".join(parts)
