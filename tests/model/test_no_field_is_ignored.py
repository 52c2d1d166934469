"""A field at another value gives other numbers, those of the oracle, or it is ``Unsupported``.

Never those of the default: that is what an engine gives that computes as if it were absent.
"""

from functools import cache

import numpy as np
import pytest
from example_values import OTHERS, USUAL, WHOLE_MODELS, changes, other_values
from numbers_of import TOLERANCE, batch, difference, numbers_of

from lstm_spec.contract import Capability, Unsupported, build
from lstm_spec.lifting import lift
from lstm_spec.model import (
    LAYERS,
    LOSSES_WITH_OPTIONS,
    LSTM,
    OPTIMIZERS,
    RULES,
    SCHEDULES,
    Dense,
    ModelSpec,
)
from lstm_spec.model.fields import described_fields
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

DIVIDED_OUT = {f"{one.__name__}.loss_scale_factor" for one in OPTIMIZERS}
"""A factor of two to some power, which leaves every number as it is: TRAIN-544."""

ONLY_IN_TRAINING = {"Dropout.noise"}
"""Noise that is drawn in training alone. No training with it is specified, so it is refused."""

DRAWN = {"LSTM.dropout", "LSTM.recurrent_dropout", "LSTM.seed", "Dropout.rate"}
"""Masks are drawn in training, and not the same ones by two engines: what is compared is the rest.
CELL-200 and the clauses after it read the masks."""

NARROW, ROUNDED = "ModelSpec.precision", 0.05
"""What a model of sixteen bits may be off here: numbers of order one, a few roundoffs of 2^-8."""

LEFT_TO_THE_LIBRARY = {("keras", "ModelSpec.time_steps")}
"""The adapter passes it on; Keras 3.15 reads rows of any length whatever its ``Input`` says."""


ENOUGH = {"jax": 0.3, "lifted": 0.3, "per-gate": 0.98, "per-gate-float32": 0.98}
"""The share of the usual models that a subject must build, if that is not all of them."""


DEVIATES = {("keras", "ModelSpec.loss='binary_crossentropy'")}
"""Keras 3 on TensorFlow takes the softmax before this loss for a sigmoid: TRAIN-372."""


def oracle_of(name):
    return "scalar" if name == "numpy" else "numpy"


def needs(name):
    """Skip where the framework of a subject is not installed."""
    if name == "keras":
        pytest.importorskip("keras", reason="needs the extra keras")
    if name == "jax":
        pytest.importorskip("jax", reason="needs the extra jax")


def capabilities(name, change):
    """What is asked of a subject: it trains only where nothing else would show the field."""
    if change.where in DRAWN:
        return frozenset(SUBJECTS[name].capabilities) - {Capability.TRAIN, Capability.GRADIENTS}
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
    needs(name)
    can = capabilities(name, change)
    ours = numbers(name, change.changed, can)
    if ours is None:
        return
    theirs = numbers(oracle_of(name), change.changed, can)
    if (name, change.where) in LEFT_TO_THE_LIBRARY:
        assert difference(ours, numbers(name, change.usual, can)) == 0
        return
    if (name, str(change)) in DEVIATES:
        assert difference(ours, numbers(name, change.usual, can)) > 1e-3
        return
    if theirs is None:  # softmax inside an LSTM: there is no truth, but something must change
        assert difference(ours, numbers(name, change.usual, can)) > 1e-3
        return
    within = ROUNDED if change.where == NARROW else TOLERANCE[change.changed.dtype]
    assert difference(ours, theirs) < within


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_value_can_be_told_from_the_default_by_its_numbers(change):
    """Otherwise the test above would prove nothing."""
    if change.where in WITHIN_A_ROUNDING:
        assert TOLERANCE["float64"] < np.finfo("float32").eps / 10
        return
    can = capabilities("numpy", change)
    changed = numbers("numpy", change.changed, can)
    if change.where in DIVIDED_OUT:
        assert difference(changed, numbers("numpy", change.usual, can)) == 0
        return
    if change.where in ONLY_IN_TRAINING:
        assert difference(changed, numbers("numpy", change.usual, can)) == 0
        for oracle in (ORACLE, SUBJECTS["scalar"]):
            with pytest.raises(Unsupported, match="can be run, but not trained"):
                oracle.build(change.changed).train_on_batch(*batch(change.changed))
        return
    if change.where in DRAWN:
        assert difference(changed, numbers("numpy", change.usual, can)) == 0
        if change.where != "LSTM.seed":  # a seed is seen beside a rate: CELL-205
            can = frozenset(ORACLE.capabilities)
            trained = numbers("numpy", change.changed, can)
            assert difference(trained, numbers("numpy", change.usual, can)) > 1e-3
        return
    if changed is None:
        assert change.value == "softmax"
        return
    usual = numbers("numpy", change.usual, can)
    least = 1e-4 if change.where == NARROW else 10 * TOLERANCE["float32"]
    assert difference(changed, usual) > least


def on_the_short_way(change):
    """The network that the oracle trains in another way than it runs: an LSTM and a Dense layer."""
    part = change.changed.layers[-1]
    layers = (part, Dense(2)) if change.kind is LSTM else (LSTM(4), part)
    return ModelSpec(layers, 3, batch_size=2)


@pytest.mark.parametrize("change", [one for one in CHANGES if one.kind in (LSTM, Dense)], ids=str)
@pytest.mark.parametrize("name", ["numpy", "numpy-float32", "per-gate"])
def test_no_field_is_ignored_on_the_short_way_through_training(name, change):
    can = frozenset(SUBJECTS[name].capabilities)
    if change.where in DRAWN:
        can = capabilities(name, change)
    changed = on_the_short_way(change)
    ours, theirs = numbers(name, changed, can), numbers(oracle_of(name), changed, can)
    if ours is not None:
        assert difference(ours, theirs) < TOLERANCE[changed.dtype]


def test_there_is_a_value_for_every_field():
    kinds = (*LAYERS, *OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, ModelSpec)
    fields = [(kind, field) for kind in kinds for field in described_fields(kind)]
    without = [f"{kind.__name__}.{one.name}" for kind, one in fields if not other_values(kind, one)]
    assert without == [], "write a value into OTHERS of example_values.py"
    named = {(kind, one.name) for kind, one in fields}
    assert set(USUAL) <= {*LAYERS, *OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, *named}
    assert set(OTHERS) <= {(kind, one.name) for kind, one in fields}
    assert set(WHOLE_MODELS) <= {one.name for one in described_fields(ModelSpec)}


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "keras"])
def test_every_subject_takes_the_usual_value_of_most_fields(name):
    """None of them passes because it refuses everything."""
    needs(name)
    taken = [one for one in CHANGES if is_taken(SUBJECTS[name], one.usual)]
    assert len(taken) >= len(CHANGES) * ENOUGH.get(name, 1)


def is_taken(subject, spec):
    try:
        return build(subject, spec) is not None
    except Unsupported:
        return False


def test_the_counting_cell_has_no_other_arguments_than_an_lstm():
    with pytest.raises(TypeError, match="unheard_of"):
        counting_cell(unheard_of=0.5)
    with pytest.raises(Unsupported, match=r"LSTM.activation = 'unheard_of'"):
        counting_cell(activation="unheard_of")
