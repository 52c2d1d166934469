"""What a model computes that is rebuilt through an engine's adapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Implementation, Refused, Unsupported, backend_of
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.saved_models.engines import rebuilding
from lstm_spec.saved_models.engines.comparing import carried_of, compared, explained, failed
from lstm_spec.saved_models.engines.findings import Carried, Computed, EngineFindings
from lstm_spec.saved_models.engines.layer_by_layer import (
    arrays_up_to,
    up_to,
)
from lstm_spec.saved_models.engines.loading import Outcome
from lstm_spec.saved_models.engines.names import Engine
from lstm_spec.saved_models.engines.rebuilding import Call
from lstm_spec.saved_models.engines.replays import Replay
from lstm_spec.saved_models.engines.training import in_lockstep
from lstm_spec.saved_models.engines.truth import Truth
from lstm_spec.subjects.find import oracle_for
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.protocol import AdapterRaised

Array = NDArray[Any]
Say = Callable[[str], None]


def with_rebuilt(found: EngineFindings, one: Engine, truth: Truth, say: Say) -> EngineFindings:
    """The model rebuilt through the engine's adapter: what it computes and carries."""
    say(f"{one.name}: rebuilding the model")
    implementation = one.address.open(Limits(call=max(one.seconds, 60.0)))
    try:
        found = replace(
            found,
            version=found.version or f"{implementation.name} {implementation.version}",
            backend=found.backend or backend_of(implementation),
        )
        truth = replace(truth, oracle=oracle_for(implementation, None))
        computed = of_rebuilt(implementation, truth)
        carried: list[Carried] = []
        if computed.agrees:
            carried = [
                carried_rebuilt(implementation, replay, right, truth)
                for replay, right in truth.replays
            ]
            trained = in_lockstep(implementation, truth.examined, truth.oracle)
            carried += [trained] if trained else []
    finally:
        close = getattr(implementation, "close", None)
        if close is not None:
            close()
    return replace(
        found,
        computed=(*found.computed, computed),
        carried=(*found.carried, *carried),
    )


def of_rebuilt(implementation: Implementation, truth: Truth) -> Computed:
    """The outputs of the rebuilt model for the rows; where they differ, layer by layer."""
    saved = truth.examined.saved
    x = np.asarray(truth.examined.data.of_specification(saved), np.float64)
    call = Call(x, saved.spec.batch_size or len(x))
    try:
        model = rebuilding.rebuilt(implementation, saved, any_length=False)
        (got,) = rebuilding.answers(implementation, model, saved, [call])
    except Unsupported as missing:
        return Computed("rebuilt", not_asked=str(missing))
    except BrokenAdapter:
        raise
    except Exception as error:  # whatever the engine raises is its own answer
        return failed("rebuilt", Outcome(error=in_words(error)))
    computed = compared("rebuilt", got, truth)
    if computed.agrees or computed.shape:
        return computed
    by_layer: dict[str, Array] = {}
    for place in truth.places:
        part = replace(
            saved,
            spec=up_to(saved.spec, place.row.last),
            weights=arrays_up_to(saved, place.row.last),
        )
        try:
            model = rebuilding.rebuilt(implementation, part, any_length=False)
            (by_layer[place.row.name],) = rebuilding.answers(implementation, model, part, [call])
        except BrokenAdapter:
            raise
        except Exception:
            continue  # a part that the engine does not run tells nothing
    return explained(computed, got, by_layer, truth)


def carried_rebuilt(
    implementation: Implementation, replay: Replay, right: list[Array], truth: Truth
) -> Carried:
    """One replay on the rebuilt model."""
    saved = truth.examined.saved
    if replay.gives_states and not rebuilding.can_carry(implementation, saved):
        missing = "the engine takes no initial state or gives no final one"
        return Carried("rebuilt", replay.title, None, missing)
    try:
        model = rebuilding.rebuilt(implementation, saved, any_length=truth.cut(replay))
        got = list(rebuilding.answers(implementation, model, saved, list(replay.calls)))
    except Unsupported as missing:
        return Carried("rebuilt", replay.title, None, str(missing))
    except BrokenAdapter:
        raise
    except Exception as error:
        return Carried("rebuilt", replay.title, False, in_words(error))
    return carried_of("rebuilt", replay, [Outcome((one,)) for one in got], right, truth)


def in_words(error: Exception) -> str:
    """What an engine raised; of an answer in the words of the contract, the answer alone."""
    if isinstance(error, Refused | AdapterRaised):
        return str(error)
    return f"{type(error).__name__}: {error}"
