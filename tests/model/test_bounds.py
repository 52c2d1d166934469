"""A number that a field cannot have is refused where a model is described, by the field's name."""

import math
from dataclasses import replace

import pytest
from example_values import usual

from lstm_spec.model import LAYERS, LSTM, Bidirectional, ModelSpec
from lstm_spec.model.fields import described_fields

BOUNDED = [
    (kind, field)
    for kind in (*LAYERS, ModelSpec)
    for field in described_fields(kind)
    if field.at_least is not None
]


def outside(field):
    """Numbers below the bounds, at the upper one and beyond, and none at all."""
    yield field.at_least - 1
    yield math.nan
    yield math.inf
    yield "2"
    if field.below is not None:
        yield field.below
    if field.type is not float:
        yield field.at_least + 0.5


def described(kind, field, value):
    """A description in which that field has that value."""
    if kind is ModelSpec:
        return replace(ModelSpec((LSTM(4),), 3), **{field.name: value})
    return ModelSpec((replace(usual(kind, field.name), **{field.name: value}),), 3)


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
