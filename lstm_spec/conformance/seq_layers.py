"""Several layers: stacks, a Dense layer at every step, an encoder and its decoder."""

from __future__ import annotations

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Activation, Dense, ModelSpec, RepeatVector

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2
LAYERS = (Capability.FORWARD, Capability.LAYERS)
STACK = ModelSpec((LSTM(UNITS, return_sequences=True), LSTM(3, return_sequences=True)), FEATURES)
DENSE = "Keras Dense and TimeDistributed(Dense)"


def lstm(spec: ModelSpec, index: int, features: int) -> ModelSpec:
    """The LSTM layer at ``index`` of a model, as a separate model that returns every step."""
    return ModelSpec((LSTM(spec.recurrent_layers[index].units, return_sequences=True),), features)


@clause(
    "SEQ-26",
    "In a stack, the second LSTM reads the outputs of the first, step by step.",
    source="Keras Sequential; documents: echo-notebook",
    needs=LAYERS,
)
def the_second_lstm_reads_the_outputs_of_the_first(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The expected outputs come from two single layers of the oracle, one after the other, so the
    oracle itself needs no stack.
    """
    weights, x = trial.weights(STACK), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, STACK, weights).call(x).outputs
    first = trial.model(oracle, lstm(STACK, 0, FEATURES), weights[:3]).call(x).outputs
    second = trial.model(oracle, lstm(STACK, 1, UNITS), weights[3:]).call(first).outputs
    trial.assert_close(got, second, "outputs of the second of two layers")


@clause(
    "SEQ-27",
    "The states of a stack are h and c of the first layer, then h and c of the second.",
    source="the contract of an implementation (lstm_spec/contract.py)",
    needs=(*LAYERS, Capability.INITIAL_STATE, Capability.FINAL_STATE),
)
def each_layer_of_a_stack_has_a_state_of_its_own(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The layers have different numbers of units, and each starts from its own pair."""
    weights, x = trial.weights(STACK), trial.array(BATCH, STEPS, FEATURES)
    start = trial.states(STACK, BATCH)
    got = trial.model(subject, STACK, weights).call(x, initial_state=start)
    first = trial.model(oracle, lstm(STACK, 0, FEATURES), weights[:3]).call(
        x, initial_state=start[:1]
    )
    second = trial.model(oracle, lstm(STACK, 1, UNITS), weights[3:]).call(
        first.outputs, initial_state=start[1:]
    )
    trial.assert_close(got.outputs, second.outputs, "outputs of a stack from given states")
    trial.assert_states_close(got.states, [*(first.states or []), *(second.states or [])])


@clause(
    "SEQ-28",
    "RepeatVector gives the next layer the same vector at every step.",
    source="Keras RepeatVector; documents: echo-notebook",
    needs=LAYERS,
)
def a_repeated_vector_is_the_same_at_every_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """RepeatVector is tested as the last layer: (batch, units) becomes (batch, 4, units)."""
    spec = ModelSpec((LSTM(3), RepeatVector(4)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, spec, weights).call(x).outputs
    single = trial.model(oracle, lstm(spec, 0, FEATURES), weights).call(x).outputs[:, -1:]
    trial.assert_close(got, np.repeat(single, 4, axis=1), "a repeated vector")


@clause(
    "SEQ-29",
    "A Dense layer after a sequence acts on every step separately, with the same weights.",
    source=DENSE,
    needs=LAYERS,
)
def a_dense_layer_acts_on_each_step_separately(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The check computes the product itself, step by step. A Dense layer that flattens time gives
    other values.
    """
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), Dense(6)), FEATURES)
    weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
    got = trial.model(subject, spec, weights).call(x).outputs
    sequence = trial.model(oracle, lstm(spec, 0, FEATURES), weights[:3]).call(x).outputs
    kernel, bias = weights[3].astype(np.float64), weights[4].astype(np.float64)
    expected = np.stack([sequence[:, t] @ kernel + bias for t in range(STEPS)], axis=1)
    trial.assert_close(got, expected, "outputs of a Dense at every step")


def softmax(z: Array) -> Array:
    """exp(z) / sum exp(z) over the last axis, shifted so that nothing overflows."""
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


@clause(
    "SEQ-30",
    "The activation of a Dense layer is applied to every step separately; softmax adds up to one "
    "over the units of a step.",
    source=DENSE,
    needs=LAYERS,
)
def the_activation_of_a_dense_layer_acts_on_each_step(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """A softmax over time or over the batch has other sums. Kernels with entries of 3000 produce
    logits for which a naive exp overflows.
    """
    x = trial.array(BATCH, STEPS, FEATURES)
    names: tuple[Activation, ...] = ("softmax", "tanh", "sigmoid", "relu")
    for activation in names:
        layers = (LSTM(UNITS, return_sequences=True), Dense(6, activation))
        spec = ModelSpec(layers, FEATURES)
        model, reader = trial.twins(subject, oracle, spec)
        got = model.call(x).outputs
        trial.assert_close(got, reader.call(x).outputs, f"outputs of Dense with {activation}")
        if activation == "softmax":
            trial.assert_close(
                got.sum(axis=-1), np.ones((BATCH, STEPS)), "sum over the units of a step"
            )
            large = [*trial.weights(spec)[:3], np.full((UNITS, 6), 3000.0), np.zeros(6)]
            large[3] *= np.arange(-2, 4)
            model.set_weights(large)
            trial.assert_that(
                bool(np.isfinite(model.call(x).outputs).all()), "softmax of large logits overflows"
            )


@clause(
    "SEQ-31",
    "An encoder, a RepeatVector, a decoder and a Dense layer at every step give n outputs, "
    "whatever the number of input steps.",
    source="documents: echo-notebook; the answer to the tutorials' question about N characters",
    needs=LAYERS,
)
def an_encoder_decoder_gives_as_many_steps_as_it_repeats(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The decoder reads the last output of the encoder and nothing else. The expected outputs are
    computed from single layers, so a decoder that starts from the state of the encoder gives other
    values.
    """
    layers = (LSTM(UNITS), RepeatVector(2), LSTM(3, return_sequences=True), Dense(6, "softmax"))
    spec = ModelSpec(layers, FEATURES)
    weights = trial.weights(spec)
    model = trial.model(subject, spec, weights)
    encoder = trial.model(oracle, lstm(spec, 0, FEATURES), weights[:3])
    decoder = trial.model(oracle, lstm(spec, 1, UNITS), weights[3:6])
    kernel, bias = weights[6].astype(np.float64), weights[7].astype(np.float64)
    for steps in (5, 4):
        x = trial.array(BATCH, steps, FEATURES)
        code = np.repeat(encoder.call(x).outputs[:, -1:], 2, axis=1)
        expected = softmax(decoder.call(code).outputs @ kernel + bias)
        trial.assert_close(model.call(x).outputs, expected, f"two outputs for {steps} steps")
