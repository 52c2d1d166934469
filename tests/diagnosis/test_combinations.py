"""Several conventions departed from at once are found, and named together."""

import numpy as np
import pytest

from lstm_spec.diagnosis import diagnose
from lstm_spec.diagnosis.conventions import ORDERS, Convention
from lstm_spec.lifting import lift
from reference.numpy import implementation as oracle

CONVERTED = [
    Convention("iofc", biases=2.0),
    Convention("icfo", forget_bias=1.0, transposed=True),
    Convention("fico", gates="hard_sigmoid_keras2", backwards=True),
    Convention("ifoc", swapped=True, biases=0.0),
    Convention("cifo", batch_is_time=True),
    Convention("ofic", gates="hard_sigmoid_keras3", transposed=True, ignored=True),
]


def engine(convention):
    def run(x, weights, state):
        wide = [np.asarray(weight, np.float64) for weight in weights]
        outputs, final = convention.outputs(wide, x, tuple(np.asarray(a, float) for a in state))
        return outputs, final

    return lift(run, name="converted")


@pytest.mark.parametrize(
    "convention", CONVERTED, ids=lambda one: "-".join(one.differences()).replace(" ", "_")[:60]
)
def test_all_departures_of_a_converted_model_are_told(convention):
    (found,) = diagnose(engine(convention), oracle)[:1]
    for words in convention.differences():
        assert words in found.sentence


def test_there_are_24_orders():
    assert len(ORDERS) == len(set(ORDERS)) == 24


def test_an_engine_that_computes_something_else_is_given_no_name():
    def run(x, weights, state):
        return np.sin(x.sum(axis=-1, keepdims=True)) * np.ones(state[0].shape[1]), state

    assert diagnose(lift(run, name="something else"), oracle) == []
