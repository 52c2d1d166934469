"""Equal layers in a row, which a library may build as one: on each path they give the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lstm_spec.checking.choices import can_do
from lstm_spec.checking.side_by_side import is_fast
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_paths import on_every_path
from lstm_spec.contract import Array, CallResult, Capability, Implementation, States, Unsupported
from lstm_spec.model import LSTM, SGD, AnyLayer, Bidirectional, Dense, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

FEATURES, ROWS, STEPS, UNITS = 3, 3, 5, 4
TAILS = np.array([[1, 1, 0, 0, 0], [1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], bool)
"""Rows of other lengths, of which the longest is not the first."""

FEWEST, BUDGET = 2, 3.0
"""Stacks that are tried on each path, and seconds after which no further one is begun."""

SOURCE = (
    "contract: paths; torch.nn.LSTM(num_layers, bidirectional, proj_size, batch_first), "
    "pack_padded_sequence(enforce_sorted), pack_sequence"
)

EVERY = LSTM(UNITS, return_sequences=True)
LAST = LSTM(UNITS)
STACKS: dict[str, tuple[AnyLayer, ...]] = {
    "three equal layers": (EVERY, EVERY, EVERY),
    "three equal layers that give their last output": (EVERY, EVERY, LAST),
    "two layers in both directions": (Bidirectional(EVERY), Bidirectional(EVERY)),
    "two layers in both directions that give their last output": (
        Bidirectional(EVERY),
        Bidirectional(LAST),
    ),
    "two projected layers": (replace(EVERY, projection=2), replace(EVERY, projection=2)),
    "two layers without a bias": (replace(EVERY, use_bias=False), replace(EVERY, use_bias=False)),
    "two equal layers and a wider one": (EVERY, EVERY, replace(EVERY, units=6)),
}


class Case(NamedTuple):
    """A stack, what it is run on, and what the oracle gives, whole and with rows that end early."""

    name: str
    spec: ModelSpec
    weights: list[Array]
    x: Array
    start: States | None
    whole: CallResult
    ended: CallResult


def cases(subject: Implementation, oracle: Implementation, trial: Trial) -> Iterator[Case]:
    """The stacks that the subject can build; Unsupported if there is none."""
    can, none = frozenset(subject.capabilities), True
    for name, layers in STACKS.items():
        spec = ModelSpec(layers, FEATURES)
        if not can_do(spec, subject):
            continue
        none = False
        weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
        start = trial.states(spec, ROWS) if Capability.INITIAL_STATE in can else None
        reader = trial.model(oracle, spec, weights)
        whole = reader.call(x, initial_state=start)
        ended = reader.call(x, mask=TAILS, initial_state=start)
        yield Case(name, spec, weights, x, start, whole, ended)
    if none:
        raise Unsupported(f"{subject.name} builds no stack of equal layers")


@clause(
    "LIFE-340",
    "On each path that an implementation names, equal layers in a row, in one direction or in "
    "both, give the outputs and final states of the oracle from given states, and so do rows that "
    "end early, in whatever order of their lengths.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.LAYERS),
)
def equal_layers_run_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Layers that a library computes as one must not exchange their weights or states. Outputs are
    compared at valid steps: what stands behind them is a policy. Where calls are slow, each path
    has two of the stacks, not always the same.
    """
    can, asked = frozenset(subject.capabilities), list(cases(subject, oracle, trial))

    def prove(where: str, one: Implementation) -> None:
        began = time.monotonic()
        asked.append(asked.pop(0))
        for number, case in enumerate(asked):
            if number >= FEWEST and time.monotonic() - began > BUDGET:
                break
            ours, told = trial.model(one, case.spec, case.weights), f"of {case.name} {where}"
            asks: list[tuple[Array | None, CallResult]] = [(None, case.whole)]
            asks += [(TAILS, case.ended)] if Capability.MASK_TAIL in can else []
            for mask, expected in asks:
                got = ours.call(case.x, mask=mask, initial_state=case.start)
                behind = "" if mask is None else ", rows that end early,"
                compared(trial, got, expected, mask, f"outputs{behind} {told}")
                if Capability.FINAL_STATE in can:
                    trial.assert_states_close(
                        got.states, expected.states, f"final states{behind} {told}"
                    )

    on_every_path(subject, prove)


def compared(
    trial: Trial, got: CallResult, expected: CallResult, mask: Array | None, what: str
) -> None:
    """Outputs at valid steps; all of them without a mask, or where the last one comes out alone."""
    ours, theirs = np.asarray(got.outputs), np.asarray(expected.outputs)
    if mask is not None and ours.ndim == 3:
        trial.assert_that(
            ours.shape == theirs.shape, f"{what}: expected shape {theirs.shape}, got {ours.shape}"
        )
        ours, theirs = ours[mask], theirs[mask]
    trial.assert_close(ours, theirs, what)


@clause(
    "LIFE-341",
    "On each path that an implementation names, equal layers in a row have the gradients of the "
    "oracle, and two updates give its weights.",
    source=SOURCE,
    needs=(Capability.LAYERS, Capability.GRADIENTS, Capability.TRAIN),
)
def equal_layers_train_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each layer learns from its own slopes, whichever module they lie in. Where calls are slow,
    the updates are made on the first paths alone: LIFE-201 makes some on each.
    """
    spec = ModelSpec((EVERY, EVERY, LAST, Dense(2)), FEATURES, optimizer=SGD(0.1))
    weights, reader = trial.weights(spec), oracle.build(spec)
    reader.set_weights(weights)
    x, y = trial.array(ROWS, STEPS, FEATURES), trial.array(ROWS, 2, scale=2.0)
    expected = reader.gradients(x, y)
    losses = [reader.train_on_batch(x, y)["loss"] for _ in range(2)]
    asked: list[str] = []

    def prove(where: str, one: Implementation) -> None:
        ours = trial.model(one, spec, weights)
        got = ours.gradients(x, y)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"gradient {where}", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient of x {where}", GRADIENT)
        asked.append(where)
        if len(asked) > FEWEST and not is_fast(trial):
            return
        for number, loss in enumerate(losses, 1):
            told = ours.train_on_batch(x, y)["loss"]
            trial.assert_close(told, loss, f"loss of update {number} {where}", LOSS)
        trial.assert_weights_close(
            spec,
            ours.get_weights(),
            reader.get_weights(),
            f"after two updates {where}, value",
            LOCKSTEP,
        )

    on_every_path(subject, prove)


@clause(
    "LIFE-343",
    "On each path that an implementation names, a layer whose recurrent kernels are diagonal gives "
    "the outputs and final states of the oracle, each unit from its own h alone.",
    source="contract: paths; LiteRT UnidirectionalSequenceLSTM, diagonal_recurrent_tensors",
    needs=(Capability.FORWARD,),
)
def diagonal_recurrent_kernels_run_alike_on_each_path(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine may store the diagonals in place of the kernels. No two units are alike."""
    spec = ModelSpec((EVERY,), FEATURES)
    weights, x = trial.weights(spec), trial.array(ROWS, STEPS, FEATURES)
    weights[1] = weights[1] * np.tile(np.eye(UNITS, dtype=np.float32), 4)
    expected = trial.model(oracle, spec, weights).call(x)

    def prove(where: str, one: Implementation) -> None:
        got = trial.model(one, spec, weights).call(x)
        trial.assert_close(got.outputs, expected.outputs, f"outputs {where}")
        if Capability.FINAL_STATE in subject.capabilities:
            trial.assert_states_close(got.states, expected.states, f"final states {where}")

    on_every_path(subject, prove)
