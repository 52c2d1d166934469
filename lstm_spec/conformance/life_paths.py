"""Every way in which an engine can compute: a faster way must give the same as the plain one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from lstm_spec.checking.choices import can_do
from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import Level, clause
from lstm_spec.conformance.support.drawn_masks import (
    OF_BOTH,
    UNITS,
    away_from_zero,
    dropping,
    of_outputs,
)
from lstm_spec.conformance.support.narrow import small_weights, tolerance
from lstm_spec.conformance.support.over_rows import any_order, over_rows
from lstm_spec.conformance.support.special_paths import NARROWER, ordinary_paths
from lstm_spec.contract import (
    Array,
    CallResult,
    Capability,
    Implementation,
    Refused,
    States,
    Unsupported,
    on_path,
    paths_of,
)
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, Bidirectional, Dense, ModelSpec
from lstm_spec.tolerances import FLOAT64, FORWARD, GRADIENT, LOCKSTEP, LOSS

SOURCE = "contract: paths; an engine may have a faster way for the commonest network"

OFFERED = (
    "contract: paths; Keras LSTM(unroll, use_cudnn, implementation), LSTMCell, RNN, "
    "StackedRNNCells, compile(run_eagerly)"
)

FEATURES, ROWS, STEPS = 3, 2, 4
FEWEST_PATHS, FURTHER = 1, 0.75
"""Paths that a slow subject is asked on in any order of the operations, whatever they cost, and the
seconds after which no further one is begun."""

MASKS = 16
"""Rows of a batch in which masks are read."""

STACK = (LSTM(3, return_sequences=True), LSTM(2, return_sequences=True))

RUN = {
    "a stack of two layers": ModelSpec(STACK, FEATURES, time_steps=STEPS),
    "a layer that reads backwards": ModelSpec(
        (LSTM(3, go_backwards=True),), FEATURES, time_steps=STEPS
    ),
    "both directions": ModelSpec(
        (Bidirectional(LSTM(3, return_sequences=True)),), FEATURES, time_steps=STEPS
    ),
    "a layer in float64": ModelSpec(
        (LSTM(3, return_sequences=True),), FEATURES, time_steps=STEPS, dtype="float64"
    ),
}
"""Models that are run on each path; the number of steps is fixed, so that loops can be unrolled."""

TRAINED = ModelSpec((*STACK, Dense(2)), FEATURES, time_steps=STEPS, optimizer=SGD(0.1))

CARRYING = ModelSpec(
    (LSTM(3, return_sequences=True, stateful=True), LSTM(2, stateful=True)),
    FEATURES,
    batch_size=ROWS,
    time_steps=STEPS,
)


def each_path(subject: Implementation) -> Iterator[Implementation]:
    """The subject on each path that it names; itself if it names none."""
    paths = ordinary_paths(subject)
    yield from (on_path(subject, path) for path in paths)
    if not paths:
        yield subject


class Running(NamedTuple):
    """One model, what it is run on, and what the oracle gives: from a state, and behind a mask."""

    name: str
    spec: ModelSpec
    weights: list[Array]
    x: Array
    mask: Array
    given: States | None
    started: CallResult
    masked: CallResult

    @property
    def within(self) -> float:
        """The tolerance of its number type."""
        return FLOAT64 if self.spec.dtype == "float64" else FORWARD


def running(
    oracle: Implementation, trial: Trial, name: str, spec: ModelSpec, starts: bool
) -> Running:
    """Random numbers for one of the models; a state to start from if ``starts``."""
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    given = trial.states(spec, ROWS) if starts else None
    mask = trial.rng.random((ROWS, STEPS)) < 0.6
    mask[:, 1] = True
    theirs = trial.model(oracle, spec, weights)
    started, masked = theirs.call(x, initial_state=given), theirs.call(x, mask=mask)
    return Running(name, spec, weights, x, mask, given, started, masked)


def on_every_path(subject: Implementation, prove: Callable[[str, Implementation], None]) -> None:
    """Prove it on each path, given words for it and the subject on it; Unsupported without any."""
    if not ordinary_paths(subject):
        raise Unsupported(f"{subject.name} names no paths")
    on_each_of(subject, ordinary_paths(subject), prove)


def on_each_of(
    subject: Implementation, paths: Iterable[str], prove: Callable[[str, Implementation], None]
) -> None:
    """Prove it on each of these paths, given words for it and the subject on it.

    A path that fails does not hide the others: the deviation names all that do. Unsupported if none
    of them can do it.
    """
    failures: dict[str, Deviation | Refused] = {}
    lacking: list[Unsupported] = []
    proven = 0
    for path in paths:
        try:
            prove(f"on the path {path!r}", on_path(subject, path))
            proven += 1
        except (Deviation, Refused) as failure:
            failures[path] = failure
        except Unsupported as reason:
            lacking.append(reason)
    if lacking and not proven and not failures:
        raise lacking[0]
    if failures:
        path, first = next(iter(failures.items()))
        deviation = first if isinstance(first, Deviation) else Deviation(str(first))
        names = ", ".join(repr(one) for one in failures)
        deviation.message = f"{deviation.message} (paths that fail: {names})"
        raise deviation


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

    An engine without named paths is asked as it is: it may choose between ways by itself. Where
    calls are slow, each path has one of the models, no two the same, as long as there is time for
    further paths. LIFE-161 asks all of them at the level full.
    """
    if is_fast(trial) or not ordinary_paths(subject):
        for one in each_path(subject):
            over_rows(one, oracle, trial, "commonest", any_order)
        return
    began = time.monotonic()
    for place, one in enumerate(each_path(subject)):
        if place < FEWEST_PATHS or time.monotonic() - began < FURTHER:
            over_rows(one, oracle, trial, "commonest", any_order, budget=0, first=place)


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
    on_every_path(
        subject,
        lambda _, one: over_rows(one, oracle, trial, "core", any_order, everything=True),
    )


