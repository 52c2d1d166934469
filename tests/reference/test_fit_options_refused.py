"""Options of fit, evaluate and predict that make no sense are refused before anything has moved."""

from dataclasses import fields
from inspect import signature

import numpy as np
import pytest

from lstm_spec.model import LSTM, ModelSpec
from lstm_spec.model.fit_options import LEAST
from lstm_spec.subjects.find import find
from reference.numpy.fitting import FitOptions
from reference.scalar.fitting import fit as scalar_fit

GIVEN = {"model", "x", "y", "batch_size", "shuffle", "validation_data", "sample_weight"}
GIVEN |= {"class_weight"}
"""What fit is given besides options: these have refusals of their own."""

SPEC = ModelSpec((LSTM(2),), 3)
X, Y = np.ones((4, 3, 3), np.float32), np.ones((4, 2), np.float32)


@pytest.fixture(params=["numpy", "scalar"])
def model(request):
    return find(request.param).build(SPEC)


def fit(model, **asked):
    given = {"batch_size": 2, "epochs": 2, "shuffle": False, "validation_data": (X, Y)}
    return model.fit(X, Y, **{**given, **asked})


@pytest.mark.parametrize("name", sorted(set(LEAST) - {"steps"}))
@pytest.mark.parametrize("change", ["below", "a fraction", "text"])
def test_fit_refuses_it_and_names_it(model, name, change):
    value = {"below": LEAST[name] - 1, "a fraction": 1.5, "text": "2"}[change]
    before = model.get_weights()
    with pytest.raises((ValueError, TypeError), match=f"{name} must be"):
        fit(model, **{name: value})
    np.testing.assert_equal(model.get_weights(), before)


@pytest.mark.parametrize("split", [-0.25, 1.0, 1.5, float("nan"), "half"])
def test_fit_refuses_a_share_that_is_none(model, split):
    with pytest.raises((ValueError, TypeError), match="validation_split must be"):
        fit(model, validation_split=split, validation_data=None)


def test_every_option_is_asked_about():
    named = {*LEAST, "validation_split", "reset_at"}
    assert {one.name for one in fields(FitOptions)} <= named
    assert set(signature(scalar_fit).parameters) - GIVEN <= named


@pytest.mark.parametrize("steps", [0, -1, 1.5])
def test_evaluate_and_predict_refuse_other_steps(model, steps):
    with pytest.raises((ValueError, TypeError), match="steps must be"):
        model.evaluate(X, Y, 2, steps=steps)
    with pytest.raises((ValueError, TypeError), match="steps must be"):
        model.predict(X, 2, steps=steps)


def test_the_smallest_that_makes_sense_is_taken(model):
    history = fit(model, **{name: least for name, least in LEAST.items() if name != "steps"})
    assert len(history["loss"]) == 1
