"""The clauses on defaults, held against made-up libraries that state right and wrong ones."""

from types import SimpleNamespace

import pytest

from lstm_spec.clauses import select
from lstm_spec.contract import Capability
from lstm_spec.run.judge import judge
from lstm_spec.verdicts import Verdict

OLD = {
    "recurrent_activation": "hard_sigmoid",
    "hard_sigmoid": "0.2 x + 0.5",
    "forget_bias": "True",
    "epsilon_of_adam": "1e-08",
    "fit_shuffles": "True",
    "one_hot_dtype": "float64",
}
LAST_OF_2 = {
    **OLD,
    "recurrent_activation": "sigmoid",
    "epsilon_of_adam": "1e-07",
    "one_hot_dtype": "float32",
}
THIRD = {**LAST_OF_2, "hard_sigmoid": "x / 6 + 0.5", "one_hot_dtype": "float64"}
CLAUSES = {
    "recurrent_activation": "CELL-90",
    "hard_sigmoid": "CELL-91",
    "forget_bias": "CELL-92",
    "epsilon_of_adam": "TRAIN-90",
    "fit_shuffles": "TRAIN-91",
    "one_hot_dtype": "DATA-95",
}
KERAS = [
    ("keras", "1.2.2", "tensorflow 1.0.1", OLD),
    ("keras", "2.0.2", "tensorflow 1.0.1", OLD),
    ("keras", "2.3.1", "theano 1.0.5", LAST_OF_2),
    ("tf.keras", "2.2.4", "tensorflow 2.1.4", LAST_OF_2),
    ("tf_keras", "2.21.0", "tensorflow 2.21.0", LAST_OF_2),
    ("keras", "3.15.1", "jax", THIRD),
]


def verdict(clause, name, version, backend, defaults):
    subject = SimpleNamespace(
        name=name,
        version=version,
        backend=backend,
        defaults=defaults,
        capabilities=frozenset([Capability.FORWARD, Capability.DEFAULTS]),
    )
    (found,) = select([clause])
    return judge(found, subject, subject).verdict


@pytest.mark.parametrize(("name", "version", "backend", "defaults"), KERAS)
@pytest.mark.parametrize("clause", CLAUSES.values())
def test_the_defaults_of_each_generation_hold(clause, name, version, backend, defaults):
    assert verdict(clause, name, version, backend, defaults) is Verdict.PASS


@pytest.mark.parametrize(("name", "version", "backend", "defaults"), KERAS)
@pytest.mark.parametrize("default", CLAUSES)
def test_another_default_is_noticed(default, name, version, backend, defaults):
    wrong = {**defaults, default: "another"}
    assert verdict(CLAUSES[default], name, version, backend, wrong) is Verdict.FAIL


@pytest.mark.parametrize("clause", CLAUSES.values())
def test_what_is_no_keras_cannot_be_asked(clause):
    assert verdict(clause, "numpy", "1.0", "", OLD) is Verdict.UNSUPPORTED


@pytest.mark.parametrize("clause", CLAUSES.values())
def test_an_adapter_that_says_nothing_cannot_be_asked(clause):
    assert verdict(clause, *KERAS[0][:3], {}) is Verdict.UNSUPPORTED
