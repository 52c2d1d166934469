"""A number that a field cannot have is refused where a model is described, by the field's name."""

import math
from dataclasses import replace

import pytest
from example_values import place, usual

from lstm_spec.model import (
    L1L2,
    LAYERS,
    LOSSES_WITH_OPTIONS,
    LSTM,
    OPTIMIZERS,
    RULES,
    SCHEDULES,
    SGD,
    Bidirectional,
    Dense,
    MaxNorm,
    MinMaxNorm,
    ModelSpec,
    PiecewiseConstant,
)
from lstm_spec.model.fields import described_fields

KINDS = (*LAYERS, *OPTIMIZERS, *LOSSES_WITH_OPTIONS, *RULES, *SCHEDULES, ModelSpec)
COMPARED = {(MinMaxNorm, "min_value"), (MinMaxNorm, "max_value")}
"""Compared with each other, before either is looked at by itself."""

BOUNDED = [
    (kind, field)
    for kind in KINDS
    for field in described_fields(kind)
    if field.at_least is not None and (kind, field.name) not in COMPARED
]


def outside(field):
    """Numbers below the bounds, at the upper one and beyond, and none at all."""
    yield field.at_least - 1
    yield math.nan
    yield math.inf
    yield "2"
    if field.below is not None:
        yield field.below
    if float not in field.kinds:
        yield field.at_least + 0.5


def described(kind, field, value):
    """A description in which that field has that value."""
    if kind is ModelSpec:
        return replace(ModelSpec((LSTM(4),), 3), **{field.name: value})
    part = replace(usual(kind, field.name), **{field.name: value})
    return ModelSpec((part,), 3) if kind in LAYERS else place(part, field.name)


@pytest.mark.parametrize(
    ("kind", "field"), BOUNDED, ids=lambda one: getattr(one, "name", None) or one.__name__
)
def test_a_number_outside_the_bounds_of_a_field_is_refused_by_its_name(kind, field):
    for value in outside(field):
        with pytest.raises(ValueError, match=rf"{kind.__name__}\.{field.name} must be a "):
            described(kind, field, value)
    assert described(kind, field, field.at_least)


def test_the_fields_of_an_lstm_that_hold_numbers_have_bounds():
    numbers = {one.name for one in described_fields(LSTM) if one.type in (int, float, int | None)}
    assert numbers == {field.name for kind, field in BOUNDED if kind is LSTM}


def test_a_layer_inside_another_is_looked_at_as_well():
    with pytest.raises(ValueError, match=r"LSTM\.dropout must be a number of at least 0 and below"):
        ModelSpec((Bidirectional(LSTM(4, dropout=1.0)),), 3)


PLAIN = [
    (kind, field)
    for kind in KINDS
    for field in described_fields(kind)
    if field.type is bool or (field.type is float and field.at_least is None)
]


@pytest.mark.parametrize(
    ("kind", "field"), PLAIN, ids=lambda one: getattr(one, "name", None) or one.__name__
)
def test_a_text_is_no_truth_value_and_no_number(kind, field):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\.{field.name} must be (a number|True)"):
        described(kind, field, "no")


WRONG_KINDS = {
    "a constraint as a penalty": (LSTM(4, kernel_regularizer=MaxNorm()), "kernel_regularizer"),
    "a penalty as a constraint": (LSTM(4, kernel_constraint=L1L2(0.5)), "kernel_constraint"),
    "a word as a penalty": (LSTM(4, bias_regularizer="l2"), "bias_regularizer"),
    "a layer of another kind": (Bidirectional(LSTM(4), backward_layer=Dense(4)), "backward_layer"),
}


@pytest.mark.parametrize(("layer", "field"), WRONG_KINDS.values(), ids=WRONG_KINDS)
def test_a_description_of_another_kind_is_refused_by_the_name_of_the_field(layer, field):
    with pytest.raises(ValueError, match=rf"\.{field} must be "):
        ModelSpec((layer,), 3)


@pytest.mark.parametrize("rate", ["fast", None, True, L1L2(0.5)], ids=str)
def test_a_learning_rate_is_a_number_or_a_schedule(rate):
    with pytest.raises(
        ValueError, match=r"SGD\.learning_rate must be a number of at least 0 or Exp"
    ):
        ModelSpec((LSTM(4),), 3, optimizer=SGD(rate))


def test_boundaries_that_do_not_increase_are_refused():
    with pytest.raises(ValueError, match="boundaries must increase"):
        PiecewiseConstant((3, 1), (0.1, 0.2, 0.3))


def test_the_norms_of_a_constraint_have_an_order_and_a_sign():
    with pytest.raises(ValueError, match="min_value must not exceed max_value"):
        MinMaxNorm(0.75, 0.5)
    with pytest.raises(ValueError, match=r"MinMaxNorm\.min_value must be a number of at least 0"):
        place(MinMaxNorm(-1.0, 0.5), "min_value")
