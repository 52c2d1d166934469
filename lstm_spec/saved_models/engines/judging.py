"""One engine judged on one file: its loader, the loaded model, and the model rebuilt."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lstm_spec.contract import Implementation, Refused, Unsupported, backend_of
from lstm_spec.environments.create import InstallationFailed, MissingInterpreter
from lstm_spec.evidence import BrokenAdapter
from lstm_spec.meaning.refusals import NO_REFUSAL, telling, understand
from lstm_spec.saved_models.engines import rebuilding
from lstm_spec.saved_models.engines.conventions import diagnose
from lstm_spec.saved_models.engines.findings import Carried, Computed, EngineFindings
from lstm_spec.saved_models.engines.layer_by_layer import (
    Place,
    arrays_up_to,
    by_name,
    differences,
    first_divergence,
    in_shape_of,
    places,
    up_to,
)
from lstm_spec.saved_models.engines.loading import Loaded, Operation, Outcome, load
from lstm_spec.saved_models.engines.names import Engine, make_ready
from lstm_spec.saved_models.engines.rebuilding import Call
from lstm_spec.saved_models.engines.replays import Replay, replays
from lstm_spec.saved_models.engines.training import in_lockstep
from lstm_spec.saved_models.examination import Examination, engine
from lstm_spec.subjects.find import UnusableSubject, oracle_for
from lstm_spec.subjects.process import Limits
from lstm_spec.subjects.protocol import AdapterRaised

Array = NDArray[Any]
Say = Callable[[str], None]
CANNOT_BE_USED = (BrokenAdapter, UnusableSubject, MissingInterpreter, InstallationFailed)


@dataclass(frozen=True)
class Truth:
    """What the oracle says about a file, computed once for all engines."""

    examined: Examination
    architecture: Path | None
    oracle: Implementation

    @cached_property
    def places(self) -> list[Place]:
        """Its outputs behind every layer."""
        return places(self.examined, self.oracle)

    @cached_property
    def replays(self) -> list[tuple[Replay, list[Array]]]:
        """Every replay with its outputs, without those that the model cannot do."""
        found = []
        for one in replays(self.examined):
            try:
                found.append((one, self.outputs_of(one)))
            except ValueError:
                continue  # too few steps for a convolution, for example
        return found

    def outputs_of(self, replay: Replay) -> list[Array]:
        """What the oracle gives for the calls of a replay."""
        saved = self.examined.saved
        cut = (
            replace(saved, spec=replace(saved.spec, time_steps=None)) if self.cut(replay) else saved
        )
        model = engine(cut, self.oracle, cut.weights)
        return list(rebuilding.answers(self.oracle, model, cut, list(replay.calls)))

    def cut(self, replay: Replay) -> bool:
        """Whether a replay gives another number of steps than the file fixes."""
        fixed = self.examined.saved.spec.time_steps
        return fixed is not None and replay.lengths != {fixed}

    @property
    def right(self) -> Array:
        """The outputs for the rows, batch first."""
        return self.examined.saved.batch_first(self.examined.outputs)


def judge(one: Engine, truth: Truth, say: Say) -> EngineFindings:
    """Everything about one engine; what cannot be used is told in ``lost``."""
    start = time.monotonic()
    found = EngineFindings(one.name)
    try:
        make_ready(one, say)
        found = with_loader(found, one, truth, say)
    except CANNOT_BE_USED as error:
        found = replace(found, lost=str(error))
    try:
        if not isinstance(found.lost, str) or not found.lost:
            found = with_rebuilt(found, one, truth, say)
    except CANNOT_BE_USED as error:
        found = replace(found, lost=str(error))
    return replace(found, seconds=time.monotonic() - start)


# The loader ---------------------------------------------------------------------------------------


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
            carried_of("loaded", replay.title, outcomes_of(replay, outcomes[at:]), right, truth)
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


# The rebuilt model --------------------------------------------------------------------------------


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
    except (Refused, AdapterRaised) as error:
        return failed("rebuilt", Outcome(error=str(error)))
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
        except (Unsupported, Refused, AdapterRaised, ValueError):
            continue
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
    except (Refused, AdapterRaised) as error:
        return Carried("rebuilt", replay.title, False, str(error))
    return carried_of("rebuilt", replay.title, [Outcome((one,)) for one in got], right, truth)


# Comparing ----------------------------------------------------------------------------------------


def failed(how: Literal["loaded", "rebuilt"], outcome: Outcome) -> Computed:
    """A model that raised when it was run."""
    refusal = understand(outcome.message or outcome.error)
    return Computed(how, error=outcome.error, refusal=refusal)


def compared(how: Literal["loaded", "rebuilt"], got: Array, truth: Truth) -> Computed:
    """Outputs beside those of the oracle."""
    examined, right = truth.examined, truth.right
    scale, tolerance = examined.conditioning.scale, examined.tolerance
    same = in_shape_of(got, right)
    if same is None:
        shape = f"{got.shape} where {right.shape} is right"
        return Computed(how, scale=scale, tolerance=tolerance, shape=shape)
    return Computed(how, apart(same, right), scale, tolerance)


def apart(got: Array, right: Array) -> float:
    """The largest difference; infinite for what is not finite on one side only."""
    with np.errstate(invalid="ignore"):
        difference = np.abs(got.astype(np.float64) - right)
    both = ~np.isfinite(got) & ~np.isfinite(right)
    difference = np.where(both, 0.0, np.nan_to_num(difference, nan=np.inf))
    return float(difference.max(initial=0.0))


def explained(
    computed: Computed, got: Array, by_layer: Mapping[str, Array], truth: Truth
) -> Computed:
    """The same with the first layer that differs, and the convention that gives these numbers."""
    return replace(
        computed,
        divergence=first_divergence(truth.places, by_layer),
        differences=tuple(differences(truth.places, by_layer)),
        diagnosis=diagnose(truth.examined, got, truth.oracle),
    )


def carried_of(
    how: Literal["loaded", "rebuilt"],
    title: str,
    outcomes: Sequence[Outcome],
    right: Sequence[Array],
    truth: Truth,
) -> Carried:
    """The outputs of a replay beside the oracle's."""
    largest = 0.0
    for number, (outcome, wanted) in enumerate(zip(outcomes, right, strict=False), 1):
        call = f"call {number}: " if len(right) > 1 else ""
        if outcome.error:
            return Carried(how, title, False, f"{call}{outcome.error}")
        got = in_shape_of(outcome.outputs[0], wanted)
        if got is None:
            shape = f"{outcome.outputs[0].shape} where {wanted.shape} is right"
            return Carried(how, title, False, f"{call}outputs of shape {shape}")
        difference = apart(got, wanted)
        if not difference <= truth.examined.tolerance:
            share = difference / (truth.examined.conditioning.scale or 1.0)
            return Carried(how, title, False, f"{call}{share:.1e} of the outputs' scale apart")
        largest = max(largest, difference)
    share = largest / (truth.examined.conditioning.scale or 1.0)
    return Carried(how, title, True, f"at most {share:.1e} of the outputs' scale apart")
