"""A field at another value gives other numbers, those of the oracle, or it is ``Unsupported``.

Never those of the default: that is what an engine gives that computes as if it were absent.
"""

from functools import cache

import numpy as np
import pytest
from example_values import OTHERS, USUAL, WHOLE_MODELS, changes, other_values
from numbers_of import TOLERANCE, difference, numbers_of

from lstm_spec.contract import Capability, Unsupported, build, maps_of, refuse_unmapped
from lstm_spec.lifting import lift
from lstm_spec.model import LAYERS, OPTIMIZERS, SPECIFICATION_0_1, ModelSpec
from lstm_spec.model.fields import described_fields
from lstm_spec.model.training import without_derivative
from reference import jax, keras3, per_gate, scalar
from reference import numpy as reference_numpy
from reference.counting_cell import counting_cell


def plain_lstm(x, weights, state):
    """An engine as a user would lift it."""
    kernel, recurrent, bias = weights
    (h, c), outputs, units = state, [], len(recurrent)
    for step in x.swapaxes(0, 1):
        z = step @ kernel + h @ recurrent + bias
        i, f, g, o = (z[:, k * units : (k + 1) * units] for k in range(4))
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        outputs.append(h)
    return np.stack(outputs, axis=1), (h, c)


ORACLE = reference_numpy.implementation
SUBJECTS = {
    one.name: one
    for one in (
        ORACLE,
        reference_numpy.implementation_float32,
        scalar.implementation,
        per_gate.implementation,
        per_gate.implementation_float32,
        jax.implementation,
        keras3.implementation,
        lift(plain_lstm, name="lifted"),
    )
}
CHANGES = changes()
WITHIN_A_ROUNDING = {"ModelSpec.dtype"}
"""The oracle computes in float64 whatever it is asked for, so its numbers differ by a rounding."""

IN_TRAINING = {"LSTM.dropout", "LSTM.recurrent_dropout", "Dropout.rate", "Dropout.noise"}
"""What does nothing outside training, and cannot be trained: no numbers show it."""

BETWEEN_MINUS_ONE_AND_ONE = "hard_tanh"
"""There it is linear, and the numbers of a Dense layer behind an LSTM rarely leave that."""

LEFT_TO_THE_LIBRARY = {("keras", "ModelSpec.time_steps")}
"""The adapter passes it on; Keras 3.15 reads rows of any length whatever its ``Input`` says."""


def oracle_of(name):
    return "scalar" if name == "numpy" else "numpy"


def capabilities(name, change):
    """What is asked of a subject: it trains only where nothing else would show the field."""
    return frozenset(SUBJECTS[name].capabilities) - (
        frozenset() if change.learns else {Capability.TRAIN}
    )


@cache
def numbers(name, spec, capabilities):
    try:
        return numbers_of(SUBJECTS[name], spec, capabilities)
    except Unsupported:
        return None


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("name", SUBJECTS)
def test_another_value_gives_the_numbers_of_the_oracle_or_is_unsupported(name, change):
    if name == "keras":
        pytest.importorskip("keras", reason="needs the extra keras")
    can = capabilities(name, change)
    ours = numbers(name, change.changed, can)
    if ours is None:
        return
    theirs = numbers(oracle_of(name), change.changed, can)
    if (name, change.where) in LEFT_TO_THE_LIBRARY:
        assert difference(ours, numbers(name, change.usual, can)) == 0
        return
    if theirs is None:  # softmax inside an LSTM: there is no truth, but something must change
        assert difference(ours, numbers(name, change.usual, can)) > 1e-3
        return
    assert difference(ours, theirs) < TOLERANCE[change.changed.dtype]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_value_can_be_told_from_the_default_by_its_numbers(change):
    """Otherwise the test above would prove nothing."""
    if change.where in WITHIN_A_ROUNDING:
        assert TOLERANCE["float64"] < np.finfo("float32").eps / 10
        return
    can = capabilities("numpy", change)
    changed = numbers("numpy", change.changed, can)
    if changed is None:
        assert change.value == "softmax"
        return
    usual = numbers("numpy", change.usual, can)
    if change.where in IN_TRAINING:
        assert without_derivative(change.changed)
        assert difference(changed, usual) == 0
        return
    if change.value == BETWEEN_MINUS_ONE_AND_ONE and difference(changed, usual) == 0:
        assert np.abs(usual["first call: outputs"]).max() < 1
        return
    assert difference(changed, usual) > 10 * TOLERANCE["float32"]


def test_there_is_a_value_for_every_field():
    kinds = (*LAYERS, *OPTIMIZERS, ModelSpec)
    fields = [(kind, field) for kind in kinds for field in described_fields(kind)]
    without = [f"{kind.__name__}.{one.name}" for kind, one in fields if not other_values(kind, one)]
    assert without == [], "write a value into OTHERS of example_values.py"
    assert set(USUAL) <= {*LAYERS, *OPTIMIZERS}
    assert set(OTHERS) <= {(kind, one.name) for kind, one in fields}
    assert set(WHOLE_MODELS) <= {one.name for one in described_fields(ModelSpec)}


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "keras"])
def test_every_subject_takes_the_usual_value_of_most_fields(name):
    """None of them passes because it refuses everything."""
    everything = maps_of(SUBJECTS[name]).keys() >= {one.__name__ for one in LAYERS}
    asked = [one for one in CHANGES if everything or is_of_specification_0_1(one.usual)]
    taken = [one for one in asked if is_taken(SUBJECTS[name], one.usual)]
    assert len(taken) == len(asked) or (name == "lifted" and len(taken) > len(asked) / 3)


def is_of_specification_0_1(spec):
    try:
        refuse_unmapped(spec, SPECIFICATION_0_1, "specification 0.1")
    except Unsupported:
        return False
    return True


def is_taken(subject, spec):
    try:
        return build(subject, spec) is not None
    except Unsupported:
        return False


def test_the_counting_cell_has_no_other_arguments_than_an_lstm():
    with pytest.raises(TypeError, match="zoneout"):
        counting_cell(zoneout=0.5)
    with pytest.raises(Unsupported, match=r"LSTM.activation = 'snake'"):
        counting_cell(activation="snake")
