"""Many engines in a few sentences: works in these, is refused by those because of this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lstm_spec.saved_models.engines.findings import EngineFindings, first


def in_short(found: Sequence[EngineFindings]) -> Iterator[str]:
    """One sentence for each run of neighbouring engines with the same outcome."""
    for outcome, members in groupby(found, outcome_of):
        names = [one.name for one in members]
        who = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        yield f"{who}: {outcome}"


def outcome_of(one: EngineFindings) -> str:
    """What is the same for neighbours, in words."""
    if one.lost:
        return f"could not be used ({first(one.lost)})"
    if one.loads is False:
        assert one.loaded is not None
        cause = one.refusal.cause or first(one.loaded.error)
        rebuilt = next((each for each in one.computed if each.how == "rebuilt"), None)
        after = ""
        if rebuilt is not None and rebuilt.judged:
            verb = "computes the same" if rebuilt.agrees else "computes something else"
            verb += ", but not when it is run otherwise" if carries_otherwise(one) else ""
            after = f"; rebuilt, it {verb}"
        return f"refused, because {cause}{after}"
    judged = [each for each in one.computed if each.judged]
    wrong = next((each for each in judged if not each.agrees and not each.random), None)
    if wrong is not None:
        why = wrong.diagnosis or first(wrong.error) or "no known convention gives its numbers"
        return f"computes something else ({wrong.how}): {why}"
    if carries_otherwise(one):
        return "computes the same, but not when it is run otherwise (in pieces, in other batches)"
    return "works" if judged else "could not be compared"


def carries_otherwise(one: EngineFindings) -> bool:
    """Whether something differs though the rows as they are agree."""
    return any(each.agrees is False for each in one.carried)
