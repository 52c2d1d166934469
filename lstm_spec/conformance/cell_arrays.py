"""Arrays in, arrays out: precision, layout in memory, copies, and the same answer twice."""

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
    """The part is a float of at least the width that the model was built for."""
    trial.assert_that(
        part.dtype.kind == "f" and part.dtype.itemsize >= np.dtype(dtype).itemsize,
        f"{what} of a {dtype} model: expected {dtype} or wider, got {part.dtype}",
    )


@clause(
    "CELL-25",
    "The outputs of a float32 model are no narrower than float32.",
    source="Keras: the dtype of a layer is the dtype of its outputs",
)
def outputs_are_no_narrower_than_float32(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Wider is allowed: an engine in plain Python or NumPy may compute everything in float64."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    outputs = model.call(trial.array(BATCH, STEPS, FEATURES)).outputs
    holds_precision(trial, outputs, "float32", "outputs")


@clause(
    "CELL-26",
    "A float64 model computes in float64 from the first operation to the last.",
    source="Keras dtype='float64'; several engines are float32 somewhere inside",
    needs=(Capability.FORWARD, Capability.FLOAT64),
)
def a_float64_model_is_float64_all_the_way(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The dtype of the result proves little: one float32 operation on the way costs 1e-8, which
    the values show. Inputs and weights are not representable in float32, for the same reason.
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
    "Weights are copied in: what is done to the given arrays later does not reach the model.",
    source=CONTRACT,
)
def weights_are_copied_in(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """The arrays are handed over without the suite's own copy, and then overwritten."""
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
        SPEC, model.get_weights(), weights, "value after overwriting the source"
    )


@clause(
    "CELL-28",
    "Weights are copied out: what is done to the returned arrays does not reach the model.",
    source=CONTRACT,
)
def weights_are_copied_out(subject: Implementation, oracle: Implementation, trial: Trial) -> None:
    """Returned arrays that cannot be written to are as safe as copies."""
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
    "What one call returned stays as it was when the model is called again.",
    source=CONTRACT,
)
def results_outlive_the_next_call(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Engines that write into one buffer overwrite the result that somebody still holds."""
    model = unguarded(trial.model(subject, SPEC, trial.weights(SPEC)))
    kept, _ = model.call(trial.array(BATCH, STEPS, FEATURES))
    before = np.array(kept)
    model.call(trial.array(BATCH, STEPS, FEATURES))
    trial.assert_equal(np.array(kept), before, "the first call's outputs after a second call")


@clause(
    "CELL-30",
    "A call leaves its input as it was.",
    source=CONTRACT,
)
def the_input_is_not_modified(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Engines that compute in place are caught here; a read-only input must do as well."""
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
    "A call leaves the given initial state as it was.",
    source=CONTRACT,
    needs=(Capability.FORWARD, Capability.INITIAL_STATE),
)
def the_initial_state_is_not_modified(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """An engine that updates h and c in place would update the caller's."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    (h, c), x = trial.states(SPEC, BATCH)[0], trial.array(BATCH, STEPS, FEATURES)
    given = (h.copy(), c.copy())
    model.call(x, initial_state=[given])
    trial.assert_equal(given[0], h, "initial h after the call")
    trial.assert_equal(given[1], c, "initial c after the call")


@clause(
    "CELL-32",
    "The same call twice gives the same outputs to the last bit.",
    source="a stateless layer has no memory; documents: state starts at zero for every batch",
)
def the_same_call_twice_gives_the_same_bits(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Another input goes in between, so that whatever a call leaves behind would show."""
    model = trial.model(subject, SPEC, trial.weights(SPEC))
    x = trial.array(BATCH, STEPS, FEATURES)
    first = model.call(x).outputs
    trial.assert_equal(model.call(x).outputs, first, "outputs of the second call")
    between = model.call(trial.array(BATCH, STEPS, FEATURES)).outputs
    trial.assert_differ(between, first, "outputs of another input")
    trial.assert_equal(model.call(x).outputs, first, "outputs of the same input after another one")


@clause(
    "CELL-33",
    "Only the numbers of an input count, not how they lie in memory.",
    source=CONTRACT,
)
def only_the_numbers_of_an_input_count(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The same numbers as a transposed view, as every second row of a larger array, and turned
    round: an engine that reads the raw buffer sees something else.
    """
    model, reader = trial.twins(subject, oracle, SPEC)
    x = trial.array(BATCH, STEPS, FEATURES)
    wide = trial.array(2 * BATCH, STEPS, FEATURES)
    wide[::2] = x
    views = {
        "a transposed view": np.ascontiguousarray(x.transpose(2, 0, 1)).transpose(1, 2, 0),
        "every second row": wide[::2],
        "a view turned round": np.ascontiguousarray(x[:, ::-1])[:, ::-1],
    }
    expected = reader.call(x).outputs
    for name, view in views.items():
        trial.assert_close(model.call(view).outputs, expected, f"outputs of x given as {name}")
