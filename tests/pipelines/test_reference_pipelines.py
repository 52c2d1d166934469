"""The modules for learners train exactly what is declared, and print their demonstrations."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from lstm_spec.pipelines import PIPELINES, find
from lstm_spec.pipelines.lockstep import WEIGHTS
from lstm_spec.pipelines.training import train
from reference.numpy import implementation

TWINS = {"moving-average:twin=stateless": {"stateful": False}, "moving-average": {}}
FIFTY = {
    "alphabet-stateful:units=50": {"units": 50},
    "alphabet-left-padded:units=50": {"units": 50},
}
VARIANTS = {**{name: {} for name in PIPELINES}, **TWINS, **FIFTY}


def module_of(name):
    return import_module(f"reference.pipelines.{name.partition(':')[0].replace('-', '_')}")


@pytest.mark.parametrize("name", VARIANTS)
def test_a_module_trains_the_declared_pipeline(name):
    epochs = 1 if "variable" in name else 2
    declared = train(find(name), implementation, seed=0, epochs=epochs).model
    read = module_of(name).train(epochs=epochs, **VARIANTS[name])
    for got, expected in zip(read.get_weights(), declared.get_weights(), strict=True):
        np.testing.assert_allclose(got, expected, atol=WEIGHTS)


@pytest.mark.parametrize("name", [name for name in PIPELINES if name != "moving-average"])
def test_a_module_prints_its_demonstration(name, capsys):
    module = module_of(name)
    module.demonstrate(module.train(epochs=1))
    printed = capsys.readouterr().out
    assert ("Expected:" if name.startswith("echo") else " -> ") in printed


def test_the_moving_average_prints_its_error(capsys):
    module = module_of("moving-average")
    module.demonstrate(module.train(epochs=1), "with memory")
    assert capsys.readouterr().out.startswith("with memory: RMSE 0.0")


def test_every_pipeline_has_a_module_that_stands_alone():
    for name in PIPELINES:
        module = module_of(name)
        assert "lstm_spec.pipelines import" not in Path(module.__file__).read_text(), name
        assert len(module.__doc__) > 200
