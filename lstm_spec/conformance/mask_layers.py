"""Where masks come from, which layers they reach, and where they end: Masking, stacks
and losses.
"""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.masked_steps_deleted import (
    BATCH,
    FEATURES,
    MIXED,
    SEQUENCE,
    STEPS,
    UNITS,
    WHOLE_ROW,
    by_deletion,
    sequences_close,
)
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Dense, Loss, Masking, ModelSpec, RepeatVector

KERAS = "Keras Masking; Keras guide: masking and padding"
LAYERS = (Capability.FORWARD, Capability.MASK, Capability.LAYERS)
LAYER = LSTM(UNITS, return_sequences=True)
SECOND = ModelSpec((LSTM(3, return_sequences=True),), UNITS)


def padded(x: Array, mask: Array, value: float) -> Array:
    """A copy of x in which every feature of the masked steps is ``value``."""
    return np.where(mask[..., None], x, np.float32(value))


@clause(
    "MASK-31",
    "A Masking layer masks the steps in which every feature equals its mask value.",
    source=KERAS,
    needs=LAYERS,
)
def steps_of_the_mask_value_are_masked(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The mask values are 0, and -1 and 2.5, for which a step of zeros is an ordinary step."""
    for value in (0.0, -1.0, 2.5):
        spec = ModelSpec((Masking(value), LAYER), FEATURES)
        weights = trial.weights(spec)
        x = padded(trial.array(BATCH, STEPS, FEATURES), MIXED, value)
        if value:
            x[1, 1] = 0.0
        got = trial.model(subject, spec, weights).call(x).outputs
        expected = by_deletion(trial.model(oracle, SEQUENCE, weights), x, MIXED).outputs
        what = f"outputs after Masking({value:g})"
        sequences_close(trial, subject, got, expected, MIXED, what)


@clause(
    "MASK-32",
    "A step in which only some features equal the mask value of the Masking layer is not masked.",
    source=KERAS,
    needs=LAYERS,
)
def a_step_with_one_other_feature_is_not_masked(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Each feature in turn equals the mask value while the other does not, so no step at all is
    masked.
    """
    for value in (0.0, -1.0):
        spec = ModelSpec((Masking(value), LAYER), FEATURES)
        model = trial.model(subject, spec, weights := trial.weights(spec))
        reader = trial.model(oracle, SEQUENCE, weights)
        for feature in range(FEATURES):
            x = trial.array(BATCH, STEPS, FEATURES)
            x[:, ::2, feature] = value
            what = f"outputs where feature {feature} alone equals the mask value {value:g}"
            trial.assert_close(model.call(x).outputs, reader.call(x).outputs, what)


@clause(
    "MASK-33",
    "Predicting through a Masking layer gives the outputs of the direct call, whatever the batch "
    "size.",
    source=KERAS,
    needs=(*LAYERS, Capability.PREDICT),
)
def predicting_masks_as_the_call_does(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A compiled function and a direct call may use different implementations of a mask."""
    spec = ModelSpec((Masking(), LSTM(UNITS)), FEATURES)
    weights = trial.weights(spec)
    x = padded(trial.array(BATCH, STEPS, FEATURES), MIXED, 0.0)
    model = trial.model(subject, spec, weights)
    reader = trial.model(oracle, SEQUENCE, weights)
    expected = by_deletion(reader, x, MIXED).outputs[:, -1]
    trial.assert_close(model.predict(x, batch_size=2), expected, "predict through Masking")
    trial.assert_close(model.predict_on_batch(x), expected, "predict_on_batch through Masking")


@clause(
    "MASK-34",
    "The mask reaches every LSTM layer of a stack.",
    source=KERAS,
    needs=LAYERS,
)
def the_mask_reaches_the_second_lstm(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The second layer skips the steps that the first one skipped. If the mask were lost, the
    second layer would read the repeated outputs as steps, and its state would change. The mask
    comes from a Masking layer, and is also given directly.
    """
    stack = (LAYER, LSTM(3))
    spec, masking = ModelSpec(stack, FEATURES), ModelSpec((Masking(), *stack), FEATURES)
    weights = trial.weights(spec)
    x = padded(trial.array(BATCH, STEPS, FEATURES), MIXED, 0.0)
    first = by_deletion(trial.model(oracle, SEQUENCE, weights[:3]), x, MIXED).outputs
    expected = by_deletion(trial.model(oracle, SECOND, weights[3:]), first, MIXED).outputs[:, -1]
    given = trial.model(subject, spec, weights).call(x, mask=MIXED).outputs
    trial.assert_close(given, expected, "output of a stack with a given mask")
    made = trial.model(subject, masking, weights).call(x).outputs
    trial.assert_close(made, expected, "output of a stack after Masking")


@clause(
    "MASK-35",
    "A Dense layer at every step passes the mask on, and is itself applied to the masked steps as "
    "well.",
    source=KERAS,
    needs=LAYERS,
)
def a_dense_layer_acts_on_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Its outputs at valid steps are compared, and an LSTM after it must still skip the masked
    steps.
    """
    spec = ModelSpec((LAYER, Dense(UNITS, "tanh"), LSTM(3)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, spec, weights).call(x, mask=MIXED).outputs
    first = by_deletion(trial.model(oracle, SEQUENCE, weights[:3]), x, MIXED).outputs
    dense = np.tanh(first @ weights[3].astype(np.float64) + weights[4])
    expected = by_deletion(trial.model(oracle, SECOND, weights[5:]), dense, MIXED).outputs[:, -1]
    trial.assert_close(got, expected, "output of LSTM, Dense, LSTM with a mask")


@clause(
    "MASK-36",
    "A layer that returns a single output ends the mask: the decoder after it masks nothing.",
    source=KERAS,
    needs=LAYERS,
)
def a_single_output_ends_the_mask(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The vector is repeated as often as there were steps, so that a mask that was passed on would
    fit.
    """
    spec = ModelSpec((LSTM(UNITS), RepeatVector(STEPS), LSTM(3, return_sequences=True)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, spec, weights).call(x, mask=MIXED).outputs
    code = by_deletion(trial.model(oracle, SEQUENCE, weights[:3]), x, MIXED).outputs[:, -1:]
    repeated = np.repeat(code, STEPS, axis=1)
    expected = trial.model(oracle, SECOND, weights[3:]).call(repeated).outputs
    trial.assert_close(got, expected, "outputs of a decoder after a masked encoder")


def loss_leaves_out_masked_steps(
    subject: Implementation, oracle: Implementation, trial: Trial, loss: Loss, mask: Array
) -> None:
    """``evaluate`` of one batch gives the mean over the valid steps, which is computed here by
    hand.
    """
    width = 5
    activation = "softmax" if loss == "categorical_crossentropy" else "linear"
    layers = (Masking(), LAYER, Dense(width, activation))  # type: ignore[arg-type]
    spec = ModelSpec(layers, FEATURES, loss=loss)
    weights = trial.weights(spec)
    x = padded(trial.array(BATCH, STEPS, FEATURES), mask, 0.0)
    sequence = by_deletion(trial.model(oracle, SEQUENCE, weights[:3]), x, mask).outputs
    z = sequence @ weights[3].astype(np.float64) + weights[4]
    expected: dict[str, float]
    if loss == "mse":
        y = trial.array(BATCH, STEPS, width)
        expected = {"loss": float(np.square(z - y).mean(axis=-1)[mask].mean())}
    else:
        best = z.argmax(axis=-1)
        # All masked steps are wrong and one valid step is right: whoever counts them shows it.
        labels = trial.labels(BATCH, STEPS, width=width).argmax(axis=-1)
        labels = np.where(mask, labels, (best + 1) % width)
        labels[0, 0] = best[0, 0]
        y = np.eye(width, dtype=np.float32)[labels]
        log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
        right = best == labels
        expected = {
            "loss": float(-(y * log_p).sum(axis=-1)[mask].mean()),
            "accuracy": float(right[mask].mean()),
        }
    got = trial.model(subject, spec, weights).evaluate(x, y, batch_size=BATCH)
    for name, figure in expected.items():
        trial.assert_close(
            np.array([got.get(name, np.nan)]),
            np.array([figure]),
            f"{name} ({loss}) over {int(mask.sum())} valid of {mask.size} steps",
            tolerances.LOSS,
        )


@clause(
    "MASK-37",
    "The mean squared error of masked sequences is the mean over their valid steps.",
    source=KERAS + "; keras-team/keras#23235",
    needs=(*LAYERS, Capability.EVALUATE),
)
def masked_steps_do_not_count_in_the_squared_error(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The rows have 3, 4 and 2 valid steps, so that a mean of the means of the rows is another
    number.
    """
    loss_leaves_out_masked_steps(subject, oracle, trial, "mse", MIXED)


@clause(
    "MASK-38",
    "The cross-entropy and the accuracy of masked sequences are means over their valid steps.",
    source=KERAS + "; keras-team/keras#23235",
    needs=(*LAYERS, Capability.EVALUATE),
)
def masked_steps_do_not_count_in_cross_entropy_and_accuracy(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """One row has no valid step at all. It is left out of the mean, and does not count as zero."""
    loss_leaves_out_masked_steps(subject, oracle, trial, "categorical_crossentropy", WHOLE_ROW)


@clause(
    "MASK-39",
    "Masked steps have no gradient, and contribute nothing to the other gradients.",
    source=KERAS,
    needs=(*LAYERS, Capability.GRADIENTS),
)
def masked_steps_do_not_contribute_to_the_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The loss is a mean over rows, so the gradient of a batch is the mean of the gradients of its
    rows, which the oracle computes without the masked steps. The gradient of x is zero at masked
    steps.
    """
    spec = ModelSpec((Masking(), LSTM(UNITS)), FEATURES)
    plain = ModelSpec((LSTM(UNITS),), FEATURES)
    weights, y = trial.weights(spec), trial.array(BATCH, UNITS)
    x = padded(trial.array(BATCH, STEPS, FEATURES), MIXED, 0.0)
    got = trial.model(subject, spec, weights).gradients(x, y)
    reader = trial.model(oracle, plain, weights)
    sums = [np.zeros(shape) for shape in spec.weight_shapes]
    into_x = np.zeros(x.shape)
    for row, valid in enumerate(MIXED):
        alone = reader.gradients(x[row : row + 1, valid], y[row : row + 1])
        into_x[row, valid] = alone.x[0] / BATCH
        sums = [total + part / BATCH for total, part in zip(sums, alone.weights, strict=True)]
    trial.assert_weights_close(spec, got.weights, sums, "gradient", tolerances.GRADIENT)
    axes = ("row", "step", "feature")
    trial.assert_close(got.x, into_x, "gradient of x", tolerances.GRADIENT, axes)


@clause(
    "MASK-43",
    "A given initial state does not disable the mask of a Masking layer.",
    source=KERAS + "; found in Keras 3.15.1",
    needs=(*LAYERS, Capability.INITIAL_STATE),
)
def a_masking_layer_works_from_a_given_state(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """States are additional tensors among the inputs of the layers, and the mask must not be lost
    or assigned to the wrong input because of them. Each row is compared with the same row without
    its masked steps, from the same state.
    """
    spec = ModelSpec((Masking(), LSTM(UNITS)), FEATURES)
    weights, states = trial.weights(spec), trial.states(spec, BATCH)
    x = padded(trial.array(BATCH, STEPS, FEATURES), MIXED, 0.0)
    got = trial.model(subject, spec, weights).call(x, initial_state=states).outputs
    reader = trial.model(oracle, ModelSpec((LSTM(UNITS),), FEATURES), weights)
    for row, valid in enumerate(MIXED):
        mine = [(h[row : row + 1], c[row : row + 1]) for h, c in states]
        alone = reader.call(x[row : row + 1, valid], initial_state=mine).outputs
        trial.assert_close(got[row : row + 1], alone, f"row {row} without its masked steps")
