"""What is carried from batch to batch: the rule that gives the subject's numbers.

A carry is a rule that computes the state before the next batch from the states after earlier
batches. For every rule, the equations run with explicit states; the rule that fits is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Model
from lstm_spec.diagnosis.equations import State, Weights, run
from lstm_spec.diagnosis.finding import Finding, matches
from lstm_spec.diagnosis.rounding import ROUNDINGS
from lstm_spec.diagnosis.wrong_equations import both
from lstm_spec.model import LSTM, ModelSpec

UNITS, FEATURES, ROWS, BATCHES = 4, 5, 3, 13
LENGTHS = (2, 2, 2, 1, 6, 2, 2, 2, 2, 2, 2, 2, 2)
"""Steps per batch: enough batches to count to twelve; one of a single step, one of six."""

FAMILIES = ("STATE", "LIFE", "MASK", "GRAD", "TRAIN", "PIPE")


@dataclass
class Past:
    """What has happened so far; the first entry of each list is for the beginning."""

    weights: Weights
    states: list[State]
    inputs: list[Array] = field(default_factory=list)
    carried: list[State] = field(default_factory=list)
    """What each batch was started from."""

    @property
    def zero(self) -> State:
        """The state when nothing has been run."""
        return self.states[0]

    @property
    def last(self) -> State:
        """The state after the last batch."""
        return self.states[-1]

    @property
    def early(self) -> State:
        """The state before the last step of the last batch."""
        return run(self.weights, self.inputs[-1][:, :-1], self.carried[-1]).state

    @property
    def count(self) -> int:
        """How many batches have been run."""
        return len(self.states) - 1


Rule = Callable[[Past, Array], State]
"""From the past and the next input to the state that the next batch starts from."""


def _changed(change: Callable[[State], State]) -> Rule:
    return lambda past, x: change(past.last)


def _rows(change: Callable[[Array], Array]) -> Rule:
    return _changed(both(change))


def _spread(a: Array) -> Array:
    return np.repeat(a[:1], len(a), axis=0)


def _only(a: Array, kept: Callable[[Array], Array]) -> Array:
    return a * kept(np.arange(len(a)))[:, None]


def _every(k: int) -> Rule:
    """The state is carried, but lost after every k-th batch."""
    return lambda past, x: past.zero if past.count % k == 0 else past.last


def _without(lost: Callable[[Array], bool]) -> Rule:
    """The state is carried, but a batch of some lengths does not change it."""
    return lambda past, x: past.carried[-1] if lost(past.inputs[-1]) else past.last


def _recognised(past: Past, x: Array) -> State:
    order = np.argsort(np.argsort(x[:, 0, 0]))
    return past.last[0][order], past.last[1][order]


def _mixed(past: Past, mix: Callable[[Array, Array], Array]) -> State:
    """The new state, mixed with the state that the batch started from."""
    (h, c), (h_before, c_before) = past.last, past.carried[-1]
    return mix(h, h_before), mix(c, c_before)


RULES: dict[str, Rule] = {
    "": _changed(lambda s: s),
    "no state is carried: every batch starts from zero": lambda past, x: past.zero,
    "only h is carried, c starts from zero": _changed(lambda s: (s[0], 0 * s[1])),
    "only c is carried, h starts from zero": _changed(lambda s: (0 * s[0], s[1])),
    "h is carried, c keeps its old value": lambda past, x: (past.last[0], past.carried[-1][1]),
    "c is carried, h keeps its old value": lambda past, x: (past.carried[-1][0], past.last[1]),
    "h and c are swapped when they are carried": _changed(lambda s: (s[1], s[0])),
    "h is carried as c, too": _changed(lambda s: (s[0], s[0])),
    "c is carried as h, too": _changed(lambda s: (s[1], s[1])),
    "the cell state is passed through tanh when it is carried": _changed(
        lambda s: (s[0], np.tanh(s[1]))
    ),
    "row 0's state is carried into every row": _rows(_spread),
    "the last row's state is carried into every row": _rows(lambda a: _spread(a[::-1])),
    "the last row's state is carried into the first row, all others start from zero": _rows(
        lambda a: _only(_spread(a[::-1]), lambda row: row == 0)
    ),
    "the mean of all rows' states is carried": _rows(
        lambda a: _spread(a.mean(axis=0, keepdims=True))
    ),
    "the rows' states are carried in reversed order": _rows(lambda a: a[::-1]),
    "only h is carried in reversed order of rows": _changed(lambda s: (s[0][::-1], s[1])),
    "only c is carried in reversed order of rows": _changed(lambda s: (s[0], s[1][::-1])),
    "each row's state is carried into the next row": _rows(lambda a: np.roll(a, 1, axis=0)),
    "each row's state is carried into the row before": _rows(lambda a: np.roll(a, -1, axis=0)),
    "row 0's state is not carried": _rows(lambda a: _only(a, lambda row: row > 0)),
    "the last row's state is not carried": _rows(lambda a: _only(a, lambda row: row < row[-1])),
    "only row 0's state is carried": _rows(lambda a: _only(a, lambda row: row == 0)),
    "the rows get back their states in the order of their inputs": _recognised,
    "the units of the state are reversed when it is carried": _rows(lambda a: a[:, ::-1]),
    "the state is carried one batch late": lambda past, x: past.states[max(past.count - 1, 0)],
    "the state of the first batch is carried to every later batch": lambda past, x: past.states[1],
    "the state before the last step is carried": lambda past, x: past.early,
    "the state is lost when the number of time steps changes": lambda past, x: (
        past.last if past.inputs[-1].shape[1] == x.shape[1] else past.zero
    ),
    "a batch of one step does not change the state": _without(lambda x: x.shape[1] == 1),
    "a batch of six steps loses its state": lambda past, x: (
        past.zero if past.inputs[-1].shape[1] == 6 else past.last
    ),
    **{f"the state is lost after every {k} batches": _every(k) for k in range(2, BATCHES)},
    **{f"the state is carried in {name}": _rows(narrow) for name, narrow in ROUNDINGS.items()},
    "the state is halved when it is carried": _rows(lambda a: a / 2),
    **{
        f"the state is multiplied by {factor:g} when it is carried": _rows(
            lambda a, factor=factor: factor * a  # type: ignore[misc]
        )
        for factor in (0.9, 0.99, 0.999, -1.0, 2.0)
    },
    **{
        f"{part:.0%} of every row's state leaks into the others when it is carried": _rows(
            lambda a, part=part: (1 - part) * a + part * a.mean(axis=0)  # type: ignore[misc]
        )
        for part in (0.01, 0.1, 0.5)
    },
    "the sign of the state is lost when it is carried": _rows(np.abs),
    "negative numbers of the state become zero when they are carried": _rows(
        lambda a: np.maximum(a, 0)
    ),
    "the mean of the new state and the old one is carried": lambda past, x: _mixed(
        past, lambda new, old: (new + old) / 2
    ),
    "the new state is added to the old one": lambda past, x: _mixed(
        past, lambda new, old: new + old
    ),
}


def trace(subject: Implementation, trial: Trial) -> tuple[Model, Weights, list[Array]]:
    """A stateful subject that has been reset, its weights, and the batches."""
    spec = ModelSpec((LSTM(UNITS, stateful=True),), FEATURES, batch_size=ROWS)
    weights = trial.weights(spec)
    ours = trial.model(subject, spec, weights)
    return ours, weights, [trial.array(ROWS, steps, FEATURES) for steps in LENGTHS]


def between_calls(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """From one direct call to the next; there alone, where a predict carries its state."""
    ours, weights, batches = trace(subject, trial)
    got = [ours.call(batch).outputs for batch in batches]
    found = _explained(got, weights, batches, "")
    if not found or is_vague(found[0]) or Capability.PREDICT not in subject.capabilities:
        return found
    if inside_predict(subject, oracle, trial):
        return found
    where = "from one direct call to the next, "
    return [Finding(where + one.sentence, one.families) for one in found]


def inside_predict(subject: Implementation, oracle: Implementation, trial: Trial) -> list[Finding]:
    """From batch to batch within one predict call."""
    ours, weights, batches = trace(subject, trial)
    batches = [batch for batch in batches if batch.shape[1] == 2]
    outputs = ours.predict(np.concatenate(batches), ROWS)
    got = list(outputs.reshape(len(batches), ROWS, UNITS))
    return _explained(got, weights, batches, "inside predict, ")


def _explained(
    got: Sequence[Array], weights: Weights, batches: Sequence[Array], where: str
) -> list[Finding]:
    plain = list(driven(weights, batches, RULES[""]))
    if not matches(got[0], plain[0]):
        return []  # whatever is wrong is wrong before anything is carried
    for mistake, rule in RULES.items():
        if all(map(matches, got, driven(weights, batches, rule))):  # the first difference ends it
            same = all(map(matches, got, plain))
            return [Finding(where + mistake, FAMILIES)] if mistake and not same else []
    first = next(k for k, expected in enumerate(plain) if not matches(got[k], expected))
    return [Finding(f"{where}{VAGUE} {first + 1}", FAMILIES)]


VAGUE = "the first difference is in batch"
"""What is said where no rule gives the numbers: it is no cause, and explains nothing."""


def is_vague(finding: Finding) -> bool:
    """Whether a finding only says where the numbers begin to differ."""
    return VAGUE in finding.sentence


def driven(weights: Weights, batches: Sequence[Array], rule: Rule) -> Iterator[Array]:
    """The last outputs of every batch if the state is carried by the given rule."""
    zero = np.zeros((ROWS, UNITS)), np.zeros((ROWS, UNITS))
    past = Past(weights, [zero])
    for index, x in enumerate(batches):
        start = rule(past, x) if index else zero
        result = run(weights, x, start)
        past.carried.append(start)
        past.states.append(result.state)
        past.inputs.append(x)
        yield result.outputs[:, -1]