@clause(
    "LIFE-200",
    "On each path that an implementation names, a stack, a layer that reads backwards and a "
    "bidirectional layer give the outputs and final states of the oracle, from a given state and "
    "behind a mask.",
    source=OFFERED,
    needs=(Capability.FORWARD,),
)
def layers_run_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A few models for every path: what an unrolled loop or a cell in a loop of one's own gets
    wrong is the order of the steps, which state it starts from, what a masked step does, and the
    number type. Behind a mask the final states are compared, since outputs at masked steps are a
    policy. A path that computes in a narrower type than it keeps may be a few roundings off.
    """
    can = frozenset(subject.capabilities)
    cases = [
        running(oracle, trial, name, spec, Capability.INITIAL_STATE in can)
        for name, spec in RUN.items()
        if can_do(spec, subject)
    ]
    if not cases:
        raise Unsupported(f"{subject.name} builds none of {', '.join(RUN)}")

    def prove(where: str, one: Implementation) -> None:
        for case in cases:
            ours = trial.model(one, case.spec, case.weights)
            got = ours.call(case.x, initial_state=case.given)
            told = f"of {case.name} {where}"
            trial.assert_close(got.outputs, case.started.outputs, f"outputs {told}", case.within)
            if Capability.FINAL_STATE in can:
                what = f"final states {told}"
                trial.assert_states_close(got.states, case.started.states, what, case.within)
            if {Capability.MASK, Capability.FINAL_STATE} <= can:
                ended = ours.call(case.x, mask=case.mask).states
                what = f"final states, masked, {told}"
                trial.assert_states_close(ended, case.masked.states, what, case.within)

    on_every_path(subject, prove)
    if NARROWER in paths_of(subject):
        computed_in_a_narrower_type(on_path(subject, NARROWER), oracle, trial)


def computed_in_a_narrower_type(ours: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Outputs and final states of one layer, from a given state, within a few roundings."""
    spec, within = ModelSpec((LSTM(3, return_sequences=True),), FEATURES), tolerance("bfloat16")
    weights, given = small_weights(trial, spec), trial.states(spec, ROWS)
    x = np.clip(trial.array(ROWS, STEPS, FEATURES, scale=0.5), -1, 1)
    got = trial.model(ours, spec, weights).call(x, initial_state=given)
    expected = trial.model(oracle, spec, weights).call(x, initial_state=given)
    trial.assert_close(got.outputs, expected.outputs, f"outputs, {NARROWER}", within)
    trial.assert_states_close(got.states, expected.states, f"final states, {NARROWER}", within)


