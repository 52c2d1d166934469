"""``lstm-spec model FILE --on NAME`` with engines of this process: what is compared, what is said.

The engines are those of the catalogue of mutants, so the diagnosis is known beforehand.
"""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.formats import Request
from lstm_spec.meaning import open_model
from lstm_spec.model import LSTM
from lstm_spec.saved_models.engines import conventions, rebuilding, rebuilt_model
from lstm_spec.saved_models.engines.findings import Computed, EngineFindings
from lstm_spec.saved_models.engines.in_short import in_short
from lstm_spec.saved_models.engines.judging import judge
from lstm_spec.saved_models.engines.names import engine, kerases, named
from lstm_spec.saved_models.engines.truth import Truth
from lstm_spec.saved_models.examination import examine, run
from lstm_spec.saved_models.inputs import drawn, from_file
from lstm_spec.saved_models.sentences import sentences
from lstm_spec.subjects.find import NoSuchSubject, find
from reference.saved_models.fixtures import unpack

ORACLE = find("numpy")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every file that Keras 2.2 has written, by name."""
    folder = tmp_path_factory.mktemp("fixtures")
    return {one.name: one.files[0] for one in unpack("keras-2.2", folder)}


@pytest.fixture(scope="module")
def truths(files):
    """The truth about a file, read once."""
    known = {}

    def truth(name):
        if name not in known:
            saved = open_model(Request(files[name]))
            known[name] = Truth(examine(saved, drawn(saved)), None, ORACLE)
        return known[name]

    return truth


def judged(name, truth):
    """What is found about the engine of that name."""
    return judge(engine(name), truth, lambda line: None)


def test_an_engine_that_computes_the_same_agrees(truths):
    found = judged("scalar", truths("functional"))
    assert found.verdict == "agrees"
    assert found.loads is None
    assert [one.how for one in found.computed] == ["rebuilt"]
    assert {one.agrees for one in found.carried} == {True}
    titles = {one.title for one in found.carried}
    assert {"one row at a time", "in two pieces, the state carried"} <= titles


PLANTED = {
    "hard_sigmoid_of_keras_2_is_that_of_keras_3": (
        "functional",
        "its hard_sigmoid is x / 6 + 0.5 (Keras 3) where the file means 0.2 x + 0.5",
    ),
    "bias_is_left_out": ("functional", "it leaves the bias of the LSTM out"),
    "bias_is_added_twice": ("functional", "it adds the bias of the LSTM twice"),
    "recurrent_kernel_is_transposed": ("functional", "its recurrent kernel is transposed"),
    "gates_lie_in_the_order_i_c_f_o": (
        "functional",
        "it reads the gates in the order i, c, f, o (the arrays of Keras 1)",
    ),
    "gates_lie_in_the_order_i_o_f_c": ("sigmoid", "it reads the gates in the order i, o, f, c"),
    "go_backwards_is_ignored": ("go_backwards", "it reads the steps in the other direction"),
}
"""Planted mistakes by name: a file that shows them, and how they are named."""


@pytest.mark.parametrize("mutant", PLANTED)
def test_a_planted_mistake_is_named_with_the_first_layer_step_and_unit(mutant, truths):
    name, sentence = PLANTED[mutant]
    found = judged(f"reference.mutants:{mutant}", truths(name))
    assert found.verdict == "deviates"
    (computed,) = found.computed
    assert computed.diagnosis.startswith(sentence)
    first = truths(name).places[0].row
    assert computed.divergence.layer == first.name
    assert computed.differences[0].layer == first.name
    assert max(computed.differences[0].per_step) > computed.differences[0].tolerance


def test_a_mistake_that_no_convention_explains_is_not_guessed(truths):
    found = judged("reference.mutants:input_gate_uses_the_forget_gate_s_bias", truths("functional"))
    assert found.verdict == "deviates"
    assert found.computed[0].diagnosis == ""
    assert "no known convention gives these numbers" in list(sentences(found))


def test_a_state_that_is_not_carried_deviates_though_whole_rows_agree(truths):
    found = judged("reference.mutants:initial_state_is_ignored", truths("sigmoid"))
    assert [one.agrees for one in found.computed] == [True]
    wrong = {one.title for one in found.carried if one.agrees is False}
    assert wrong == {"in two pieces, the state carried", "one step at a time, the state carried"}
    assert found.verdict == "deviates"
    said = {one.sentence for one in found.carried if one.agrees is False}
    assert all("call 2: " in one and "starts from zero in each call" in one for one in said)


def test_an_engine_that_computes_in_a_shorter_type_is_told_of_its_size_only(truths):
    examined = truths("functional").examined
    saved = examined.saved
    x = np.asarray(examined.data.of_specification(saved), np.float64)
    short = conventions.shortened(x, 8)
    weights = [conventions.shortened(one, 8) for one in saved.weights]
    outputs = run(conventions.engine(saved, ORACLE, weights), saved, short)
    apart = np.abs(outputs - examined.outputs).max()
    assert "in bfloat16" in conventions.coarser(examined, 2 * apart, ORACLE)
    assert "in float16" in conventions.coarser(examined, apart / 16, ORACLE)
    assert conventions.coarser(examined, 1.0, ORACLE) == ""


def test_an_engine_without_the_layer_is_not_supported(truths):
    found = judged("keras", truths("conv_same"))
    (rebuilt,) = [one for one in found.computed if one.how == "rebuilt"]
    assert "Conv1D" in rebuilt.not_asked
    assert not rebuilt.judged


@pytest.mark.parametrize("name", ["functional", "bidirectional_concat", "masking", "trained"])
def test_every_convention_that_changes_the_numbers_is_told_from_the_right_one(name, truths):
    """Each other reading, run as an engine, is named; the right reading never is."""
    truth = truths(name)
    examined = truth.examined
    assert conventions.diagnose(examined, examined.outputs, ORACLE) == ""
    x = np.asarray(examined.data.of_specification(examined.saved), np.float64)
    named_rightly = 0
    for one in conventions.conventions(examined):
        part = replace(examined.saved, spec=one.spec, weights=one.weights)
        try:
            outputs = run(conventions.engine(part, ORACLE, one.weights), part, x)
        except ValueError:
            continue
        if np.abs(outputs - examined.outputs).max() > 8 * examined.tolerance:
            assert one.sentence in conventions.diagnose(examined, outputs, ORACLE)
            named_rightly += 1
    assert named_rightly >= 8


def test_what_does_nothing_outside_training_is_left_out_of_the_rebuilt_model(truths):
    saved = truths("dropout_layers").examined.saved
    plain = rebuilding.plain(saved.spec)
    assert {type(layer).__name__ for layer in plain.layers} <= {"LSTM", "Dense"}
    assert plain.weight_shapes == saved.spec.weight_shapes
    assert all(cell.dropout == 0 for cell in plain.layers if isinstance(cell, LSTM))
    x = np.asarray(truths("dropout_layers").examined.data.of_specification(saved), np.float64)
    part = replace(saved, spec=plain)
    outputs = run(conventions.engine(part, ORACLE, saved.weights), part, x)
    assert np.array_equal(outputs, truths("dropout_layers").examined.outputs)


def test_names_are_looked_up_before_anything_is_run():
    with pytest.raises(NoSuchSubject, match=r"keras-2\.3"):
        engine("keras-2.33")
    found = named(["numpy, scalar", "numpy"], command="./engine --fast")
    assert [one.name for one in found] == ["numpy", "scalar", "./engine --fast"]
    assert engine("keras").loader == engine("keras-3-tensorflow").loader
    assert engine("numpy").loader is None
    assert {"keras-1.2", "tf-keras-2.15", "keras-3-tensorflow"} <= set(kerases())
    assert all(engine(one).loader for one in kerases())


def test_neighbours_with_the_same_outcome_share_a_sentence():
    right = Computed("rebuilt", 0.0, 1.0, 1.0)
    wrong = Computed("rebuilt", 2.0, 1.0, 1.0, diagnosis="it adds the bias of the LSTM twice")
    found = [
        EngineFindings("keras-2.1", computed=(right,)),
        EngineFindings("keras-2.2", computed=(right,)),
        EngineFindings("keras-2.3", computed=(wrong,)),
        EngineFindings("keras-3.0", lost="it crashed"),
    ]
    assert list(in_short(found)) == [
        "keras-2.1 to keras-2.2: works",
        "keras-2.3: computes something else (rebuilt): it adds the bias of the LSTM twice",
        "keras-3.0: could not be used (it crashed)",
    ]


def test_a_random_model_is_not_called_wrong():
    random = Computed("loaded", 2.0, 1.0, 1.0, random=True)
    right = Computed("rebuilt", 0.0, 1.0, 1.0)
    found = EngineFindings("keras-2.3", computed=(random, right))
    assert found.verdict == "agrees"
    assert any("random on purpose" in one for one in sentences(found))


@pytest.fixture
def with_targets(files, tmp_path):
    """The truth about a file on rows and targets of the user's own."""

    def truth(name, targets):
        saved = open_model(Request(files[name]))
        rng = np.random.default_rng(3)
        x = rng.normal(size=(4, 5, 3)).astype("float32")
        np.savez(tmp_path / "data.npz", x=x, y=targets)
        return Truth(examine(saved, from_file(tmp_path / "data.npz", saved)), None, ORACLE)

    return truth


