"""What is carried from batch to batch, and what a reset leaves.

A carry is a rule from the states after past batches to the state before the next one. The oracle
is driven with explicit states under every rule; the rule that gives the subject's numbers is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from lstm_spec.contract import Array, Implementation, Model, States
from lstm_spec.diagnosis import Finding, matches
from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.trial import Trial

UNITS, FEATURES, STEPS, ROWS, BATCHES = 4, 3, 2, 3, 5

State = tuple[Array, Array]
Rule = Callable[[Sequence[State]], State]
"""From the states after every batch so far (the first entry is zero) to the next initial state."""


def _rows(change: Callable[[Array], Array]) -> Rule:
    return lambda past: (change(past[-1][0]), change(past[-1][1]))


def _zero(past: Sequence[State]) -> State:
    return np.zeros_like(past[0][0]), np.zeros_like(past[0][1])


def _every(k: int) -> Rule:
    """Carried, but lost after every k-th batch."""
    return lambda past: _zero(past) if (len(past) - 1) % k == 0 else past[-1]


RULES: dict[str, Rule] = {
    "": lambda past: past[-1],
    "no state is carried: every batch starts from zero": _zero,
    "only h is carried, c starts from zero": lambda past: (past[-1][0], _zero(past)[1]),
    "only c is carried, h starts from zero": lambda past: (_zero(past)[0], past[-1][1]),
    "h and c are swapped when they are carried": lambda past: past[-1][::-1],
    "h is carried as c, too": lambda past: (past[-1][0], past[-1][0]),
    "c is carried as h, too": lambda past: (past[-1][1], past[-1][1]),
    "row 0's state is carried into every row": _rows(lambda a: np.repeat(a[:1], len(a), axis=0)),
    "the last row's state is carried into every row": _rows(
        lambda a: np.repeat(a[-1:], len(a), axis=0)
    ),
    "the mean of all rows' states is carried": _rows(
        lambda a: np.repeat(a.mean(axis=0, keepdims=True), len(a), axis=0)
    ),
    "the rows' states are carried in reversed order": _rows(lambda a: a[::-1]),
    "each row's state is carried into the next row": _rows(lambda a: np.roll(a, 1, axis=0)),
    "each row's state is carried into the row before": _rows(lambda a: np.roll(a, -1, axis=0)),
    "the state is carried one batch late": lambda past: past[max(len(past) - 2, 0)],
    "the state of the first batch is carried for ever": lambda past: past[min(1, len(past) - 1)],
    **{f"the state is lost after every {k} batches": _every(k) for k in (2, 3, 4)},
    "the state is kept in float16": _rows(lambda a: a.astype(np.float16).astype(np.float64)),
    "the state is halved when it is carried": _rows(lambda a: a / 2),
    "the sign of the state is lost when it is carried": _rows(np.abs),
}


def _trace(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> tuple[Model, Model, Array]:
    """A stateful subject, a stateless oracle with the same weights, and some batches."""
    layer = LSTM(UNITS, stateful=True)
    stateful = ModelSpec((layer,), FEATURES, batch_size=ROWS)
    weights = trial.weights(stateful)
    ours = trial.model(subject, stateful, weights)
    theirs = trial.model(oracle, ModelSpec((LSTM(UNITS),), FEATURES), weights)
    return ours, theirs, trial.array(BATCHES, ROWS, STEPS, FEATURES)


def between_calls(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """From one direct call to the next."""
    ours, theirs, batches = _trace(subject, oracle, trial)
    ours.reset_states()
    got = [ours.call(batch).outputs for batch in batches]
    return _explained(got, theirs, batches, "", ("STATE", "LIFE", "MASK", "PIPE"))


def inside_predict(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """From batch to batch inside one predict."""
    ours, theirs, batches = _trace(subject, oracle, trial)
    ours.reset_states()
    outputs = ours.predict(batches.reshape(-1, STEPS, FEATURES), ROWS)
    got = list(outputs.reshape(BATCHES, ROWS, UNITS))
    return _explained(got, theirs, batches, "inside predict, ", ("STATE", "LIFE", "PIPE"))


def _explained(
    got: Sequence[Array],
    oracle: Model,
    batches: Array,
    where: str,
    families: tuple[str, ...],
) -> list[Finding]:
    for mistake, rule in RULES.items():
        if all(map(matches, got, driven(oracle, batches, rule))):
            return [Finding(where + mistake, families)] if mistake else []
    if matches(got[0], driven(oracle, batches[:1], RULES[""])[0]):
        first = next(
            index
            for index, expected in enumerate(driven(oracle, batches, RULES[""]))
            if not matches(got[index], expected)
        )
        return [Finding(f"{where}the first difference is in batch {first + 1}", families)]
    return []


def driven(oracle: Model, batches: Array, rule: Rule) -> list[Array]:
    """The outputs of a stateless oracle whose state is carried by a rule."""
    zero = np.zeros((batches.shape[1], UNITS))
    past: list[State] = [(zero, zero)]
    outputs = []
    for index, batch in enumerate(batches):
        start = rule(past) if index else past[0]
        result = oracle.call(batch, initial_state=[start])
        assert result.states is not None  # the oracle returns its states
        past.append(result.states[0])
        outputs.append(result.outputs)
    return outputs


RESETS: dict[str, Callable[[State], State]] = {
    "": lambda state: (state[0] * 0, state[1] * 0),
    "reset_states does nothing": lambda state: state,
    "reset_states clears h but not c": lambda state: (state[0] * 0, state[1]),
    "reset_states clears c but not h": lambda state: (state[0], state[1] * 0),
    "reset_states clears only the first row": lambda state: _first_row_cleared(state),
    "reset_states sets the state to one": lambda state: (state[0] * 0 + 1, state[1] * 0 + 1),
}


def _first_row_cleared(state: State) -> State:
    kept = (np.arange(len(state[0])) > 0)[:, None]
    return state[0] * kept, state[1] * kept


def after_reset(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """Two calls, a reset, a call: of one layer, then of a stack of two."""
    ours, theirs, batches = _trace(subject, oracle, trial)
    ours.call(batches[0])
    before = theirs.call(batches[0]).states
    assert before is not None  # the oracle returns its states
    ours.reset_states()
    got = ours.call(batches[1]).outputs
    for mistake, reset in RESETS.items():
        if matches(got, theirs.call(batches[1], initial_state=[reset(before[0])]).outputs):
            if mistake:
                return [Finding(mistake, ("STATE", "LIFE", "PIPE"))]
            return _after_reset_of_a_stack(subject, oracle, trial)
    return []


def _after_reset_of_a_stack(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> list[Finding]:
    layers = (
        LSTM(UNITS, return_sequences=True, stateful=True),
        LSTM(UNITS + 1, return_sequences=True, stateful=True),
    )
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    plain = ModelSpec(
        (LSTM(UNITS, return_sequences=True), LSTM(UNITS + 1, return_sequences=True)), FEATURES
    )
    theirs = trial.model(oracle, plain, weights)
    first, second = trial.array(2, ROWS, STEPS, FEATURES)
    ours.call(first)
    ours.reset_states()
    got = ours.call(second).outputs
    before = theirs.call(first).states
    assert before is not None  # the oracle returns its states
    cleared: States = [(h * 0, c * 0) for h, c in before]
    for kept, layer in ((1, "first"), (0, "second")):
        start = [before[i] if i == kept else cleared[i] for i in range(2)]
        if matches(got, theirs.call(second, initial_state=start).outputs):
            sentence = f"reset_states clears only the {layer} of two recurrent layers"
            return [Finding(sentence, ("STATE", "LIFE", "PIPE"))]
    return []
