"""Scripts of operations for one model: drawn with a seed, run side by side, shrunk when they fail.

A script is a list of steps; each is an operation of ``side_by_side.Pair`` with its arguments. What
fails is shrunk twice: steps are left out, and the values of the model's row are made plain, as long
as the two models still differ. What remains is printed as Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, is_dataclass, replace
from typing import Any

import numpy as np

from lstm_spec.checking.choices import Row, by_name, described, is_trainable
from lstm_spec.checking.side_by_side import Pair
from lstm_spec.checking.sound_rows import is_sound
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Implementation, Unsupported, padding_output_of
from lstm_spec.evidence import Deviation
from lstm_spec.model import Masking, ModelSpec
from lstm_spec.model.fields import described_fields

SCALE = 0.2
"""The size of the weights: with linear gates, what a cell holds does not grow from step to step."""

PATIENCE = 4.0
"""Shrinking may take about this many times the budget of a clause."""

A_PLAY = 200
"""So many calls take about as long as two new models and one script. How often a script is played
is counted from this figure, and not by the clock: asked again, a subject that has not changed must
be told the same."""
MOST_PLAYS = 500

CHEAPEST = 5e-5
"""Seconds that a call is taken to cost at least: where the cost was not measured, shrinking is
short for a check of little effort."""


@dataclass(frozen=True)
class Step:
    """One operation of a pair, and its arguments."""

    operation: str
    arguments: tuple[tuple[str, Any], ...] = ()

    def run(self, pair: Pair) -> None:
        """Do it to both models; raises ``Deviation`` where they differ."""
        getattr(pair, self.operation)(**dict(self.arguments))


Script = tuple[Step, ...]


def step(operation: str, **arguments: Any) -> Step:
    """A step with these arguments."""
    return Step(operation, tuple(arguments.items()))


def possible_steps(pair: Pair) -> list[Step]:
    """Every operation that the subject can do with the model, once or in each of its ways.

    The numbers of the data differ from step to step. Saving and cloning are not among them, nor
    states that are given beside a mask: that has a clause of its own, MASK-43.
    """
    can, spec = pair.can, pair.spec
    masks = isinstance(spec.layers[0], Masking)
    found = [step("call", data=1, steps=3), step("call", data=2, steps=2, permuted=True)]
    if can(Capability.INITIAL_STATE) and not masks:
        found.append(step("call", data=4, steps=3, given=True))
    if can(Capability.PREDICT):
        found += [step("predict", data=5, batches=2), step("predict_on_batch", data=6)]
    if can(Capability.EVALUATE):
        found += [step("evaluate", data=7, batches=2), step("test_on_batch", data=8)]
    if is_trainable(spec):
        if can(Capability.GRADIENTS):
            found.append(step("gradients", data=9))
            if not masks:
                found.append(step("gradients", data=10, given=True))
        if can(Capability.TRAIN):
            found += [step("train_on_batch", data=11), step("train_on_batch", data=12)]
        if can(Capability.FIT):
            found += [
                step("fit", data=13, epochs=2),
                step("fit", data=14, epochs=1, validated=True),
            ]
    if spec.stateful:
        found.append(step("reset_states"))
        if can(Capability.STATE_ACCESS):
            found.append(step("set_states", data=15))
    return [*found, step("set_weights", data=16)]


def drawn(steps: Sequence[Step], rng: np.random.Generator) -> Script:
    """The steps in an order that is drawn, and a call at the end, which shows what they left."""
    order = rng.permutation(len(steps))
    return (*(steps[place] for place in order), step("call", data=17, steps=3))


def play(pair: Pair, script: Script) -> None:
    """Run a script from the beginning; raises ``Deviation`` at the first difference."""
    pair.begin()
    for one in script:
        one.run(pair)


@dataclass
class Player:
    """Runs scripts for the rows of a covering array, and shrinks the first that fails."""

    subject: Implementation
    oracle: Implementation
    trial: Trial
    plays: int = 0
    """How many more scripts shrinking may play."""

    def pair(self, row: Row) -> Pair:
        """Two models of a row; ``Unsupported`` if the subject does not build it."""
        return Pair.build(self.subject, self.oracle, self.trial, described(row), SCALE)

    def refuse_hidden_outputs(self, spec: ModelSpec) -> None:
        """``Unsupported`` where outputs at masked steps are compared that are not "held"."""
        sequence = len(spec.output_shape(1, spec.time_steps or 3)) == 3
        masks = isinstance(spec.layers[0], Masking)
        if masks and sequence and padding_output_of(self.subject) != "held":
            raise Unsupported(f"{self.subject.name} has other outputs at masked steps")

    def run(self, row: Row, make: Callable[[Pair], Script]) -> None:
        """The script for a row; raises ``Deviation`` with the shortest one that fails."""
        pair = self.pair(row)
        self.refuse_hidden_outputs(pair.spec)
        script = make(pair)
        try:
            for one in script:
                one.run(pair)
        except Deviation as deviation:
            done = script[: len(pair.script)]
            raise self.shortest(row, done, deviation) from None

    def shortest(self, row: Row, script: Script, deviation: Deviation) -> Deviation:
        """The deviation of the shortest script and the plainest model, with both as Python."""
        self.plays = self.affordable()
        # First the model, so that scripts are shrunk on the plain one; what others need is last.
        for one in reversed([by_name()[name] for name in by_name() if name in row]):
            for value in one.values[: one.values.index(row[one.name])]:
                plainer = {**row, one.name: value}
                found = self.still(plainer, script) if is_sound(plainer) else None
                if found:
                    row, deviation = plainer, found
                    break
        place = len(script) - 2
        while place >= 0:
            shorter = (*script[:place], *script[place + 1 :])
            found = self.still(row, shorter)
            if found:
                script, deviation = shorter, found
            place -= 1
        spec = described(row)
        deviation.evidence.counter_example = {"script": self.as_python(spec, script)}
        return deviation

    def affordable(self) -> int:
        """How often shrinking may play a script."""
        effort = self.trial.effort
        if not effort.shrinks:
            return 0
        whole = replace(
            effort,
            seconds=PATIENCE * effort.seconds,
            call_cost=max(effort.call_cost, CHEAPEST),
            most=MOST_PLAYS,
            fewest=3,
        )
        return whole.examples(A_PLAY)

    def still(self, row: Row, script: Script) -> Deviation | None:
        """How the two differ in this script; None if they do not, or if that was tried enough."""
        if not self.plays:
            return None
        self.plays -= 1
        try:
            play(self.pair(row), script)
        except Deviation as deviation:
            return deviation
        except Unsupported:
            return None
        return None

    def as_python(self, spec: ModelSpec, script: Script) -> str:
        """What shows the difference in a Python prompt."""
        names = ", ".join(sorted({*kinds_of(spec), "ModelSpec"}))
        both = f"Pair.of({self.subject.name!r}, {self.oracle.name!r}, spec, scale={SCALE})"
        lines = [
            "from lstm_spec.checking.side_by_side import Pair",
            f"from lstm_spec.model import {names}",
            f"spec = {python_of(spec)}",
            f"both = {both}",
        ]
        for one in script:
            said = ", ".join(f"{name}={value!r}" for name, value in one.arguments)
            lines.append(f"both.{one.operation}({said})")
        return "\n".join(lines)


def python_of(value: Any) -> str:
    """A description as Python, with those fields only that are not at their default."""
    if isinstance(value, tuple):
        return "(" + "".join(f"{python_of(one)}, " for one in value).rstrip() + ")"
    if not is_dataclass(value):
        return repr(value)
    said = [
        f"{one.name}={python_of(getattr(value, one.name))}"
        for one in described_fields(type(value))
        if one.default is MISSING or not one.is_default(getattr(value, one.name))
    ]
    return f"{type(value).__name__}({', '.join(said)})"


def kinds_of(value: Any) -> set[str]:
    """The names of the descriptions in a description."""
    if isinstance(value, tuple):
        return {name for one in value for name in kinds_of(one)}
    if not is_dataclass(value):
        return set()
    inner = (getattr(value, one.name) for one in described_fields(type(value)))
    return {type(value).__name__, *(name for one in inner for name in kinds_of(one))}
