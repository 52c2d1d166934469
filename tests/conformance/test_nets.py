"""The nets cover what they say: every pair of axes, every axis of length one, every method."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations

import numpy as np
import pytest

from lstm_spec.checking.layouts import LAYOUTS
from lstm_spec.clauses import select
from lstm_spec.conformance.support.coincidences import EQUAL, ONE
from lstm_spec.conformance.support.methods import AXES, METHODS
from lstm_spec.conformance.support.refusals import broadcast, one_off
from lstm_spec.contract import CallResult, Model
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict
from reference.numpy import NumpyImplementation, NumpyModel, implementation

LENGTHS = {
    name: {**asdict(of), "gates": 4 * of.units, "rows of the model": of.rows}
    for name, of in {**EQUAL, **ONE}.items()
}
LETTER = {"validation rows": "rows", "validation steps": "steps"}
NEVER = {("units", "gates")}
"""Four times as many."""


def axes_of(argument):
    return [LETTER.get(axis, axis) for axis in AXES[argument]]


@pytest.mark.parametrize("argument", AXES)
def test_each_pair_of_axes_coincides_once_and_each_is_of_length_one_once(argument):
    for one, other in combinations(axes_of(argument), 2):
        if (one, other) not in NEVER:
            assert any(sizes[one] == sizes[other] for sizes in LENGTHS.values()), (one, other)
    for axis in set(axes_of(argument)) - {"gates"}:
        assert any(sizes[axis] == 1 for sizes in LENGTHS.values()), axis


def test_every_method_of_a_model_that_takes_an_array_is_asked():
    told = {name.split()[0] for name in METHODS}
    takes_none = {"get_weights", "get_states", "reset_states", "reset_rows", "save", "clone"}
    methods = {name for name in vars(Model) if not name.startswith("_")}
    assert told == methods - takes_none


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda one: one.name)
def test_no_other_shape_is_the_right_one(method):
    class Zeros:
        rng = np.random.default_rng(0)

        def array(self, *shape, scale):
            return np.zeros(shape)

    given = method.draw(Zeros())
    for argument in method.takes:
        shapes = [
            other.shape
            for kind in (one_off, broadcast)
            for _, other in kind(method, argument, given[argument])
        ]
        assert given[argument].shape not in shapes
        assert len(set(shapes)) == len(shapes) >= 2


@pytest.mark.parametrize("words", LAYOUTS)
def test_a_layout_keeps_the_values_and_changes_the_memory(words):
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    changed = LAYOUTS[words](array)
    assert np.array_equal(changed, array)
    in_order = changed.flags.c_contiguous and changed.flags.aligned and changed.dtype.isnative
    assert not in_order


class RefusesEmptyRows(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        if mask is not None and not mask.any(axis=1).all():
            raise ValueError("a length of zero")
        return super().call(x, mask, initial_state)


class EndsEmptyRowsInZero(NumpyModel):
    def call(self, x, mask=None, initial_state=None):
        outputs, states = super().call(x, mask, initial_state)
        if mask is not None:
            states = [tuple(part * mask.any(axis=1)[:, None] for part in pair) for pair in states]
        return CallResult(outputs, states)


@dataclass(frozen=True)
class WithPolicy(NumpyImplementation):
    empty_rows: str = "kept"


MODELS = {"kept": NumpyModel, "rejected": RefusesEmptyRows, "zero": EndsEmptyRowsInZero}


@pytest.mark.parametrize("declared", MODELS)
@pytest.mark.parametrize("does", MODELS)
def test_a_policy_for_empty_rows_is_what_is_judged(declared, does):
    subject = WithPolicy(empty_rows=declared, model_class=MODELS[does])
    (clause,) = select(["MASK-121"])
    judgement = judge(clause, subject, implementation)
    assert (judgement.verdict is Verdict.PASS) == (declared == does), judgement.diagnosis
