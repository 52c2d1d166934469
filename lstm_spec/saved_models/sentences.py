"""What was found about an engine, in sentences: the same for every form of the report."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_spec.saved_models.engines.findings import EngineFindings


def sentences(one: EngineFindings) -> Iterator[str]:
    """Everything about an engine, a sentence each."""
    yield from one.loading
    for computed in one.computed:
        yield from computed.sentences
    for how in ("loaded", "rebuilt"):
        every = [each for each in one.carried if each.how == how]
        right = [each.title for each in every if each.agrees]
        if right:
            yield f"the {how} model is right as well for: {'; '.join(right)}"
        for each in every:
            if each.agrees is False:
                yield f"the {how} model is wrong for {each.title}: {each.sentence}"
            elif each.agrees is None:
                yield f"the {how} model was not asked for {each.title}: {each.sentence}"
    if one.lost:
        yield one.lost
