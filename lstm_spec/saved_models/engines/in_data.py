"""What was found about an engine as plain data."""

from __future__ import annotations

import math
from typing import Any

from lstm_spec.meaning.refusals import Refusal
from lstm_spec.saved_models.engines.findings import Carried, Computed, EngineFindings


def of_engine(one: EngineFindings) -> dict[str, Any]:
    """Everything, in the form that ``model.schema.json`` gives to an engine."""
    loaded = one.loaded
    return {
        "name": one.name,
        "version": one.version,
        "backend": one.backend,
        "verdict": one.verdict,
        "loads": {
            "answer": loaded.loads if loaded else "not asked",
            "error": loaded.error if loaded else "",
            **of_refusal(one.refusal),
            "not_asked": one.no_loader,
        },
        "computes": [of_computed(each) for each in one.computed],
        "carries": [of_carried(each) for each in one.carried],
        "lost": one.lost,
        "seconds": round(one.seconds, 1),
    }


def of_refusal(refusal: Refusal) -> dict[str, str]:
    """Cause and repair, empty where they are not known."""
    return {"cause": refusal.cause, "repair": refusal.repair}


def number(value: float) -> float | None:
    """A number that JSON has; None for what is not finite."""
    return value if math.isfinite(value) else None


def of_computed(one: Computed) -> dict[str, Any]:
    """One model, loaded or rebuilt."""
    at = one.divergence
    return {
        "how": one.how,
        "agrees": one.agrees if one.judged else None,
        "largest": number(one.largest),
        "scale": number(one.scale),
        "tolerance": number(one.tolerance),
        "random": one.random,
        "error": one.error or one.shape,
        **of_refusal(one.refusal),
        "not_asked": one.not_asked,
        "diagnosis": one.diagnosis,
        "hint": one.hint,
        "first_divergence": None
        if at is None
        else {
            "layer": at.layer,
            "kind": at.kind,
            "step": at.step,
            "row": at.row,
            "unit": at.unit,
            "expected": at.expected,
            "got": at.got,
        },
        "layers": [
            {
                "layer": each.layer,
                "kind": each.kind,
                "tolerance": each.tolerance,
                "per_step": [number(value) for value in each.per_step],
            }
            for each in one.differences
        ],
    }


def of_carried(one: Carried) -> dict[str, Any]:
    """One way to run a model."""
    return {"how": one.how, "title": one.title, "agrees": one.agrees, "sentence": one.sentence}
