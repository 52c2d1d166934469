"""A check at work: what it draws, what it builds, how many examples it tries, what it has seen.

Everything random comes from one seed and the id of the clause, so that a clause gets the same
inputs whether it runs alone or with all the others.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_spec import tolerances
from lstm_spec.contract import (
    Array,
    Implementation,
    Model,
    Refused,
    States,
    Unsupported,
    backend_of,
    build,
)
from lstm_spec.evidence import BrokenAdapter, Deviation, Evidence, compare
from lstm_spec.model import ModelSpec
from lstm_spec.subjects.protocol import SubjectLost

if TYPE_CHECKING:
    import hypothesis
    from hypothesis import strategies as st


@dataclass(frozen=True)
class Effort:
    """How many examples Hypothesis may try: as many calls as fit into the time budget
    of a clause.
    """

    seconds: float = 1.5
    call_cost: float = 0.0
    most: int = 40
    fewest: int = 4
    rows: int | None = None
    """How many rows of a covering array are tried; None for as many as there is time for."""
    shrinks: bool = True
    """Whether what fails is made smaller, for a reader. The verdict is the same without."""

    def examples(self, calls: int) -> int:
        """The number of examples for a property that makes ``calls`` calls of the subject in each
        example.
        """
        affordable = self.seconds / max(self.call_cost * calls, 1e-9)
        return int(max(self.fewest, min(self.most, affordable)))

    @property
    def phases(self) -> tuple[hypothesis.Phase, ...]:
        """What Hypothesis does with a property."""
        import hypothesis

        made_smaller = (hypothesis.Phase.shrink,) if self.shrinks else ()
        return (hypothesis.Phase.generate, *made_smaller)


@dataclass
class Trial:
    """Draws inputs, builds models, compares results and records evidence for one check."""

    name: str
    seed: int = 0
    effort: Effort = field(default_factory=Effort)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([self.seed, zlib.crc32(self.name.encode())])
        self.seen = Evidence()

    # What it draws ------------------------------------------------------------------------------

    def array(self, *shape: int, scale: float = 1.0, dtype: str = "float32") -> Array:
        """Normal values that float32 can represent, so that every subject gets the same numbers as
        the oracle.
        """
        return (self.rng.standard_normal(shape) * scale).astype(np.float32).astype(dtype)

    def weights(self, spec: ModelSpec, scale: float = 0.5) -> list[Array]:
        """Random weights without symmetry: no two units, gates or directions are alike."""
        return [self.array(*shape, scale=scale, dtype=spec.dtype) for shape in spec.weight_shapes]

    def states(self, spec: ModelSpec, batch_size: int) -> States:
        """Random h and c for every LSTM direction, different from each other and from zero."""
        return [
            (
                self.array(batch_size, layer.width, scale=0.5, dtype=spec.dtype),
                self.array(batch_size, layer.units, scale=0.8, dtype=spec.dtype),
            )
            for layer in spec.recurrent_layers
        ]

    def labels(self, *shape: int, width: int) -> Array:
        """One-hot targets (..., width) with random labels."""
        return np.eye(width, dtype=np.float32)[self.rng.integers(0, width, shape)]

    # What it builds -----------------------------------------------------------------------------

    def twins(
        self,
        subject: Implementation,
        oracle: Implementation,
        spec: ModelSpec,
        weights: Sequence[Array] | None = None,
    ) -> tuple[Model, Model]:
        """The same model, built by the subject and by the oracle, with the same random weights."""
        chosen = self.weights(spec) if weights is None else list(weights)
        return self.model(subject, spec, chosen), self.model(oracle, spec, chosen)

    def model(
        self, implementation: Implementation, spec: ModelSpec, weights: Sequence[Array]
    ) -> Model:
        """A model of one implementation with the given weights."""
        model = build(implementation, spec)
        model.set_weights(list(weights))
        return model

    # What it compares ---------------------------------------------------------------------------

    def assert_close(
        self,
        got: Array | float,
        expected: Array | float,
        what: str,
        tolerance: float = tolerances.FORWARD,
        axes: tuple[str, ...] | None = None,
    ) -> None:
        """Fail unless the two agree within ``tolerance``; record the largest difference."""
        largest = compare(got, expected, what, tolerance, axes)
        self.seen.comparisons += 1
        if self.seen.largest_difference is None or largest >= self.seen.largest_difference:
            self.seen.what = what
            self.seen.largest_difference, self.seen.tolerance = largest, tolerance

    def assert_equal(self, got: Array, expected: Array, what: str) -> None:
        """Fail unless the two are the same, bit for bit."""
        self.assert_close(got, expected, what, tolerances.EXACT)

    def assert_states_close(
        self,
        got: States | None,
        expected: States | None,
        what: str = "final state",
        tolerance: float = tolerances.FORWARD,
    ) -> None:
        """Fail unless every h and every c agrees."""
        if got is None or expected is None:
            raise BrokenAdapter(f"{what}: the adapter declares final states but returned none")
        self.assert_that(
            len(got) == len(expected),
            f"{what}: expected {len(expected)} pairs (h, c), got {len(got)}",
        )
        for index, (ours, theirs) in enumerate(zip(got, expected, strict=True)):
            layer = f" of direction {index}" if len(expected) > 1 else ""
            self.assert_close(ours[0], theirs[0], f"{what}, h{layer}", tolerance)
            self.assert_close(ours[1], theirs[1], f"{what}, c{layer}", tolerance)

    def assert_weights_close(
        self,
        spec: ModelSpec,
        got: Sequence[Array],
        expected: Sequence[Array],
        what: str = "weight",
        tolerance: float = tolerances.FORWARD,
    ) -> None:
        """Fail unless every array in the layout of the weights agrees; messages use the names of
        the arrays.
        """
        self.assert_that(
            len(got) == len(expected),
            f"{what}: expected {len(expected)} arrays, got {len(got)}",
        )
        for name, ours, theirs in zip(spec.weight_names, got, expected, strict=True):
            axes = ("input", "column") if theirs.ndim == 2 else ("column",)
            self.assert_close(ours, theirs, f"{what} of the {name}", tolerance, axes)

    def assert_differ(self, one: Array, other: Array, what: str, by: float = 1e-3) -> None:
        """Fail if the two agree, because something that must have an effect has none."""
        self.seen.comparisons += 1
        if one.shape == other.shape and float(np.abs(one - other).max(initial=0.0)) < by:
            raise Deviation(f"{what}: expected a difference above {by:g}, got the same values")

    def assert_that(self, condition: bool, sentence: str) -> None:
        """Fail with ``sentence`` unless the condition holds."""
        self.seen.comparisons += 1
        if not condition:
            raise Deviation(sentence)

    def assert_refused(self, model: Model, action: Callable[[], Any], what: str) -> None:
        """Fail unless the subject raises an error before any weight or state changes."""
        weights = model.get_weights()
        readable = getattr(model, "states_can_be_read", hasattr(model, "get_states"))
        states = model.get_states() if readable else None
        try:
            action()
        except (Unsupported, BrokenAdapter):
            raise
        except Exception as refusal:
            self.seen.got = f"{type(refusal).__name__}: {refusal}".splitlines()[0]
        else:
            raise Deviation(f"{what}: expected an error, but it was accepted silently")
        for index, (now, before) in enumerate(zip(model.get_weights(), weights, strict=True)):
            self.assert_equal(now, before, f"{what}: weight {index} after the error")
        if states is not None:
            self.assert_states_close(
                model.get_states(), states, f"{what}: state after the error", tolerances.EXACT
            )

    # How hard it tries --------------------------------------------------------------------------

    def forall(
        self, prove: Callable[..., None], calls: int, **drawn: st.SearchStrategy[Any]
    ) -> None:
        """Let Hypothesis look for a counter-example to ``prove``, and shrink the one that it finds.

        ``calls`` is the number of calls of the subject that one example makes.
        """
        import hypothesis  # half of what a command that judges nothing would take to start

        found: list[Deviation] = []
        laws = [prove]  # Hypothesis keeps `attempt` for long: it must not keep the models as well

        def attempt(**example: Any) -> None:
            try:
                laws[0](**example)
            except Deviation as deviation:
                deviation.evidence.counter_example = example
                found.append(deviation)
                raise
            except SubjectLost as lost:
                raise _NothingToShrink(lost) from lost

        settings = hypothesis.settings(
            max_examples=self.effort.examples(calls),
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=self.effort.phases,
            verbosity=hypothesis.Verbosity.quiet,
            report_multiple_bugs=False,
        )
        try:
            hypothesis.seed(self.seed)(settings(hypothesis.given(**drawn)(attempt)))()
        except _NothingToShrink as stop:
            raise stop.lost from None
        except hypothesis.errors.Flaky:
            # The counter-example did not fail again: the subject depends on what was called before.
            # That it deviated at all is what counts.
            if found:
                raise found[-1] from None
            raise
        finally:
            laws.clear()
            found.clear()


def draw_from_the_seed_alone() -> None:
    """Stop Hypothesis, in this process, from drawing constants that occur in imported source files.

    Which files it takes for the tester's own depends on how packages are installed, so the same
    seed would give different examples on another machine. It also parses each of these files, which
    takes seconds, and leaves a folder in the working directory. Hypothesis has no setting for this;
    a version that does not have the two names is left unchanged.
    """
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")  # other packages' strategies: a second
    from hypothesis.internal.conjecture import providers

    none = getattr(providers, "_local_constants", None)
    if none is not None:
        providers._get_local_constants = lambda: none


class _NothingToShrink(BaseException):
    """Passes a lost subject through Hypothesis, which would otherwise crash it or wait for it
    repeatedly.
    """

    def __init__(self, lost: SubjectLost) -> None:
        super().__init__(str(lost))
        self.lost = lost


def describe(implementation: Implementation) -> str:
    """Name, version and backend in a few words."""
    backend = backend_of(implementation)
    return f"{implementation.name} {implementation.version}" + (f" on {backend}" if backend else "")


__all__ = ["Deviation", "Effort", "Refused", "Trial", "describe"]
