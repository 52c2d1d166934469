"""What the library's own loader says, and what the model computes that it loaded."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.meaning.refusals import NO_REFUSAL, telling, understand
from lstm_spec.saved_models.engines.comparing import carried_of, compared, explained, failed
from lstm_spec.saved_models.engines.findings import Computed, EngineFindings
from lstm_spec.saved_models.engines.layer_by_layer import (
    by_name,
)
from lstm_spec.saved_models.engines.loading import Loaded, Operation, Outcome, load
from lstm_spec.saved_models.engines.names import Engine
from lstm_spec.saved_models.engines.replays import Replay
from lstm_spec.saved_models.engines.truth import Truth

Array = NDArray[Any]
Say = Callable[[str], None]


def with_loader(found: EngineFindings, one: Engine, truth: Truth, say: Say) -> EngineFindings:
    """What the library's own loader says, and what the loaded model computes."""
    if one.loader is None:
        return replace(found, no_loader="no script for it is known")
    say(f"{one.name}: loading {truth.examined.saved.file.name}")
    asked = [(replay, right) for replay, right in truth.replays if loadable(replay, truth)]
    with tempfile.TemporaryDirectory() as folder:
        saved = truth.examined.saved
        loaded = load(
            one,
            saved.file,
            truth.architecture,
            saved.spec.dtype,
            operations(truth, [replay for replay, _ in asked]),
            Path(folder),
        )
    refusal = understand(loaded.message, loaded.error.split(":")[0]) if loaded.error else NO_REFUSAL
    found = replace(
        found,
        version=loaded.version,
        backend=loaded.backend,
        loaded=replace(loaded, error=first_line(loaded)),
        refusal=refusal,
    )
    if not loaded.outcomes:
        return found
    outcomes = list(loaded.outcomes)
    computed = of_loaded(loaded, truth)
    carried = (
        []
        if computed.random or not computed.agrees
        else [
            carried_of("loaded", replay, outcomes_of(replay, outcomes[at:]), right, truth)
            for (replay, right), at in zip(asked, positions(asked), strict=True)
        ]
    )
    return replace(found, computed=(computed,), carried=tuple(carried))


def first_line(loaded: Loaded) -> str:
    """Type and first line of the reason, without what a newer Keras wraps around it."""
    kind = loaded.error.split(":")[0]
    reason = telling(loaded.message)
    return f"{kind}: {reason.splitlines()[0]}" if reason else loaded.error


BEFORE = 5
"""The operations that come before the replays: see ``operations``."""


def operations(truth: Truth, asked: Sequence[Replay]) -> list[Operation]:
    """The rows twice, then every layer; then the replays, each after a reset."""
    saved = truth.examined.saved
    x = np.asarray(truth.examined.data.of_specification(saved), np.float64)
    rows = own(truth, x)
    batch = saved.spec.batch_size or len(x)
    reset, predict = Operation("reset"), Operation("predict", rows, batch)
    found = [predict, reset, predict, reset, Operation("layers", rows, batch)]
    for replay in asked:
        found.append(reset)
        found += [
            reset if call is None else Operation("predict", own(truth, call.x), call.batch)
            for call in replay.calls
        ]
    return found


def own(truth: Truth, x: Array) -> Array:
    """Rows of the specification in the model's own shape and type."""
    saved = truth.examined.saved
    given = saved.input.of_model(x)
    return given.astype(np.int32 if saved.input.kind == "tokens" else saved.spec.dtype)


def positions(asked: Sequence[tuple[Replay, list[Array]]]) -> Iterator[int]:
    """Where the operations of each replay begin, behind its first reset."""
    at = BEFORE
    for replay, _ in asked:
        yield at + 1
        at += 1 + len(replay.calls)


def outcomes_of(replay: Replay, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those of the calls of a replay, without its resets."""
    paired = zip(replay.calls, outcomes, strict=False)
    return [outcome for call, outcome in paired if call is not None]


def loadable(replay: Replay, truth: Truth) -> bool:
    """Whether a loaded model can do it: it has states of its own only, and its own lengths."""
    saved = truth.examined.saved
    return not truth.cut(replay) and (saved.spec.stateful or not replay.gives_states)


def of_loaded(loaded: Loaded, truth: Truth) -> Computed:
    """The outputs of the loaded model for the rows."""
    whole, _, again, _, layers = loaded.outcomes[:BEFORE]
    if whole.error:
        return failed("loaded", whole)
    got = whole.outputs[0]
    computed = compared("loaded", got, truth)
    if computed.agrees or computed.shape:
        return computed
    if again.outputs and not np.allclose(again.outputs[0], got, rtol=0, atol=computed.tolerance):
        return replace(computed, random=True)
    by_layer = by_name(truth.places, loaded.layers, layers.outputs)
    return explained(computed, got, by_layer, truth)
