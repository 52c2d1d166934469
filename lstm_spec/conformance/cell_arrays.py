"""Arrays in and arrays out: precision, memory layout, copies, and repeated calls."""

from __future__ import annotations

import numpy as np

from lstm_spec import tolerances
from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, DType, ModelSpec
from lstm_spec.subjects.guard import unguarded

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
LAYER = LSTM(UNITS, return_sequences=True)
SPEC = ModelSpec((LAYER,), FEATURES)
CONTRACT = "the contract of an implementation (lstm_spec/contract.py)"


def holds_precision(trial: Trial, part: Array, dtype: DType, what: str) -> None:
    """Check that the array has at least the floating-point precision that the model was
    built for.
    """
    trial.assert_that(
        part.dtype.kind == "f" and part.dtype.itemsize >= np.dtype(dtype).itemsize,
        f"{what} of a {dtype} model: expected {dtype} or wider, got {part.dtype}",
    )


@clause(
    "CELL-25",
    "The outputs of a float32 model have at least the precision of float32.",
    source="Keras: the dtype of a layer is the dtype of its outputs",
)
def outputs_are_no_narrower_than_float32(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """More precision is allowed: an engine in plain Python or NumPy may compute everything in
    float64.
    """
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    outputs = model.call(trial.array(BATCH, STEPS, FEATURES)).outputs
    holds_precision(trial, outputs, "float32", "outputs")


@clause(
    "CELL-26",
    "A float64 model computes in float64 from the first operation to the last.",
    source="Keras dtype='float64'; several engines are float32 somewhere inside",
    needs=(Capability.FORWARD, Capability.FLOAT64),
)
def a_float64_model_computes_in_float64_throughout(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The dtype of the result proves little. One float32 operation along the way costs about 1e-8,
    which is visible in the values. For the same reason, inputs and weights cannot be represented in
    float32.
    """
    spec = ModelSpec((LAYER,), FEATURES, dtype="float64")
    weights = [weight / 3.0 for weight in trial.weights(spec)]
    model, reader = trial.twins(subject, oracle, spec, weights)
    x = trial.array(BATCH, STEPS, FEATURES, dtype="float64") / 3.0
    outputs = model.call(x).outputs
    holds_precision(trial, outputs, "float64", "outputs")
    trial.assert_close(outputs, reader.call(x).outputs, "float64 outputs", tolerances.FLOAT64)


@clause(
    "CELL-27",
    "set_weights copies its arrays: changing them afterwards does not change the model.",
    source=CONTRACT,
)
def weights_are_copied_in(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The check passes its arrays to the subject directly, without the copy that the suite usually
    makes, and overwrites them afterwards.
    """
    weights, x = trial.weights(SPEC), trial.array(BATCH, STEPS, FEATURES)
    model = subject.build(SPEC)
    given = [weight.copy() for weight in weights]
    unguarded(model).set_weights(given)
    before = model.call(x).outputs
    for weight in given:
        weight.fill(7.0)
    trial.assert_equal(
        model.call(x).outputs, before, "outputs after the given arrays were overwritten"
    )
    trial.assert_weights_close(
        SPEC, model.get_weights(), weights, "after overwriting the given arrays, value"
    )


@clause(
    "CELL-28",
    "get_weights returns copies: changing them does not change the model.",
    source=CONTRACT,
)
def weights_are_copied_out(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Arrays that are returned read-only are as safe as copies, and pass."""
    x = trial.array(BATCH, STEPS, FEATURES)
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    before = model.call(x).outputs
    for weight in unguarded(model).get_weights():
        if isinstance(weight, np.ndarray) and weight.flags.writeable:
            weight.fill(7.0)
    trial.assert_equal(
        model.call(x).outputs, before, "outputs after the returned weights were changed"
    )


@clause(
    "CELL-29",
    "The result of a call stays unchanged when the model is called again.",
    source=CONTRACT,
)
def results_stay_unchanged_after_the_next_call(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that reuses one output buffer would overwrite the result that the caller still
    holds.
    """
    model = unguarded(trial.model(subject, SPEC, trial.weights(SPEC)))
    kept, _ = model.call(trial.array(BATCH, STEPS, FEATURES))
    before = np.array(kept)
    model.call(trial.array(BATCH, STEPS, FEATURES))
    trial.assert_equal(np.array(kept), before, "the first call's outputs after a second call")


@clause(
    "CELL-30",
    "A call does not modify its input.",
    source=CONTRACT,
)
def the_input_is_not_modified(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check finds engines that compute in place. A read-only input must be accepted as well."""
    model, reader = trial.twins(subject, oracle, SPEC)
    x = trial.array(BATCH, STEPS, FEATURES)
    given = x.copy()
    model.call(given)
    trial.assert_equal(given, x, "x after the call")
    given.flags.writeable = False
    trial.assert_close(
        model.call(given).outputs, reader.call(x).outputs, "outputs of a read-only x"
    )


@clause(
    "CELL-31",
    "A call does not modify the initial state that it is given.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def the_initial_state_is_not_modified(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that updates h and c in place would overwrite the arrays of the caller."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    (h, c), x = trial.states(SPEC, BATCH)[0], trial.array(BATCH, STEPS, FEATURES)
    given = (h.copy(), c.copy())
    model.call(x, initial_state=[given])
    trial.assert_equal(given[0], h, "initial h after the call")
    trial.assert_equal(given[1], c, "initial c after the call")


@clause(
    "CELL-32",
    "Repeating a call gives the same outputs, bit for bit.",
    source="a stateless layer has no memory; documents: state starts at zero for every batch",
)
def the_same_call_twice_gives_the_same_bits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Another input is run in between, so that anything a call leaves behind becomes visible."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    x = trial.array(BATCH, STEPS, FEATURES)
    first = model.call(x).outputs
    trial.assert_equal(model.call(x).outputs, first, "outputs of the second call")
    between = model.call(trial.array(BATCH, STEPS, FEATURES)).outputs
    trial.assert_differ(between, first, "outputs of another input")
    trial.assert_equal(model.call(x).outputs, first, "outputs of the same input after another one")


@clause(
    "CELL-33",
    "Only the values of an input matter, not their layout in memory.",
    source=CONTRACT,
)
def only_the_values_of_an_input_matter(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same values are given as a transposed view, as every second row of a larger array, and as
    a view with reversed steps. An engine that reads the raw buffer sees other values.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x = trial.array(BATCH, STEPS, FEATURES)
    wide = trial.array(2 * BATCH, STEPS, FEATURES)
    wide[::2] = x
    views = {
        "a transposed view": np.ascontiguousarray(x.transpose(2, 0, 1)).transpose(1, 2, 0),
        "every second row": wide[::2],
        "a view with reversed steps": np.ascontiguousarray(x[:, ::-1])[:, ::-1],
    }
    expected = reader.call(x).outputs
    for name, view in views.items():
        trial.assert_close(model.call(view).outputs, expected, f"outputs of x given as {name}")