def test_targets_of_ones_own_bring_updates_in_lockstep(with_targets):
    truth = with_targets("trained_classifier", np.eye(3)[[0, 2, 1, 1]])
    trained = judged("scalar", truth).carried[-1]
    assert trained.title == "3 updates in lockstep on your targets (categorical_crossentropy, SGD)"
    assert trained.agrees
    numbers = with_targets("sigmoid", np.ones((4, 2)))
    assert "(mse, SGD)" in judged("scalar", numbers).carried[-1].title


def test_updates_that_are_wrong_deviate(with_targets):
    truth = with_targets("sigmoid", np.ones((4, 2)))
    found = judged("reference.mutants:gradient_of_the_bias_is_halved", truth)
    assert [one.agrees for one in found.computed] == [True]
    assert found.carried[-1].agrees is False
    assert found.carried[-1].sentence.startswith("update 1: bias differs by")
    assert found.verdict == "deviates"


def test_what_an_engine_raises_is_its_own_answer_and_no_mistake_of_ours(truths, monkeypatch):
    implementation = find("scalar")

    class Raising:
        def call(self, x, mask=None, initial_state=None):
            raise ZeroDivisionError("in the engine")

        predict = call

    monkeypatch.setattr(rebuilding, "rebuilt", lambda *words, **named: Raising())
    found = rebuilt_model.of_rebuilt(implementation, truths("sigmoid"))
    assert found.error == "ZeroDivisionError: in the engine"
    assert not found.agrees
