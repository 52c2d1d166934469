"""A subject and an oracle that run the same script of operations side by side.

    from lstm_spec.checking.side_by_side import Pair

    both = Pair.of("keras", "numpy")
    both.call(data=1, steps=2)
    both.fit(data=2, epochs=2, validated=True)
    both.call(data=3, steps=1)

Every operation compares what is returned, then the states and the weights, and raises ``Deviation``
at the first difference, or if the subject rejects the operation. Shortest counter-examples are
printed in this form.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Array, Capability, Implementation, Metrics, Model, Refused
from lstm_spec.evidence import Deviation
from lstm_spec.model import LSTM, SGD, ModelSpec
from lstm_spec.subjects.find import find
from lstm_spec.subjects.guard import Guarded

UNITS, FEATURES, ROWS, STEPS = 4, 3, 2, 3

SPEC = ModelSpec(
    (LSTM(UNITS, stateful=True),),
    FEATURES,
    batch_size=ROWS,
    loss="mse",
    optimizer=SGD(0.05),  # it has no memory: weights and states are the whole of a model
)

TOLERANCE = 10 * tolerances.FORWARD
"""A script may contain a dozen updates of order 0.05, each of which adds forward noise."""


@dataclass
class Pair:
    """Two models of ``SPEC`` with the same weights; ``script`` is what has been done to them."""

    subject: Implementation
    oracle: Implementation
    ours: Model
    theirs: Model
    trial: Trial
    first: tuple[Model, Model] = field(init=False)
    script: list[str] = field(default_factory=list)
    shortest: tuple[list[str], Deviation] | None = None
    """The shortest script so far at the end of which the two models differ."""

    @classmethod
    def of(cls, subject: str, oracle: str = "numpy") -> Pair:
        """A pair of implementations by name."""
        return cls.build(Guarded(find(subject)), find(oracle), Trial("script"))

    @classmethod
    def build(cls, subject: Implementation, oracle: Implementation, trial: Trial) -> Pair:
        """A pair of implementations with new models."""
        pair = cls(subject, oracle, subject.build(SPEC), oracle.build(SPEC), trial)
        pair.first = pair.ours, pair.theirs
        pair.begin()
        return pair

    def begin(self) -> None:
        """Restore the first weights and a zero state, and empty the script."""
        self.script.clear()
        self.ours, self.theirs = self.first
        for model in (self.ours, self.theirs):
            model.set_weights(_weights(0))
            model.reset_states()

    def can(self, *capabilities: Capability) -> bool:
        """Whether the subject has all of these."""
        return set(capabilities) <= set(self.subject.capabilities)

    @property
    def is_fast(self) -> bool:
        """Whether a loaded model costs little (a slow subject compiles its functions again)."""
        return self.trial.effort.call_cost < 1e-3

    # Operations ---------------------------------------------------------------------------------

    def call(self, data: int, steps: int, masked: bool = False, permuted: bool = False) -> None:
        """A direct call; some steps may be masked, or the rows reversed."""
        with self._step(f"both.call({data}, steps={steps}, masked={masked}, permuted={permuted})"):
            x = _numbers(data, ROWS, steps, FEATURES)
            x = x[::-1].copy() if permuted else x
            mask = _draws(data).random((ROWS, steps)) < 0.6 if masked else None
            if mask is None:
                self._outputs(self.ours.call(x).outputs, self.theirs.call(x).outputs)
            else:
                held = self.ours.call(x, mask=mask).outputs, self.theirs.call(x, mask=mask).outputs
                self._outputs(*held)

    def predict(self, data: int, batches: int) -> None:
        """Predict consecutive batches."""
        with self._step(f"both.predict({data}, batches={batches})"):
            x = _numbers(data, ROWS * batches, STEPS, FEATURES)
            self._outputs(self.ours.predict(x, ROWS), self.theirs.predict(x, ROWS))

    def predict_on_batch(self, data: int) -> None:
        """One batch."""
        with self._step(f"both.predict_on_batch({data})"):
            x = _numbers(data, ROWS, STEPS, FEATURES)
            self._outputs(self.ours.predict_on_batch(x), self.theirs.predict_on_batch(x))

    def evaluate(self, data: int, batches: int) -> None:
        """Consecutive batches through evaluate."""
        with self._step(f"both.evaluate({data}, batches={batches})"):
            x, y = _pairs(data, batches)
            self._metrics(self.ours.evaluate(x, y, ROWS), self.theirs.evaluate(x, y, ROWS))

    def test_on_batch(self, data: int) -> None:
        """The loss of one batch."""
        with self._step(f"both.test_on_batch({data})"):
            x, y = _pairs(data, 1)
            self._metrics(self.ours.test_on_batch(x, y), self.theirs.test_on_batch(x, y))

    def train_on_batch(self, data: int) -> None:
        """One update."""
        with self._step(f"both.train_on_batch({data})"):
            x, y = _pairs(data, 1)
            self._metrics(self.ours.train_on_batch(x, y), self.theirs.train_on_batch(x, y))

    def fit(self, data: int, epochs: int, validated: bool = False) -> None:
        """Two batches an epoch, not shuffled, with or without validation."""
        with self._step(f"both.fit({data}, epochs={epochs}, validated={validated})"):
            x, y = _pairs(data, 2)
            validation = _pairs(data + 1, 1) if validated else None
            ours, theirs = (
                model.fit(
                    x, y, batch_size=ROWS, epochs=epochs, shuffle=False, validation_data=validation
                )
                for model in (self.ours, self.theirs)
            )
            for name in theirs:
                self._outputs(np.array(ours[name]), np.array(theirs[name]), name)

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
                model.set_states([(_numbers(data, ROWS, UNITS), _numbers(data + 1, ROWS, UNITS))])
            self._states_and_weights()

    def set_weights(self, data: int) -> None:
        """Set other weights."""
        with self._step(f"both.set_weights({data})"):
            for model in (self.ours, self.theirs):
                model.set_weights(_weights(data))
            self._states_and_weights()

    def save_and_load(self) -> None:
        """Continue with the loaded models, whose states are zero."""
        with self._step("both.save_and_load()"):
            with tempfile.TemporaryDirectory() as folder:
                self.ours = self._loaded(self.subject, self.ours, Path(folder) / "ours")
                self.theirs = self._loaded(self.oracle, self.theirs, Path(folder) / "theirs")
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
            self._outputs(np.array(ours[name]), np.array(figure), name)

    def _outputs(self, ours: Array, theirs: Array, what: str = "outputs") -> None:
        self.trial.assert_close(ours, theirs, f"{what} of {self.script[-1]}", TOLERANCE)
        self._states_and_weights()

    def _states_and_weights(self) -> None:
        """Compare states and weights, where they can be read."""
        after = f"after {self.script[-1]}"
        if self.can(Capability.STATE_ACCESS):
            ours, theirs = self.ours.get_states(), self.theirs.get_states()
            self.trial.assert_states_close(ours, theirs, f"states {after}", TOLERANCE)
        for got, expected in zip(self.ours.get_weights(), self.theirs.get_weights(), strict=True):
            self.trial.assert_close(got, expected, f"weights {after}", TOLERANCE)


def _draws(data: int) -> np.random.Generator:
    return np.random.default_rng([2017, data])


def _numbers(data: int, *shape: int) -> Array:
    """Float32 numbers of order one that belong to ``data``."""
    return _draws(data).standard_normal(shape).astype(np.float32)


def _pairs(data: int, batches: int) -> tuple[Array, Array]:
    rows = ROWS * batches
    return _numbers(data, rows, STEPS, FEATURES), _numbers(data + 100, rows, UNITS) / 2


def _weights(data: int) -> list[Array]:
    draws = _draws(1000 + data)
    return [(draws.standard_normal(shape) / 2).astype(np.float32) for shape in SPEC.weight_shapes]
