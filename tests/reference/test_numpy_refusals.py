"""Both oracles refuse what does not fit, say what it is, and move nothing before they do."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_spec.checking.trial import Trial
from lstm_spec.contract import Capability, Unsupported
from lstm_spec.model import LSTM, Adam, Bidirectional, Dense, Masking, ModelSpec, RepeatVector
from reference.numpy import implementation as oracle
from reference.numpy import implementation_float32
from reference.scalar import implementation as scalar

SPEC = ModelSpec((LSTM(4, stateful=True), Dense(2)), 3, batch_size=2, optimizer=Adam())
STATELESS = replace(SPEC, layers=(LSTM(4), Dense(2)), batch_size=None, time_steps=5)

engines = pytest.mark.parametrize("engine", [oracle, scalar], ids=["numpy", "scalar"])


def zeros(*shape):
    return np.zeros(shape)


def fit(model, x, y, batch_size=2, epochs=1, validation_data=None, **options):
    return model.fit(
        x,
        y,
        batch_size=batch_size,
        epochs=epochs,
        shuffle=True,
        validation_data=validation_data,
        **options,
    )


GOOD = zeros(4, 5, 3), zeros(4, 2)

REFUSED = {
    "x without features": (lambda m: m.call(zeros(2, 5)), "x must be .batch, time, features"),
    "features": (lambda m: m.call(zeros(2, 5, 4)), "x has 4 features, .* built for 3"),
    "rows": (lambda m: m.call(zeros(3, 5, 3)), "x has 3 rows, .* states of 2"),
    "no rows": (lambda m: m.predict(zeros(0, 5, 3), 2), "empty"),
    "no steps": (lambda m: m.call(zeros(2, 0, 3)), "empty"),
    "text": (lambda m: m.call(np.full((2, 5, 3), "a")), "x must be a full array of numbers"),
    "mask": (lambda m: m.call(zeros(2, 5, 3), np.ones((2, 4), bool)), "mask must be boolean"),
    "mask of numbers": (lambda m: m.call(zeros(2, 5, 3), zeros(2, 5)), "mask must be boolean"),
    "initial state": (
        lambda m: m.call(zeros(2, 5, 3), initial_state=[(zeros(2, 4), zeros(2, 5))]),
        r"initial_state.* direction 0 must have shape \(2, 4\)",
    ),
    "initial states": (lambda m: m.call(zeros(2, 5, 3), initial_state=[]), "must hold 1 pairs"),
    "states": (lambda m: m.set_states([(zeros(3, 4), zeros(3, 4))]), r"shape \(2, 4\)"),
    "predict rows": (lambda m: m.predict(zeros(5, 5, 3), 2), "x has 5 rows, .* does not divide"),
    "predict batch": (lambda m: m.predict(zeros(4, 5, 3), 4), "batch_size 4 does not fit"),
    "predict_on_batch": (lambda m: m.predict_on_batch(zeros(1, 5, 3)), "x has 1 rows"),
    "batch size 0": (lambda m: m.predict(zeros(4, 5, 3), 0), "batch_size must be"),
    "evaluate rows": (lambda m: m.evaluate(zeros(5, 5, 3), zeros(5, 2), 2), "x has 5 rows"),
    "evaluate y": (lambda m: m.evaluate(zeros(4, 5, 3), zeros(4, 3), 2), "y must have the shape"),
    "test rows": (lambda m: m.test_on_batch(zeros(4, 5, 3), zeros(4, 2)), "x has 4 rows"),
    "test y": (lambda m: m.test_on_batch(zeros(2, 5, 3), zeros(2, 1)), r"\(2, 2\), got \(2, 1\)"),
    "train rows": (lambda m: m.train_on_batch(zeros(4, 5, 3), zeros(4, 2)), "x has 4 rows"),
    "train y": (lambda m: m.train_on_batch(zeros(2, 5, 3), zeros(2, 5, 2)), "y must have"),
    "gradient rows": (lambda m: m.gradients(zeros(4, 5, 3), zeros(4, 2)), "x has 4 rows"),
    "gradient y": (lambda m: m.gradients(zeros(2, 5, 3), zeros(1, 2)), "y must have the shape"),
    "fit rows": (lambda m: fit(m, zeros(5, 5, 3), zeros(5, 2)), "x has 5 rows"),
    "fit batch": (lambda m: fit(m, *GOOD, batch_size=4), "batch_size 4 does not fit"),
    "fit y": (lambda m: fit(m, zeros(4, 5, 3), zeros(3, 2)), "y must have the shape"),
    "fit epochs": (lambda m: fit(m, *GOOD, epochs=0), "epochs must be at least 1"),
    "validation y": (
        lambda m: fit(m, *GOOD, validation_data=(zeros(4, 5, 3), zeros(4, 1))),
        "validation y must have the shape",
    ),
    "validation rows": (
        lambda m: fit(m, *GOOD, validation_data=(zeros(3, 5, 3), zeros(3, 2))),
        "validation x has 3 rows",
    ),
    "an event that there is not": (
        lambda m: fit(m, *GOOD, reset_at="epoch ends"),
        "reset_at is 'epoch ends', but the events of a fit are: training begin, epoch begin",
    ),
    "weights": (lambda m: m.set_weights(m.get_weights()[:-1]), "5 weight arrays, got 4"),
    "a weight": (
        lambda m: m.set_weights([*[w + 1 for w in m.get_weights()[:-1]], zeros(3)]),
        r"weight 4 must have shape \(2,\), got \(3,\)",
    ),
}


@engines
@pytest.mark.parametrize(("action", "message"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_reason_and_nothing_moves(engine, action, message):
    trial = Trial("refusals")
    model = trial.model(engine, SPEC, trial.weights(SPEC))
    x, y = trial.array(2, 5, 3), trial.array(2, 2)
    model.train_on_batch(x, y)
    twin = trial.model(engine, SPEC, trial.weights(SPEC))  # never asked for anything wrong
    twin.set_weights(model.get_weights())
    with pytest.raises(ValueError, match=message):
        action(model)
    trial.assert_refused(model, lambda: action(model), "the same once more")
    # The optimiser has not moved either: its second update is what it would have been.
    memory = model.optimizer.memory()
    assert int(np.ravel(memory["t"])[0]) == 1
    twin.optimizer.restore({name: np.array(value).tolist() for name, value in memory.items()})
    twin.set_states(model.get_states())
    model.train_on_batch(x, y)
    twin.train_on_batch(x, y)
    for mine, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        trial.assert_equal(mine, other, "weights after the next update")


@engines
def test_a_given_number_of_time_steps_is_kept_to(engine):
    model = engine.build(STATELESS)
    assert model.call(zeros(7, 5, 3)).outputs.shape == (7, 2)
    with pytest.raises(ValueError, match="x has 6 time steps, the model was built for 5"):
        model.call(zeros(7, 6, 3))


@engines
def test_a_stateless_model_takes_any_rows_and_a_smaller_last_batch(engine):
    model = engine.build(STATELESS)
    assert model.predict(zeros(7, 5, 3), 3).shape == (7, 2)
    assert fit(model, zeros(7, 5, 3), zeros(7, 2), batch_size=3)["loss"][0] >= 0


STACKS = {
    "LSTM on a vector": ((LSTM(4), LSTM(2)), "reads a sequence"),
    "Masking on a vector": ((LSTM(4), Masking()), "reads a sequence"),
    "Bidirectional on a vector": ((LSTM(4), Bidirectional(LSTM(2))), "reads a sequence"),
    "RepeatVector on a sequence": ((RepeatVector(2),), "is given a sequence"),
    "Bidirectional backwards": ((Bidirectional(LSTM(2, go_backwards=True)),), "Bidirectional"),
}


@engines
@pytest.mark.parametrize(("layers", "message"), STACKS.values(), ids=STACKS)
def test_layers_that_do_not_fit_each_other_are_refused(engine, layers, message):
    with pytest.raises(ValueError, match=message):
        engine.build(ModelSpec(layers, 3))


@engines
def test_an_lstm_with_a_softmax_inside_runs_but_is_not_trained(engine):
    model = engine.build(ModelSpec((LSTM(4, activation="softmax"),), 3))
    x, y = np.ones((2, 3, 3)), np.ones((2, 4))
    assert model.call(x).outputs.shape == y.shape
    with pytest.raises(Unsupported, match="softmax"):
        model.gradients(x, y)


def test_the_float32_engine_does_not_pretend_to_compute_in_float64():
    assert Capability.FLOAT64 not in implementation_float32.capabilities
    with pytest.raises(Unsupported, match="numpy-float32 computes in float32"):
        implementation_float32.build(replace(STATELESS, dtype="float64"))


@pytest.mark.parametrize("target", [-0.25, 1.5])
def test_the_target_of_a_probability_is_one(target):
    spec = replace(STATELESS, layers=(LSTM(4), Dense(2, "sigmoid")), loss="binary_crossentropy")
    with pytest.raises(ValueError, match="from 0 to 1, as probabilities are"):
        oracle.build(spec).test_on_batch(zeros(4, 5, 3), np.full((4, 2), target))
