"""A subject and an oracle that run the same script of operations side by side.

    from lstm_spec.checking.side_by_side import Pair

    both = Pair.of("keras", "numpy")
    both.call(data=1, steps=2)
    both.fit(data=2, epochs=2, validated=True)
    both.call(data=3, steps=1)

Every operation compares what is returned, then the states and the weights, and raises ``Deviation``
at the first difference, or if the subject rejects the operation. Shortest counter-examples are
printed in this form. ``Pair.of`` takes any other ``ModelSpec`` as well.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.numbered_data import NumberedData
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import (
    Array,
    Capability,
    Implementation,
    Metrics,
    Model,
    Refused,
    build,
)
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.subjects.find import find
from lstm_spec.subjects.guard import Guarded

UNITS, FEATURES, ROWS, STEPS = 4, 3, 2, 3
SCALE = 0.5

SPEC = ModelSpec(
    (LSTM(UNITS, stateful=True),),
    FEATURES,
    batch_size=ROWS,
    loss="mse",
    optimizer=SGD(0.05),  # it has no memory: weights and states are the whole of a model
)

TOLERANCES = {"float32": 10 * tolerances.FORWARD, "float64": 1000 * tolerances.FLOAT64}
"""A script may contain a dozen updates of order 0.05, each of which adds forward noise. For float64
it is the same script with the noise of float64, which is 1e-16 an operation; a single number that
was rounded to float32 on the way differs by 1e-8."""


def is_fast(trial: Trial) -> bool:
    """Whether a call of the subject costs little: below a millisecond."""
    return trial.effort.call_cost < 1e-3


@dataclass
class Pair:
    """Two models of ``spec`` with the same weights; ``script`` is what has been done to them."""

    subject: Implementation
    oracle: Implementation
    trial: Trial
    spec: ModelSpec
    numbered: NumberedData
    ours: Model = field(init=False)
    theirs: Model = field(init=False)
    script: list[str] = field(default_factory=list)
    shortest: tuple[list[str], Deviation] | None = None
    """The shortest script so far at the end of which the two models differ."""
    first: tuple[Model, Model] | None = None

    @classmethod
    def of(
        cls, subject: str, oracle: str = "numpy", spec: ModelSpec = SPEC, scale: float = SCALE
    ) -> Pair:
        """A pair of implementations by name."""
        return cls.build(Guarded(find(subject)), find(oracle), Trial("script"), spec, scale)

    @classmethod
    def build(
        cls,
        subject: Implementation,
        oracle: Implementation,
        trial: Trial,
        spec: ModelSpec = SPEC,
        scale: float = SCALE,
    ) -> Pair:
        """A pair of implementations with new models; ``scale`` is the size of the weights."""
        numbered = NumberedData(spec, spec.batch_size or ROWS, spec.time_steps or STEPS, scale)
        pair = cls(subject, oracle, trial, spec, numbered)
        pair.begin()
        return pair

    def begin(self) -> None:
        """Restore the first weights and a zero state, and empty the script.

        The memory of an optimiser cannot be cleared: such models are built anew.
        """
        self.script.clear()
        if self.first is None or not isinstance(self.spec.optimizer, SGD):
            self.first = build(self.subject, self.spec), self.oracle.build(self.spec)
        self.ours, self.theirs = self.first
        for model in self.first:
            model.set_weights(self.numbered.weights(0))
            if self.spec.stateful:
                model.reset_states()

    def can(self, *capabilities: Capability) -> bool:
        """Whether the subject has all of these."""
        return set(capabilities) <= set(self.subject.capabilities)

    @property
    def is_fast(self) -> bool:
        """Whether a loaded model costs little (a slow subject compiles its functions again)."""
        return is_fast(self.trial)

    @property
    def tolerance(self) -> float:
        """How far the two may be apart: rounding is in proportion to the size of the numbers."""
        return TOLERANCES[self.spec.dtype] * self.numbered.scale / SCALE

    def count(self, batches: int) -> int:
        """The rows of so many batches; where no number of rows is fixed, the last lacks one."""
        rows = self.numbered.rows * batches
        return rows - 1 if self.spec.batch_size is None and batches > 1 else rows

    # Operations ---------------------------------------------------------------------------------

    def call(
        self,
        data: int,
        steps: int,
        masked: bool = False,
        permuted: bool = False,
        given: bool = False,
    ) -> None:
        """A direct call; some steps may be masked, the rows reversed, or the states given."""
        line = f"both.call({data}, steps={steps}, masked={masked}, permuted={permuted}"
        with self._step(line + (f", given={given})" if given else ")")):
            rows = self.numbered.rows
            steps = self.spec.time_steps or steps
            x = self.numbered.inputs(data, rows, steps)
            x = x[::-1].copy() if permuted else x
            mask = self.numbered.mask(data, rows, steps) if masked else None
            start = self.numbered.states(data, stateful_only=False) if given else None
            ours, theirs = (
                model.call(x, mask=mask, initial_state=start) for model in (self.ours, self.theirs)
            )
            self._outputs(ours.outputs, theirs.outputs)
            if self.can(Capability.FINAL_STATE):
                what = f"final states of {self.script[-1]}"
                self.trial.assert_states_close(ours.states, theirs.states, what, self.tolerance)

    def predict(self, data: int, batches: int) -> None:
        """Predict consecutive batches."""
        with self._step(f"both.predict({data}, batches={batches})"):
            rows = self.numbered.rows
            x = self.numbered.inputs(data, self.count(batches), self.numbered.steps)
            self._outputs(self.ours.predict(x, rows), self.theirs.predict(x, rows))

    def predict_on_batch(self, data: int) -> None:
        """One batch."""
        with self._step(f"both.predict_on_batch({data})"):
            x = self.numbered.inputs(data, self.numbered.rows, self.numbered.steps)
            self._outputs(self.ours.predict_on_batch(x), self.theirs.predict_on_batch(x))

    def evaluate(self, data: int, batches: int) -> None:
        """Consecutive batches through evaluate."""
        with self._step(f"both.evaluate({data}, batches={batches})"):
            x, y = self.numbered.pairs(data, self.count(batches))
            rows = self.numbered.rows
            self._metrics(self.ours.evaluate(x, y, rows), self.theirs.evaluate(x, y, rows))

    def test_on_batch(self, data: int) -> None:
        """The loss of one batch."""
        with self._step(f"both.test_on_batch({data})"):
            x, y = self.numbered.pairs(data, self.numbered.rows)
            self._metrics(self.ours.test_on_batch(x, y), self.theirs.test_on_batch(x, y))

    def gradients(self, data: int, given: bool = False) -> None:
        """The gradients of one batch, from the carried states or from given ones."""
        with self._step(f"both.gradients({data}, given={given})"):
            x, y = self.numbered.pairs(data, self.numbered.rows)
            start = self.numbered.states(data, stateful_only=False) if given else None
            ours, theirs = (
                model.gradients(x, y, initial_state=start) for model in (self.ours, self.theirs)
            )
            self._outputs(np.array(ours.loss), np.array(theirs.loss), "loss")
            what = f"gradient after {self.script[-1]}"
            self.trial.assert_weights_close(
                self.spec, ours.weights, theirs.weights, what, self.tolerance
            )
            self._outputs(ours.x, theirs.x, "gradient of x")

    def train_on_batch(self, data: int) -> None:
        """One update."""
        with self._step(f"both.train_on_batch({data})"):
            x, y = self.numbered.pairs(data, self.numbered.rows)
            self._metrics(self.ours.train_on_batch(x, y), self.theirs.train_on_batch(x, y))

    def fit(self, data: int, epochs: int, validated: bool = False) -> None:
        """Two batches an epoch, not shuffled, with or without validation."""
        with self._step(f"both.fit({data}, epochs={epochs}, validated={validated})"):
            x, y = self.numbered.pairs(data, self.count(2))
            rows = self.numbered.rows
            validation = self.numbered.pairs(data + 1, rows) if validated else None
            ours, theirs = (
                model.fit(
                    x, y, batch_size=rows, epochs=epochs, shuffle=False, validation_data=validation
                )
                for model in (self.ours, self.theirs)
            )
            for name in theirs:
                self._outputs(np.array(ours.get(name, [])), np.array(theirs[name]), name)

    def reset_states(self) -> None:
        """Reset the states, which nothing else clears."""
        with self._step("both.reset_states()"):
            self.ours.reset_states()
            self.theirs.reset_states()
            self._states_and_weights()

    def set_states(self, data: int) -> None:
        """Set other states."""
        with self._step(f"both.set_states({data})"):
            for model in (self.ours, self.theirs):
                model.set_states(self.numbered.states(data, stateful_only=True))
            self._states_and_weights()

    def set_weights(self, data: int) -> None:
        """Set other weights."""
        with self._step(f"both.set_weights({data})"):
            for model in (self.ours, self.theirs):
                model.set_weights(self.numbered.weights(data))
            self._states_and_weights()

    def save_and_load(self) -> None:
        """Continue with the loaded models, whose states are zero."""
        with self._step("both.save_and_load()"):
            with tempfile.TemporaryDirectory() as folder:
                self.ours = self._loaded(self.subject, self.ours, Path(folder) / "ours")
                self.theirs = self._loaded(self.oracle, self.theirs, Path(folder) / "theirs")
            self._states_and_weights()

    def clone(self) -> None:
        """Continue with clones, whose states are zero; which weights they have is left open."""
        with self._step("both.clone()"):
            weights = self.theirs.get_weights()
            self.ours, self.theirs = self.ours.clone(), self.theirs.clone()
            for model in (self.ours, self.theirs):
                model.set_weights(weights)
            self._states_and_weights()

    # Comparing ----------------------------------------------------------------------------------

    @contextmanager
    def _step(self, line: str) -> Iterator[None]:
        """Add one line to the script; if it fails here, the script may be the shortest so far.

        If the subject rejects the operation, that is a difference, too: the oracle gave a result.
        """
        self.script.append(line)
        try:
            yield
        except (Deviation, Refused) as end:
            deviation = end if isinstance(end, Deviation) else Deviation(str(end))
            if self.shortest is None or len(self.script) <= len(self.shortest[0]):
                self.shortest = list(self.script), deviation
            raise deviation from None

    def _loaded(self, implementation: Implementation, model: Model, path: Path) -> Model:
        model.save(path)
        loaded: Model = implementation.load(path)  # type: ignore[attr-defined]
        return loaded

    def _metrics(self, ours: Metrics, theirs: Metrics) -> None:
        for name, figure in theirs.items():
            self._outputs(np.array(ours.get(name, np.nan)), np.array(figure), name)

    def _outputs(self, ours: Array, theirs: Array, what: str = "outputs") -> None:
        self.trial.assert_close(ours, theirs, f"{what} of {self.script[-1]}", self.tolerance)
        self._states_and_weights()

    def _states_and_weights(self) -> None:
        """Compare states and weights, where they can be read."""
        after = f"after {self.script[-1]}"
        if self.can(Capability.STATE_ACCESS):
            ours, theirs = self.ours.get_states(), self.theirs.get_states()
            self.trial.assert_states_close(ours, theirs, f"states {after}", self.tolerance)
        self.trial.assert_weights_close(
            self.spec,
            self.ours.get_weights(),
            self.theirs.get_weights(),
            f"weight {after}",
            self.tolerance,
        )
