"""What the NumPy oracle does around the equations: dtypes, epochs, shuffling, saving, planting."""

import numpy as np
import pytest
from oracle_models import MODELS, OPTIMIZERS, ROWS, batch

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Implementation, Model
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import NumpyImplementation, NumpyModel, implementation_float32
from reference.numpy import implementation as oracle
from reference.numpy.lstm import LSTMLayer
from reference.scalar import implementation as scalar

CLASSES = ModelSpec(
    (LSTM(4), Dense(6, "softmax")), 3, loss="categorical_crossentropy", optimizer=Adam(0.05)
)
engines = pytest.mark.parametrize("engine", [oracle, scalar], ids=["numpy", "scalar"])


@engines
def test_it_offers_the_whole_contract(engine):
    assert isinstance(engine, Implementation)
    assert engine.capabilities == frozenset(Capability) - {Capability.DEFAULTS}
    assert isinstance(engine.build(CLASSES), Model)


@engines
def test_it_computes_and_answers_in_float64_whatever_the_description_says(engine):
    trial = Trial("dtype")
    model = trial.model(engine, CLASSES, trial.weights(CLASSES))
    x, y = batch(trial, CLASSES)
    outputs, [(h, c)] = model.call(x.astype(np.float32))
    gradients = model.gradients(x, y)
    arrays = [outputs, h, c, gradients.x, *gradients.weights, *model.get_weights()]
    assert {array.dtype for array in arrays} == {np.dtype(np.float64)}


@pytest.mark.parametrize("spec", MODELS.values(), ids=MODELS)
def test_the_float32_engine_stays_in_float32_and_near_the_oracle(spec):
    spec = ModelSpec(
        spec.layers, spec.features, spec.batch_size, loss=spec.loss, optimizer=spec.optimizer
    )
    trial = Trial("float32")
    ours, theirs = trial.twins(implementation_float32, oracle, spec)
    x, y = batch(trial, spec)
    got, expected = ours.call(x), theirs.call(x)
    trial.assert_close(got.outputs, expected.outputs, "outputs")
    trial.assert_states_close(got.states, expected.states)
    ours.reset_states()
    theirs.reset_states()
    slopes, wanted = ours.gradients(x, y), theirs.gradients(x, y)
    for mine, other in zip(slopes.weights, wanted.weights, strict=True):
        trial.assert_close(mine, other, "gradient", tolerances.GRADIENT)
    ours.train_on_batch(x, y)
    arrays = [got.outputs, slopes.x, *slopes.weights, *ours.get_weights()]
    arrays += [part for pair in [*got.states, *ours.get_states()] for part in pair]
    arrays += [step.c for layer in ours.layers for step in getattr(layer, "trace", ([],))[0]]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


@engines
def test_epoch_figures_are_means_over_rows_each_batch_before_its_update(engine):
    trial = Trial("epoch")
    model, by_hand = (
        trial.model(engine, CLASSES, weights) for weights in [trial.weights(CLASSES)] * 2
    )
    x, y = batch(trial, CLASSES, rows=5)
    history = model.fit(x, y, batch_size=2, epochs=2, shuffle=False)
    for epoch in range(2):
        figures = [by_hand.train_on_batch(x[k : k + 2], y[k : k + 2]) for k in (0, 2, 4)]
        for name in ("loss", "accuracy"):
            first, second, third = (figure[name] for figure in figures)
            assert history[name][epoch] == pytest.approx((2 * first + 2 * second + third) / 5)


@engines
def test_shuffling_takes_every_row_once_in_an_order_that_changes(engine):
    trial = Trial("shuffle")
    model = engine.build(ModelSpec((LSTM(1),), 1))
    orders = []
    seen = []
    step = "train_step" if engine is oracle else "train_batch"
    original = getattr(model, step)

    def watching(x, y):
        seen.append(float(np.ravel(x)[0]))
        return original(x, y)

    setattr(model, step, watching)
    x = np.arange(8.0).reshape(8, 1, 1)
    for shuffle in (True, True, False):
        seen.clear()
        model.fit(x, trial.array(8, 1), batch_size=1, epochs=1, shuffle=shuffle)
        orders.append(list(seen))
    assert [sorted(order) for order in orders] == [list(range(8))] * 3
    assert orders[0] != orders[1]
    assert orders[0] != orders[2] == list(range(8))


