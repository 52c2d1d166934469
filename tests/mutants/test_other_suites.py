"""The tests of other projects: conforming engines pass them, and they notice what they should."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lstm_spec.cli import app, load
from lstm_spec.mutants import Mutant, catalogue
from lstm_spec.selftest.other_suites import measuring, onnx_node_tests
from lstm_spec.selftest.other_suites.suite import Suite, notices, suites
from lstm_spec.site import other_suites_page
from lstm_spec.vectors import files
from reference.numpy import NumpyImplementation, implementation
from reference.numpy.lstm import LSTMLayer
from reference.scalar import implementation as scalar

load()

ROOT = Path(__file__).parents[2]
SUITES = suites()
BY_NAME = {one.name: one for one in SUITES}


def case(suite, name):
    return next(one for one in BY_NAME[suite].cases if one["id"] == name)


@pytest.mark.parametrize("suite", SUITES, ids=[one.name for one in SUITES])
def test_both_oracles_pass_every_test_at_its_own_tolerance(suite):
    assert suite.cases
    for engine in (implementation, scalar):
        assert [one["id"] for one in suite.cases if notices(engine, one)] == []


def test_at_least_eight_sets_are_here_with_their_sources():
    assert len(SUITES) >= 8
    for one in SUITES:
        assert one.address.startswith("https://"), one.name
        assert one.licence, one.name
        assert one.version, one.name


class Leaky(LSTMLayer):
    def next_cell(self, i, f, g, c):
        return super().next_cell(i, f, g, c) + 1e-2


LEAKY = NumpyImplementation(name="leaky", lstm_class=Leaky)


def test_a_wrong_number_is_noticed_where_numbers_are_compared():
    quiet = {"PyTorch", "Keras 2 and tf.keras"}
    noticed = measuring.noticed_by(LEAKY, SUITES)
    assert {one.name for one in SUITES} - set(noticed) <= quiet


def test_a_number_that_no_test_looks_at_may_be_anything():
    looked_at = copy.deepcopy(dict(case("TensorFlow Lite Micro", "TestUnidirectionalLSTMFloat")))
    outputs = looked_at["operations"][0]["expect"]["outputs"]
    assert outputs[1][2][0] is None
    assert not notices(implementation, looked_at)
    outputs[1][2][0] = 0.75
    assert notices(implementation, looked_at)


@pytest.mark.parametrize("changed", ["atol", "rtol"])
def test_the_tolerance_of_a_test_decides(changed):
    narrow = dict(case("Keras 3", "test_correctness, forward")) | {"atol": 0.0, "rtol": 0.0}
    assert notices(implementation, narrow), "the numbers are rounded to eight digits"
    assert not notices(implementation, narrow | {changed: 1e-5})


def test_a_wrong_derivative_is_noticed_and_a_wrong_equation_is_not():
    pytorch = BY_NAME["PyTorch"]
    wrong = next(
        one
        for one in catalogue().mutants
        if one.name == "gradient_of_the_forget_gate_has_the_wrong_sign"
    )
    assert measuring.noticed_by(wrong.make(), [pytorch]) == ["PyTorch"]
    assert measuring.noticed_by(LEAKY, [pytorch]) == []


@pytest.mark.parametrize(
    "name", ["reset_states_does_nothing", "h_and_c_are_swapped_when_they_are_carried"]
)
def test_equal_outputs_after_a_reset_are_all_that_the_test_of_keras_2_asks(name):
    wrong = next(one for one in catalogue().mutants if one.name == name)
    noticed = measuring.noticed_by(wrong.make(), [BY_NAME["Keras 2 and tf.keras"]])
    assert bool(noticed) == (name == "reset_states_does_nothing")


def test_a_test_that_is_not_supported_notices_nothing():
    class Forward:
        name, capabilities = "forward", frozenset()

    assert not notices(Forward(), case("ONNX", "test_lstm_defaults"))


def test_the_node_tests_of_onnx_are_those_of_the_package():
    onnx = pytest.importorskip("onnx", reason="needs the extra vectors: pip install onnx")
    kept = json.loads(onnx_node_tests.FILE.read_text("utf-8"))
    if kept["version"] != f"onnx {onnx.__version__}":
        pytest.skip(f"the data are of {kept['version']}, installed is {onnx.__version__}")
    with np.errstate(all="ignore"):
        assert kept == files.plain(onnx_node_tests.suite())


def test_equivalent_mutants_are_left_out():
    planted = [
        Mutant("leaky", "It leaks.", "gates", LEAKY),
        Mutant("same", "Nothing.", "gates", LEAKY, equivalent="nothing changes"),
    ]
    (one,) = measuring.planted(planted, [BY_NAME["Keras 3"]])
    assert one == {"name": "leaky", "stage": "gates", "noticed_by": ["Keras 3"]}


def test_the_page_counts_what_was_measured():
    suite = Suite("One", "its tests", "https://example.org", "1", "MIT", "All.", "", False, ({},))
    ours = {
        "kinds": [
            {"name": "inference", "smallest": [{"notices": ["seen", "unseen"]}]},
            {"name": "stateful", "smallest": [{"notices": ["seen", "unseen", "carried"]}]},
        ]
    }
    mistakes = [
        {"name": "seen", "stage": "gates", "noticed_by": ["One"]},
        {"name": "unseen", "stage": "gates", "noticed_by": []},
        {"name": "carried", "stage": "carry", "noticed_by": []},
        {"name": "in memory", "stage": "arrays", "noticed_by": []},
    ]
    page = other_suites_page.page(measuring.as_data([suite], mistakes, [], ours, "measured", 0))
    assert "3 of the 4 planted mistakes show in numbers" in page
    assert "| One | 1 | 1 | 0 |" in page
    assert "| lstm-spec |  | 2 | 1 |" in page
    assert "2 of the 3 mistakes are noticed by none of the other sets" in page
    assert "- gates: `unseen`" in page


def test_a_measurement_is_of_mutants_that_there_are():
    data = other_suites_page.read(ROOT)
    known = {one.name for one in catalogue().mutants}
    measured = {one["name"] for one in data["planted"]}
    again = f"measure again: {data['command']}"
    assert measured <= known, again
    assert len(measured) > 0.9 * len(known), again


def test_the_command_refuses_to_go_on_when_the_oracle_fails(monkeypatch):
    from lstm_spec.cli import beside

    monkeypatch.setattr(beside, "find", lambda name: LEAKY)
    ended = CliRunner().invoke(app, ["selftest", "--other-suites"])
    assert ended.exit_code == 1
    assert "does not pass Keras 3: test_correctness, forward" in " ".join(ended.output.split())
