"""A clause lets go of the models it built.

A subject whose models share one graph (Keras 2 on TensorFlow) can empty it only when no model is in
use: one that is held makes every later one slower, and fills the memory.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import reference.numpy
from lstm_spec.clauses import select
from lstm_spec.model import ModelSpec
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy.implementation import NumpyImplementation

BUILT: weakref.WeakSet[Any] = weakref.WeakSet()


class Remembering(NumpyImplementation):
    """The oracle, with an eye on every model that it built."""

    def build(self, spec: ModelSpec) -> Any:
        """Note the model, without holding it."""
        model = super().build(spec)
        BUILT.add(model)
        return model


@pytest.fixture(autouse=True)
def _no_collection_in_between() -> Iterator[None]:
    """Cycles of objects stay until somebody asks."""
    BUILT.clear()
    gc.disable()
    yield
    gc.enable()


def judged(clause: str) -> Verdict:
    """The verdict on the remembering oracle."""
    return judge(select([clause])[0], Remembering(), reference.numpy.implementation).verdict


@pytest.mark.parametrize(
    "clause", ["SEQ-05", "SEQ-10", "SEQ-17", "STATE-10", "STATE-14", "MASK-10", "MASK-28"]
)
def test_a_law_for_all_examples_lets_go_at_once(clause: str) -> None:
    assert judged(clause) is Verdict.PASS
    assert not BUILT


def test_the_state_machine_lets_go_with_the_next_collection() -> None:
    assert judged("LIFE-90") is Verdict.PASS
    gc.collect()
    assert not BUILT