@engines
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_loaded_model_trains_on_as_if_nothing_had_happened(engine, optimizer, tmp_path):
    spec = ModelSpec(
        (LSTM(4, stateful=True, return_sequences=True), Dense(2)), 3, ROWS, optimizer=optimizer
    )
    trial = Trial("save")
    model = trial.model(engine, spec, trial.weights(spec))
    model.train_on_batch(*batch(trial, spec))
    model.save(tmp_path / "model.v1")
    loaded = engine.load(tmp_path / "model.v1")
    assert not any(part.any() for pair in loaded.get_states() for part in pair)
    model.reset_states()
    for _ in range(2):
        x, y = batch(trial, spec)
        assert loaded.train_on_batch(x, y) == model.train_on_batch(x, y)
    for mine, other in zip(loaded.get_weights(), model.get_weights(), strict=True):
        trial.assert_equal(mine, other, "weights")


@engines
def test_a_clone_has_weights_and_states_of_its_own(engine):
    spec = MODELS["stateful"]
    trial = Trial("clone")
    model = trial.model(engine, spec, trial.weights(spec))
    x, y = batch(trial, spec)
    model.call(x)
    weights, states = model.get_weights(), model.get_states()
    twin = model.clone()
    assert not any(part.any() for pair in twin.get_states() for part in pair)
    twin.train_on_batch(x, y)
    for mine, before, other in zip(model.get_weights(), weights, twin.get_weights(), strict=True):
        trial.assert_equal(mine, before, "weights")
        assert (other != before).any()
    trial.assert_states_close(model.get_states(), states, tolerance=0.0)


@engines
def test_arrays_that_went_in_or_came_out_are_not_shared(engine):
    spec = MODELS["one of two stateful"]
    trial = Trial("sharing")
    model = trial.model(engine, spec, trial.weights(spec))
    x, y = batch(trial, spec)
    weights = [weight.astype(np.float64) for weight in trial.weights(spec)]
    given = [
        pair
        for pair, layer in zip(trial.states(spec, ROWS), spec.recurrent_layers, strict=True)
        if layer.stateful
    ]
    given = [(h.astype(np.float64), c.astype(np.float64)) for h, c in given]
    model.set_weights(weights)
    model.set_states(given)
    before = model.clone()
    before.set_states(given)
    lent = [*weights, *(part for pair in given for part in pair)]
    lent += [*model.get_weights(), *(part for pair in model.get_states() for part in pair)]
    for array in lent:
        array += 1
    got, expected = model.call(x), before.call(x)
    trial.assert_equal(got.outputs, expected.outputs, "outputs")
    for array in [got.outputs, *(part for pair in got.states for part in pair)]:
        array += 1
    for array in model.gradients(x, y).weights:
        array += 1
    before.gradients(x, y)
    trial.assert_equal(model.call(x).outputs, before.call(x).outputs, "outputs of the third batch")


def test_two_models_of_one_implementation_start_alike_and_shuffle_alike():
    trial = Trial("seed")
    x, y = batch(trial, CLASSES, rows=6)
    one, two = oracle.build(CLASSES), oracle.build(CLASSES)
    other = NumpyImplementation(seed=1).build(CLASSES)
    how = {"batch_size": 2, "epochs": 3, "shuffle": True}
    assert one.fit(x, y, **how) == two.fit(x, y, **how)
    assert (other.get_weights()[0] != oracle.build(CLASSES).get_weights()[0]).any()


def test_a_planted_bug_is_a_subclass_of_a_few_lines():
    class SwappedGates(LSTMLayer):
        def split(self, blocks):
            i, f, g, o = super().split(blocks)
            return f, i, g, o

    class NeverCarries(NumpyModel):
        def carry(self, final):
            """The states stay zero."""

    planted = NumpyImplementation(name="planted", lstm_class=SwappedGates, model_class=NeverCarries)
    spec = MODELS["stateful"]
    trial = Trial("planted")
    wrong, right = trial.twins(planted, oracle, spec)
    x, _ = batch(trial, spec)
    trial.assert_differ(wrong.call(x).outputs, right.call(x).outputs, "outputs")
    assert not any(part.any() for pair in wrong.get_states() for part in pair)
