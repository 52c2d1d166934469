"""Nothing is named for engines that are right, and no experiment hides an exception."""

import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.diagnosis import diagnose, experiments
from reference import per_gate
from reference.numpy import implementation as numpy
from reference.numpy import implementation_float32 as numpy_float32
from reference.scalar import implementation as scalar

ENGINES = [
    numpy,
    numpy_float32,
    scalar,
    per_gate.implementation,
    per_gate.implementation_float32,
]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda one: one.name)
@pytest.mark.parametrize("experiment", experiments(), ids=lambda one: one.name)
def test_an_experiment_finds_nothing_and_raises_nothing(experiment, engine):
    if experiment.needs <= set(engine.capabilities):
        for seed in range(3):
            assert experiment.run(engine, numpy, Trial(experiment.name, seed)) == []


@pytest.mark.parametrize("engine", ENGINES, ids=lambda one: one.name)
@pytest.mark.parametrize("seed", range(10, 15))
def test_the_diagnosis_is_empty(engine, seed):
    assert diagnose(engine, numpy, seed) == []


def test_an_engine_that_cannot_do_much_is_asked_little():
    class OnlyForward:
        name, version = "only forward", "0"
        capabilities = frozenset({"forward"})

        def build(self, model):
            if model.stateful or len(model.layers) > 1:
                raise AssertionError("it was asked for more than it declares")
            return numpy.build(model)

    assert diagnose(OnlyForward(), numpy) == []
