"""Operations in any order: Hypothesis looks for the shortest script in which the two
models differ.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lstm_spec.checking.side_by_side import Pair
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.evidence import Deviation

MOST_STEPS = 12

CALLS = 10 * MOST_STEPS
"""The cost of one script: a fit or predict of a slow subject costs about as much as ten calls."""

PATIENCE = 6.0
"""The search, including shrinking, ends after this many times the budget of a clause."""

data = st.integers(1, 4)
Rule = TypeVar("Rule", bound=Callable[..., None])


class OutOfTime(KeyboardInterrupt):
    """Ends a search: Hypothesis lets this exception through immediately."""


def able(*capabilities: Capability) -> Callable[[Rule], Rule]:
    """Include the operation only if the subject has these capabilities."""
    return precondition(lambda machine: machine.pair.can(*capabilities))


class AnyOrder(RuleBasedStateMachine):
    """Every operation of the contract is a rule; the clause sets ``pair``."""

    pair: Pair
    until: float

    @initialize()
    def begin(self) -> None:
        """Start from the same weights and a zero state, if there is time left."""
        if time.monotonic() > self.until:
            raise OutOfTime
        self.pair.begin()

    @rule(data=data, steps=st.integers(1, 3), permuted=st.booleans())
    def call(self, data: int, steps: int, permuted: bool) -> None:
        """A direct call."""
        self.pair.call(data, steps, permuted=permuted)

    @able(Capability.MASK)
    @rule(data=data, steps=st.integers(1, 3))
    def call_masked(self, data: int, steps: int) -> None:
        """A direct call with a mask."""
        self.pair.call(data, steps, masked=True)

    @able(Capability.PREDICT)
    @rule(data=data, batches=st.integers(1, 2))
    def predict(self, data: int, batches: int) -> None:
        """Predict."""
        self.pair.predict(data, batches)

    @able(Capability.PREDICT)
    @rule(data=data)
    def predict_on_batch(self, data: int) -> None:
        """Predict a single batch."""
        self.pair.predict_on_batch(data)

    @able(Capability.EVALUATE)
    @rule(data=data, batches=st.integers(1, 2))
    def evaluate(self, data: int, batches: int) -> None:
        """Evaluate."""
        self.pair.evaluate(data, batches)

    @able(Capability.EVALUATE)
    @rule(data=data)
    def test_on_batch(self, data: int) -> None:
        """Evaluate a single batch."""
        self.pair.test_on_batch(data)

    @able(Capability.TRAIN)
    @rule(data=data)
    def train_on_batch(self, data: int) -> None:
        """Make one update."""
        self.pair.train_on_batch(data)

    @able(Capability.FIT)
    @rule(data=data, epochs=st.integers(1, 2), validated=st.booleans())
    def fit(self, data: int, epochs: int, validated: bool) -> None:
        """Train for some epochs."""
        self.pair.fit(data, epochs, validated)

    @rule()
    def reset_states(self) -> None:
        """Reset the states."""
        self.pair.reset_states()

    @able(Capability.STATE_ACCESS)
    @rule(data=data)
    def set_states(self, data: int) -> None:
        """Set other states."""
        self.pair.set_states(data)

    @rule(data=data)
    def set_weights(self, data: int) -> None:
        """Set other weights."""
        self.pair.set_weights(data)

    @able(Capability.SAVE)
    @precondition(lambda machine: machine.pair.is_fast)
    @rule()
    def save_and_load(self) -> None:
        """Save the model and continue with the loaded one."""
        self.pair.save_and_load()


@clause(
    "LIFE-90",
    "In whatever order its operations are used, a stateful model gives the results of the oracle.",
    source="moving-average-example; keras#2064, #2849, #4379",
    needs=(Capability.FORWARD, Capability.STATEFUL),
)
def any_order_of_operations_agrees(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check is a state machine over call, predict, evaluate, fit, train, reset, set and load.

    The other clauses of this family test these operations one by one; here they are tested in
    sequences. A difference is shrunk to the shortest script that shows it, which can be pasted into
    a Python prompt.
    """
    pair = Pair.build(subject, oracle, trial)

    @hypothesis.seed(trial.seed)
    class Machine(AnyOrder):
        until = time.monotonic() + PATIENCE * trial.effort.seconds

    Machine.pair = pair
    settings = hypothesis.settings(
        max_examples=trial.effort.examples(CALLS),
        stateful_step_count=MOST_STEPS,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=trial.effort.phases,
        verbosity=hypothesis.Verbosity.quiet,
    )
    try:
        # The first script is the same for all: a search that finds no time, or only scripts that
        # read nothing, has compared this much.
        pair.begin()
        pair.call(data=1, steps=2)
        run_state_machine_as_test(Machine, settings=settings)
    except (Deviation, OutOfTime, hypothesis.errors.Flaky) as end:
        # Flaky: a script did not end the same way again, since something outlives a new begin.
        if pair.shortest is None:
            if isinstance(end, OutOfTime):
                return
            raise
        script, deviation = pair.shortest
        start = f"both = Pair.of({subject.name!r}, {oracle.name!r})"
        lines = ["from lstm_spec.checking.side_by_side import Pair", start, *script]
        if isinstance(end, hypothesis.errors.Flaky):
            lines.append(
                "# The result depends on what the same model did in scripts before this one."
            )
        deviation.evidence.counter_example = {"script": "\n".join(lines)}
        raise deviation from None
    finally:
        del Machine.pair  # Hypothesis keeps the class for long: it must not keep the models as well
