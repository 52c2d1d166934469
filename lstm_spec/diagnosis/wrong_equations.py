"""Single deviations from the specification in a forward pass, as functions that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from lstm_spec.contract import Array
from lstm_spec.diagnosis.equations import (
    FUNCTIONS,
    Hypothesis,
    Result,
    State,
    Weights,
    overflowing_tanh,
    rational_tanh,
    run,
    sigmoid,
)
from lstm_spec.diagnosis.layouts import layouts


def every() -> Iterator[tuple[str, Hypothesis]]:
    """Every single deviation with its name."""
    yield from EQUATIONS.items()
    yield from ((words, _with(change)) for words, change in layouts())
    yield from TIME.items()
    yield from ((words, _from(start)) for words, start in STARTS.items())
    yield from FINALS.items()


def _with(change: Callable[[list[Array]], Weights]) -> Hypothesis:
    """The usual equations with other weights."""
    return lambda w, x, s: run(change([np.array(one, np.float64) for one in w]), x, s)


# The equations ------------------------------------------------------------------------------------


def _bias_in_the_cell(w: Weights, x: Array, s: State) -> Result:
    b = np.split(np.asarray(w[2], np.float64), 4)[2]
    return run(w, x, s, cell=lambda i, f, g, c: f * c + i * g + b)


LIMITS = (1.0, 3.0, 5.0, 10.0, 50.0)
GATES = ("hard_sigmoid_keras2", "hard_sigmoid_keras3", "tanh", "linear", "relu")
CANDIDATES = ("linear", "relu", "sigmoid")


def clipped(limit: float) -> Hypothesis:
    """A cell state that is clipped."""
    return lambda w, x, s: run(
        w, x, s, cell=lambda i, f, g, c: np.clip(f * c + i * g, -limit, limit)
    )


def _squashed(name: str) -> Hypothesis:
    """Another recurrent activation."""
    return lambda w, x, s: run(w, x, s, sigma=FUNCTIONS[name])


def _passing(name: str) -> Hypothesis:
    """Another activation."""
    return lambda w, x, s: run(w, x, s, candidate=FUNCTIONS[name], leaving=FUNCTIONS[name])


EQUATIONS: dict[str, Hypothesis] = {
    "the forget gate is one minus the input gate": lambda w, x, s: run(
        w, x, s, cell=lambda i, f, g, c: (1 - i) * c + i * g
    ),
    "the forget gate is always open": lambda w, x, s: run(
        w, x, s, cell=lambda i, f, g, c: c + i * g
    ),
    "the input gate is always open": lambda w, x, s: run(
        w, x, s, cell=lambda i, f, g, c: f * c + g
    ),
    "the output gate is always open": lambda w, x, s: run(
        w, x, s, output=lambda o, squashed, c, before: squashed
    ),
    "input and forget gate are made to add up to one": lambda w, x, s: run(
        w, x, s, cell=lambda i, f, g, c: (f * c + i * g) / (i + f)
    ),
    "h comes from the cell state before the step": lambda w, x, s: run(
        w, x, s, output=lambda o, squashed, c, before: o * np.tanh(before)
    ),
    "the output uses the cell state without tanh": lambda w, x, s: run(
        w, x, s, leaving=FUNCTIONS["linear"]
    ),
    "the candidate is used without tanh": lambda w, x, s: run(
        w, x, s, candidate=FUNCTIONS["linear"]
    ),
    "the candidate uses the activation of the gates": lambda w, x, s: run(
        w, x, s, candidate=sigmoid
    ),
    "the cell state is returned in place of h": lambda w, x, s: run(
        w, x, s, output=lambda o, squashed, c, before: c
    ),
    "tanh is approximated by a fraction": lambda w, x, s: run(
        w, x, s, candidate=rational_tanh, leaving=rational_tanh
    ),
    "tanh overflows for large numbers": lambda w, x, s: run(
        w, x, s, candidate=overflowing_tanh, leaving=overflowing_tanh
    ),
    "the input is passed through tanh": lambda w, x, s: run(w, np.tanh(x), s),
    "the bias of the cell gate is added to the cell state": _bias_in_the_cell,
    "the bias is missing in the first step": lambda w, x, s: run(
        w, x, s, bias=lambda b, step: b * (step > 0)
    ),
    **{f"the cell state is clipped at {limit:g}": clipped(limit) for limit in LIMITS},
    **{f"the gates use {name}": _squashed(name) for name in GATES},
    **{
        f"the candidate and the cell state pass through {name}": _passing(name)
        for name in CANDIDATES
    },
}

# Time ---------------------------------------------------------------------------------------------


def _first_step_lost(w: Weights, x: Array, s: State) -> Result:
    result = run(w, x[:, 1:], s)
    return Result(np.concatenate([s[0][:, None], result.outputs], axis=1), result.state)


def _last_step_lost(w: Weights, x: Array, s: State) -> Result:
    result = run(w, x[:, :-1], s)
    return Result(np.concatenate([result.outputs, result.outputs[:, -1:]], axis=1), result.state)


def _first_step_twice(w: Weights, x: Array, s: State) -> Result:
    result = run(w, np.concatenate([x[:, :1], x], axis=1), s)
    return Result(result.outputs[:, 1:], result.state)


def _shifted(w: Weights, x: Array, s: State) -> Result:
    result = run(w, x, s)
    late = np.concatenate([np.asarray(s[0])[:, None], result.outputs[:, :-1]], axis=1)
    return Result(late, result.state)


def _every_second(w: Weights, x: Array, s: State) -> Result:
    read = (np.arange(x.shape[1]) % 2 == 0)[None].repeat(len(x), axis=0)
    return run(w, x, s, mask=read)


def _row_after_row(w: Weights, x: Array, s: State) -> Result:
    """Each row starts from the state in which the row before it ended."""
    state = s[0][:1], s[1][:1]
    rows = []
    for row in range(len(x)):
        rows.append(run(w, x[row : row + 1], state))
        state = rows[-1].state
    outputs, (h, c) = (
        np.concatenate([one.outputs for one in rows]),
        (np.concatenate([one.state[k] for one in rows]) for k in range(2)),
    )
    return Result(outputs, (h, c))


def _all_end_together(result: Result) -> Result:
    h, c = (np.repeat(a[-1:], len(a), axis=0) for a in result.state)
    return Result(result.outputs, (h, c))


def _outputs(change: Callable[[Array], Array]) -> Hypothesis:
    """The usual outputs, changed; the state is right."""

    def hypothesis(w: Weights, x: Array, s: State) -> Result:
        result = run(w, x, s)
        return Result(change(result.outputs), result.state)

    return hypothesis


TIME: dict[str, Hypothesis] = {
    "the first step is lost": _first_step_lost,
    "the last step is lost": _last_step_lost,
    "the first step is run twice": _first_step_twice,
    "every second step is skipped": _every_second,
    "every step reads the input of the step before": lambda w, x, s: run(
        w, np.concatenate([x[:, :1], x[:, :-1]], axis=1), s
    ),
    "no state is passed from step to step": lambda w, x, s: run(
        w, x, s, between=lambda state, step: (0 * state[0], 0 * state[1])
    ),
    "c is not passed from step to step": lambda w, x, s: run(
        w, x, s, between=lambda state, step: (state[0], 0 * state[1])
    ),
    "the first step uses the mean of the whole row": lambda w, x, s: run(
        w, np.concatenate([x[:, :1] + 0.1 * x.mean(axis=1, keepdims=True), x[:, 1:]], axis=1), s
    ),
    "each row starts from the state in which the row before it has ended": _row_after_row,
    "each row starts from the state in which the row before it has ended, and all end in that of "
    "the last row": lambda w, x, s: _all_end_together(_row_after_row(w, x, s)),
    "the outputs are one step late": _shifted,
    "the outputs are in reversed order": _outputs(lambda y: y[:, ::-1]),
    "the last output is repeated at every step": _outputs(
        lambda y: np.repeat(y[:, -1:], y.shape[1], 1)
    ),
    "the rows of the outputs are reversed": _outputs(lambda y: y[::-1]),
    "the first output is missing: there is one output too few": _outputs(lambda y: y[:, 1:]),
    "the outputs have time as their first axis": _outputs(lambda y: y.swapaxes(0, 1)),
}

# The state at the beginning and at the end --------------------------------------------------------


def _from(start: Callable[[State], State]) -> Hypothesis:
    """The usual equations from another state."""
    return lambda w, x, s: run(w, x, start(s))


def both(change: Callable[[Array], Array]) -> Callable[[State], State]:
    """H and c changed in the same way."""
    return lambda state: (change(state[0]), change(state[1]))


def _spread(a: Array) -> Array:
    return np.repeat(a[:1], len(a), axis=0)


STARTS: dict[str, Callable[[State], State]] = {
    "the initial h is ignored": lambda s: (0 * s[0], s[1]),
    "the initial c is ignored": lambda s: (s[0], 0 * s[1]),
    "the initial h is used for c, too": lambda s: (s[0], s[0]),
    "the initial c is used for h, too": lambda s: (s[1], s[1]),
    "the initial c is passed through tanh": lambda s: (s[0], np.tanh(s[1])),
    "row 0's initial state is given to every row": both(_spread),
    "the last row's initial state is given to every row": both(lambda a: _spread(a[::-1])),
    "the mean of all rows' initial states is given to every row": both(
        lambda a: _spread(a.mean(axis=0, keepdims=True))
    ),
    "each row starts from the initial state of the row before": both(lambda a: np.roll(a, 1, 0)),
    "each row starts from the initial state of the row after": both(lambda a: np.roll(a, -1, 0)),
    "initial states are given to the rows in reversed order": both(lambda a: a[::-1]),
    "only row 0 starts from its initial state": both(
        lambda a: a * (np.arange(len(a)) == 0)[:, None]
    ),
}


def _final(change: Callable[[State], State]) -> Hypothesis:
    """The usual outputs with another final state."""

    def hypothesis(w: Weights, x: Array, s: State) -> Result:
        result = run(w, x, s)
        return Result(result.outputs, change(result.state))

    return hypothesis


def _after(steps: int) -> Hypothesis:
    """The final state after so many steps (from the end if negative)."""

    def hypothesis(w: Weights, x: Array, s: State) -> Result:
        return Result(run(w, x, s).outputs, run(w, x[:, :steps], s).state)

    return hypothesis


FINALS: dict[str, Hypothesis] = {
    "h and c are swapped in the final state": _final(lambda s: (s[1], s[0])),
    "the final state is zero": _final(lambda s: (0 * s[0], 0 * s[1])),
    "h is returned in place of c": _final(lambda s: (s[0], s[0])),
    "tanh of c is returned in place of c": _final(lambda s: (s[0], np.tanh(s[1]))),
    "the final state is that of the first step": _after(1),
    "the final state is that before the last step": _after(-1),
    "the final state is that of the first row": _final(both(lambda a: a[:1])),
}