@clause(
    "LIFE-201",
    "On each path that an implementation names, a stack of two layers has the gradients of the "
    "oracle, and two updates give its weights.",
    source=OFFERED,
    needs=(Capability.LAYERS, Capability.GRADIENTS, Capability.TRAIN),
)
def a_stack_trains_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The gradient of x goes through every step of both layers."""
    weights = trial.weights(TRAINED)
    reference = trial.model(oracle, TRAINED, weights)
    x = trial.array(ROWS, STEPS, FEATURES)
    y = trial.array(*TRAINED.output_shape(ROWS, STEPS), scale=2.0)
    expected = reference.gradients(x, y)
    losses = [reference.train_on_batch(x, y)["loss"] for _ in range(2)]

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, TRAINED, weights)
        got = ours.gradients(x, y)
        trial.assert_weights_close(
            TRAINED, got.weights, expected.weights, f"gradient {where}", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient of x {where}", GRADIENT)
        for number, loss in enumerate(losses, 1):
            trial.assert_close(
                ours.train_on_batch(x, y)["loss"], loss, f"loss of update {number} {where}", LOSS
            )
        trial.assert_weights_close(
            TRAINED,
            ours.get_weights(),
            reference.get_weights(),
            f"after two updates {where}, value",
            LOCKSTEP,
        )

    on_every_path(subject, prove)


@clause(
    "LIFE-202",
    "On each path that an implementation names, a stateful stack carries the state of every layer "
    "from call to call, and a reset clears all of them.",
    source=OFFERED,
    needs=(Capability.LAYERS, Capability.STATEFUL),
)
def a_stack_carries_its_states_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two calls, a reset, and another call: a stack that is computed as one layer has as many
    states as it has layers.
    """
    weights = trial.weights(CARRYING)
    reference = trial.model(oracle, CARRYING, weights)
    batches = [trial.array(ROWS, STEPS, FEATURES) for _ in range(2)]
    first, second = (reference.call(x).outputs for x in batches)

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, CARRYING, weights)
        trial.assert_close(ours.call(batches[0]).outputs, first, f"first call {where}")
        trial.assert_close(ours.call(batches[1]).outputs, second, f"second call {where}")
        ours.reset_states()
        trial.assert_close(ours.call(batches[0]).outputs, first, f"call after a reset {where}")

    on_every_path(subject, prove)


@clause(
    "LIFE-203",
    "On each path that an implementation names, dropout and recurrent dropout multiply by masks in "
    "training.",
    source=OFFERED,
    needs=(Capability.DROPOUT,),
)
def masks_are_drawn_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One call for each path; the masks are read off its outputs, as in CELL-200 and CELL-202."""
    readings = []
    for of in OF_BOTH:
        given, x = dropping(trial, of, 0.5), away_from_zero(trial, MASKS, STEPS, UNITS)
        readings.append((given, x, of_outputs(trial, oracle, given, x)))

    def prove(where: str, one: Implementation) -> None:
        for given, x, reading in readings:
            outputs = trial.model(one, given.spec, given.weights).call_in_training(x).outputs
            reading.masks(outputs, f"outputs in training {where}")

    on_every_path(subject, prove)
