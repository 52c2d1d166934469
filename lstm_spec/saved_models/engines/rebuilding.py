"""The model rebuilt in an engine from what was read, through its adapter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Capability, Implementation, Model, States, build
from lstm_spec.meaning.saved_model import SavedModel
from lstm_spec.model import LSTM, ActivationLayer, AnyLayer, Dense, Dropout, ModelSpec
from lstm_spec.saved_models.masks import masked

Array = NDArray[Any]


def plain(spec: ModelSpec) -> ModelSpec:
    """The same model for predicting, in as few words as can be.

    Adapters map what their clauses need. So what does nothing outside training is left out, an
    activation of its own joins the Dense before it, and what only matters at masked steps is left
    at its default where no mask comes in. The arrays stay what they are.
    """
    layers: list[AnyLayer] = []
    for layer, mask in zip(spec.layers, masked(spec), strict=True):
        if isinstance(layer, Dropout):
            continue
        if isinstance(layer, ActivationLayer):
            if layer.activation == "linear":
                continue
            before = layers[-1] if layers else None
            if isinstance(before, Dense) and before.activation == "linear":
                layers[-1] = replace(before, activation=layer.activation)
                continue
        layers.append(layer.with_cells(lambda cell, mask=mask: plain_cell(cell, mask)))  # type: ignore[misc]
    return replace(spec, layers=tuple(layers) or spec.layers)


def plain_cell(cell: LSTM, mask: bool) -> LSTM:
    """An LSTM without what has no effect."""
    cell = replace(cell, dropout=0.0, recurrent_dropout=0.0)
    if mask:
        return cell
    return replace(cell, zero_output_for_mask=False, mask_in_reading_order=False)


@dataclass(frozen=True)
class Call:
    """One call on rows (batch, time, features), ``batch`` rows at a time.

    ``carried``: from the final states of the call before, which an engine that has no state of its
    own is given. None in place of a call is a reset.
    """

    x: Array
    batch: int
    carried: bool = False


def rebuilt(implementation: Implementation, saved: SavedModel, *, any_length: bool) -> Model:
    """The model with its weights.

    ``any_length``: also for other lengths than the file fixes. Raises Unsupported for what the
    engine's adapter does not map.
    """
    spec = plain(saved.spec)
    if any_length:
        spec = replace(spec, time_steps=None)
    model = build(implementation, spec)
    model.set_weights([np.asarray(one, spec.dtype) for one in saved.weights])
    return model


def answers(
    implementation: Implementation, model: Model, saved: SavedModel, calls: list[Call | None]
) -> Iterator[Array]:
    """The outputs of each call; a reset gives none.

    Rows are predicted, as a user would have it, where the engine has ``predict``; only a state that
    is given goes through ``call``.
    """
    states: States | None = None
    dtype = saved.spec.dtype
    predicts = Capability.PREDICT in implementation.capabilities
    for call in calls:
        if call is None:
            if saved.spec.stateful:
                model.reset_states()
            states = None
            continue
        x = np.asarray(call.x, dtype)
        if call.carried and not saved.spec.stateful:
            result = model.call(x, initial_state=states)
            outputs, states = result
        elif predicts:
            outputs = model.predict(x, call.batch)
        else:
            parts = [model.call(x[at : at + call.batch]) for at in range(0, len(x), call.batch)]
            outputs = np.concatenate([one.outputs for one in parts])
            states = parts[-1].states
        yield np.asarray(outputs)


def can_carry(implementation: Implementation, saved: SavedModel) -> bool:
    """Whether a model can be driven in pieces: by its own state, or by states that are given."""
    if saved.spec.stateful:
        return True
    needed = {Capability.INITIAL_STATE, Capability.FINAL_STATE}
    return needed <= set(implementation.capabilities)
