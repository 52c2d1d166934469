"""Whether a subject does the timed work: its numbers are compared with those of the oracle.

The comparison is made in the very process that is timed, before it is timed: the losses of the
first epochs and the weights after them, or the outputs of a pass. Who differs has no figure. The
clauses of STATE and TRAIN that explain it are those that its report has as failed for the reason
for which it fails the pipeline's own clause.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lstm_spec import expectations
from lstm_spec.bench.documented import Documented, Observed, begin
from lstm_spec.comparison import matrix, shipped
from lstm_spec.contract import Array
from lstm_spec.pipelines.lockstep import WEIGHTS
from lstm_spec.subjects.find import DEFAULT_ORACLE, find
from lstm_spec.tolerances import FORWARD, LOSS

PIPELINE_CLAUSES = {
    "alphabet-one-char": "PIPE-31",
    "alphabet-feature-window": "PIPE-32",
    "alphabet-time-steps": "PIPE-33",
    "alphabet-whole-batch": "PIPE-34",
    "alphabet-stateful": "PIPE-35",
    "alphabet-stateful:units=50": "PIPE-36",
    "alphabet-left-padded": "PIPE-38",
    "alphabet-variable-length": "PIPE-39",
    "echo-whole-sequence": "PIPE-40",
    "echo-encoder-decoder": "PIPE-41",
    "echo-encoder-decoder-long": "PIPE-42",
    "moving-average": "PIPE-43",
    "moving-average:twin=stateless": "PIPE-44",
}
"""The clause that trains a pipeline, by its name, update by update beside the oracle."""

STEPPING_CLAUSE = "STATE-05"
"""The clause of a ``predict`` that goes on from the state of the one before."""

FAMILIES = ("STATE-", "TRAIN-")


@cache
def expected(work: Documented, adam_epsilon: str, forgetting: bool = False) -> Observed:
    """What the oracle gives, its Adam with epsilon in the place that the subject declares.

    ``forgetting``: what a network would give that starts every batch from a state of zero.
    """
    oracle: Any = find(DEFAULT_ORACLE)
    if adam_epsilon != "before":
        oracle = oracle.with_adam_epsilon(adam_epsilon)
    asked = _Forgetting(work.pipeline, work.stepping) if forgetting else work
    return begin(asked, oracle)[2]


class _Forgetting(Documented):
    """The same work on a network whose cells carry no state."""

    def spec(self, way: str) -> Any:
        return super().spec("call")

    def request(self, way: str) -> dict[str, Any]:
        return {**super().request(way), "reset": False}


def difference(work: Documented, found: Observed, adam_epsilon: str) -> str:
    """In which way the numbers are not those of the oracle; empty if they are."""
    ours = expected(work, adam_epsilon)
    told = _difference(work, found, ours)
    if not told or not work.documented.spec.stateful:
        return told
    if not _difference(work, found, expected(work, adam_epsilon, forgetting=True)):
        between = "from step to step" if work.stepping else "from batch to batch"
        return f"{told}: they are those of a network that carries no state {between}"
    return told


def _difference(work: Documented, found: Observed, ours: Observed) -> str:
    """The first thing that differs."""
    if len(found.losses) != len(ours.losses):
        return f"it gives {len(found.losses)} losses for {len(ours.losses)} epochs"
    for epoch, (got, wanted) in enumerate(zip(found.losses, ours.losses, strict=True), 1):
        if not abs(got - wanted) <= LOSS:
            return (
                f"its losses are not those of the oracle from epoch {epoch} on "
                f"({got:.6g} in place of {wanted:.6g})"
            )
    what, allowed = ("outputs", FORWARD) if work.stepping else ("weights", WEIGHTS)
    if [one.shape for one in found.numbers] != [one.shape for one in ours.numbers]:
        return f"its {what} have other shapes than those of the oracle"
    largest = max(
        _largest(got, wanted) for got, wanted in zip(found.numbers, ours.numbers, strict=True)
    )
    if not largest <= allowed:
        compared = work.as_work.compared
        after = f"after {compared} {work.as_work.what}s"
        return f"its {what} {after} are not those of the oracle (largest difference {largest:.2g})"
    return ""


def _largest(got: Array, wanted: Array) -> float:
    apart = np.abs(np.asarray(got, np.float64) - np.asarray(wanted, np.float64))
    return float(apart.max(initial=0.0))


def explained(subject: str, work: Documented) -> tuple[str, tuple[str, ...]]:
    """The known reason why a subject fails the work's own clause, and the clauses it fails for it.

    The clauses are those of STATE and TRAIN, as the shipped report has them. Nothing where there is
    no report, no known reason, or where the clause holds.
    """
    file = shipped.folder() / f"{subject}.json"
    if not file.exists() or subject not in expectations.shipped():
        return "", ()
    report, known = matrix.column(file), expectations.read(subject)
    pipeline = work.documented
    training = PIPELINE_CLAUSES.get(pipeline.name) or PIPELINE_CLAUSES.get(pipeline.id, "")
    own = STEPPING_CLAUSE if work.stepping else training
    if own not in known or report.holds(own) is not False:
        return "", ()
    reason = known[own].reason
    clauses = [
        name
        for name in matrix.statements([report])
        if name.startswith(FAMILIES)
        and report.holds(name) is False
        and name in known
        and known[name].reason == reason
    ]
    return reason, tuple(clauses)
