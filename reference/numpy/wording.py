"""Words for the messages of refusals. Whether something is refused, they do not say."""

from __future__ import annotations

from lstm_spec.model import ModelSpec, loss_facts


def axes_of_input(spec: ModelSpec) -> str:
    """The names of the axes of an input."""
    if spec.inner_steps is None:
        return "batch, time, features"
    return "batch, time, inner steps, features"


def axes_of_mask(count: int) -> str:
    """The names of the axes of a mask that has so many."""
    return "batch, time" if count == 2 else "batch, time, inner steps"


def shape_of_targets(spec: ModelSpec) -> str:
    """Which shape the targets have."""
    if loss_facts(spec.loss).targets == "labels":
        return "of the outputs without their classes, as labels have, "
    return "of the outputs, "


def labels_asked_for(classes: int, ignored: int | None) -> str:
    """What labels of so many classes are."""
    beside = "" if ignored is None else f", or {ignored}, which is ignored"
    return f"whole numbers from 0 to {classes - 1}, a class each{beside}"
