"""A layer of vectors that is applied to every step by itself."""

from __future__ import annotations

from lstm_spec.checking.lockstep import in_lockstep, random_batch, random_run
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Capability, Implementation
from lstm_spec.model import LSTM, SGD, Dense, Masking, ModelSpec, TimeDistributed
from lstm_spec.tolerances import GRADIENT, LOCKSTEP, LOSS

UNITS, FEATURES, ROWS, STEPS = 3, 2, 2, 4
SOURCE = "Keras documentation of TimeDistributed"
EVERY = LSTM(UNITS, return_sequences=True)
WRAPPED = TimeDistributed(Dense(2, "sigmoid"))


@clause(
    "SEQ-303",
    "TimeDistributed does to every step what its layer does to a vector, with the same weights at "
    "each step, whether the number of steps is fixed or free.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.LAYERS),
)
def the_same_is_done_to_every_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The oracle has the layer alone. An engine may have a loop for fixed steps, and another way
    for those that it does not know when it is built.
    """
    plain = ModelSpec((EVERY, WRAPPED.layer), FEATURES)
    weights, x = trial.weights(plain), trial.array(ROWS, STEPS, FEATURES)
    expected = trial.model(oracle, plain, weights).call(x).outputs
    for steps in (STEPS, None):
        spec = ModelSpec((EVERY, WRAPPED), FEATURES, time_steps=steps)
        got = trial.model(subject, spec, weights).call(x).outputs
        trial.assert_close(got, expected, f"outputs, steps {steps or 'free'}")


@clause(
    "MASK-300",
    "A mask goes on through TimeDistributed: the layers behind it skip masked steps, and the loss "
    "leaves them out.",
    source=SOURCE + "; supports_masking",
    needs=(Capability.GRADIENTS, Capability.LAYERS, Capability.MASK),
)
def a_mask_goes_through(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Once it is the last layer, and once an LSTM follows; targets at masked steps are large."""
    for layers in ((Masking(), EVERY, WRAPPED), (Masking(), EVERY, WRAPPED, LSTM(2))):
        spec = ModelSpec(layers, FEATURES)
        ours, theirs = trial.twins(subject, oracle, spec)
        x, y = random_batch(trial, spec, ROWS, STEPS)
        x[0, 2:] = 0
        if y.ndim == 3:
            y[0, 2:] = 50
        got, right = ours.gradients(x, y), theirs.gradients(x, y)
        what = f"TimeDistributed, then {len(layers) - 3} layers"
        trial.assert_close(got.loss, right.loss, f"loss of {what}", LOSS)
        trial.assert_weights_close(spec, got.weights, right.weights, f"{what}: gradient", GRADIENT)


@clause(
    "TRAIN-436",
    "The layer inside TimeDistributed learns from every step of every row, and what is frozen "
    "inside it does not learn.",
    source=SOURCE,
    needs=(Capability.TRAIN, Capability.LAYERS),
)
def the_layer_inside_learns_from_every_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three updates of two of them, of which the second is frozen."""
    layers = (EVERY, WRAPPED, TimeDistributed(Dense(2, trainable=False)))
    spec = ModelSpec(layers, FEATURES, optimizer=SGD(0.25))
    run = random_run(trial, spec, 3, ROWS, STEPS)
    in_lockstep(trial, run, *trial.twins(subject, oracle, spec, run.weights), LOCKSTEP)


@clause(
    "GRAD-306",
    "Through TimeDistributed, x and every weight have the gradients of the layer alone.",
    source=SOURCE,
    needs=(Capability.GRADIENTS, Capability.LAYERS),
)
def the_gradient_goes_through(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Softmax and cross-entropy at every step, compared with the oracle's Dense layer."""
    dense = Dense(3, "softmax")
    plain = ModelSpec((EVERY, dense), FEATURES, loss="categorical_crossentropy")
    spec = ModelSpec((EVERY, TimeDistributed(dense)), FEATURES, loss="categorical_crossentropy")
    weights, (x, y) = trial.weights(spec), random_batch(trial, spec, ROWS, STEPS)
    got = trial.model(subject, spec, weights).gradients(x, y)
    right = trial.model(oracle, plain, weights).gradients(x, y)
    trial.assert_close(got.loss, right.loss, "loss", LOSS)
    trial.assert_weights_close(spec, got.weights, right.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, right.x, "gradient of x", GRADIENT, ("row", "step", "feature"))
