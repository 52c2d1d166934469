"""Which models can be trained: those for all of whose parts a derivative is specified."""

from __future__ import annotations

from lstm_spec.model.around import Dropout
from lstm_spec.model.capabilities import Unsupported
from lstm_spec.model.fields import described_fields, parts_of
from lstm_spec.model.layer import Layer
from lstm_spec.model.spec import ModelSpec


def without_derivative(spec: ModelSpec) -> str:
    """The first part of a model that has no derivative here, in words; empty if all have one."""
    for part in parts_of(spec):
        kind = type(part).__name__
        if isinstance(part, Layer) and not part.trains:
            return kind
        for field in described_fields(type(part)):
            value = getattr(part, field.name)
            if field.trains_with is not None and value not in field.trains_with:
                return f"{kind}.{field.name} = {value!r}"
    return ""


def draws_masks(spec: ModelSpec) -> bool:
    """Whether the model is random in training: no two passes need to give the same numbers."""
    between = any(isinstance(layer, Dropout) and layer.rate > 0 for layer in spec.layers)
    drops = any(one.dropout > 0 or one.recurrent_dropout > 0 for one in spec.cells)
    return between or drops


def refuse_training(spec: ModelSpec, who: str, draws: bool = False) -> None:
    """Raise Unsupported, which names the part, for a model that runs but cannot be trained.

    ``draws`` says that masks of dropout are drawn here.
    """
    if not draws and draws_masks(spec):
        raise Unsupported(f"{who} draws no masks: this model can be run, but not trained")
    part = without_derivative(spec)
    if part:
        raise Unsupported(
            f"{who} has no derivative for {part}: this model can be run, but not trained"
        )
