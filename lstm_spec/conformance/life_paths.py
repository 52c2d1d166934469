"""Every way in which an engine can compute: a faster way must give the same as the plain one."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.over_rows import any_order, over_rows
from lstm_spec.contract import Capability, Implementation, Unsupported, on_path, paths_of

SOURCE = "contract: paths; an engine may have a faster way for the commonest network"


def each_path(subject: Implementation) -> Iterator[Implementation]:
    """The subject on each path that it names; itself if it names none."""
    paths = paths_of(subject)
    yield from (on_path(subject, path) for path in paths)
    if not paths:
        yield subject


@clause(
    "LIFE-160",
    "One LSTM and a Dense layer, for which engines often have a faster way, give the results of "
    "the oracle in every operation and any order of them, on each path that an engine names.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.LAYERS),
)
def the_commonest_networks_agree_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Stateful or not, both usual losses, every setting of the optimisers, both number types.

    An engine without named paths is asked as it is: it may choose between ways by itself.
    """
    for one in each_path(subject):
        over_rows(one, oracle, trial, "commonest", any_order)


@clause(
    "LIFE-161",
    "On each path that an implementation names, a model gives the results of the oracle in every "
    "operation, whatever two values two fields of its description have.",
    source=SOURCE,
    needs=(Capability.FORWARD,),
    level=Level.FULL,
)
def any_two_fields_agree_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Which way is taken for which model is for the engine to say; none may be wrong."""
    if not paths_of(subject):
        raise Unsupported(f"{subject.name} names no paths")
    for one in each_path(subject):
        over_rows(one, oracle, trial, "core", any_order, everything=True)
