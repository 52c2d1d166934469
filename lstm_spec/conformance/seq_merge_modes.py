"""How the two directions of a bidirectional layer become one output: sum, product, mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.life_saving import reloaded
from lstm_spec.conformance.support.choices import each_that_is_built
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, SGD, Bidirectional, MergeMode, ModelSpec
from lstm_spec.tolerances import GRADIENT, LOSS

UNITS, FEATURES, STEPS, BATCH = 4, 3, 5, 2

MERGED: Mapping[MergeMode, Callable[[Array, Array], Array]] = {
    "sum": np.add,
    "mul": np.multiply,
    "ave": lambda ahead, back: (ahead + back) / 2,
}
"""What becomes of both halves; ``concat`` has clauses of its own."""

SOURCE = "Keras Bidirectional(merge_mode=...)"


def _merging() -> Iterator[tuple[str, ModelSpec]]:
    for mode in MERGED:
        for sequences in (True, False):
            layer = Bidirectional(LSTM(UNITS, return_sequences=sequences), mode)
            told = f"merge mode {mode}, {'sequences' if sequences else 'last outputs'}"
            yield told, ModelSpec((layer,), FEATURES)


def _layer(spec: ModelSpec) -> Bidirectional:
    layer = spec.layers[0]
    assert isinstance(layer, Bidirectional)
    return layer


@clause(
    "SEQ-180",
    "A bidirectional layer that merges by sum, product or mean does so unit by unit, with the "
    "outputs of a forward and of a backward layer for the same step.",
    source=SOURCE,
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def the_directions_are_merged_unit_by_unit(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """The halves are computed by two separate forward layers, one of them on the reversed row. Its
    outputs are put back into time order before they are merged; without sequences, the output of
    each direction after its own last step is used.
    """
    for told, spec, ours in each_that_is_built(subject, _merging()):
        layer, weights = _layer(spec), trial.weights(spec)
        ours.set_weights(weights)
        x = trial.array(BATCH, STEPS, FEATURES)
        single = ModelSpec((layer.layer,), FEATURES)
        ahead = trial.model(oracle, single, weights[:3]).call(x).outputs
        back = trial.model(oracle, single, weights[3:]).call(x[:, ::-1]).outputs
        if layer.layer.return_sequences:
            back = back[:, ::-1]
        expected = MERGED[layer.merge_mode](ahead, back)
        trial.assert_close(ours.call(x).outputs, expected, f"outputs with {told}")


@clause(
    "GRAD-181",
    "Through merged directions each direction receives its own share of the gradient: all of it "
    "from a sum, half of it from a mean, and from a product that times the other direction.",
    source="calculus; " + SOURCE,
    needs=(Capability.GRADIENTS, Capability.BIDIRECTIONAL),
)
def each_direction_receives_its_share_of_the_gradient(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both directions have weights of their own, so that a share that went to the other one is
    seen.
    """
    for told, spec, ours in each_that_is_built(subject, _merging()):
        weights = trial.weights(spec)
        ours.set_weights(weights)
        x = trial.array(BATCH, STEPS, FEATURES)
        y = trial.array(*spec.output_shape(BATCH, STEPS), scale=2.0)
        got = ours.gradients(x, y)
        expected = trial.model(oracle, spec, weights).gradients(x, y)
        trial.assert_close(got.loss, expected.loss, f"loss with {told}", LOSS)
        trial.assert_weights_close(
            spec, got.weights, expected.weights, f"{told}: gradient", GRADIENT
        )
        trial.assert_close(got.x, expected.x, f"gradient of x with {told}", GRADIENT)


@clause(
    "SEQ-500",
    "A bidirectional layer that does not merge gives two outputs: those of its forward layer, and "
    "those of its backward layer, turned back so that both have the same step in the same place.",
    source="Keras Bidirectional(merge_mode=None)",
    needs=(Capability.FORWARD, Capability.BIDIRECTIONAL),
)
def the_directions_stay_apart(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Both are computed by a forward layer alone, one of them on the reversed row. Two widths, so
    that neither output can stand for the other, and the states of both directions.
    """
    for sequences in (True, False):
        ahead, back = (LSTM(units, return_sequences=sequences) for units in (UNITS, UNITS + 1))
        layer = Bidirectional(ahead, "apart", back)
        spec = ModelSpec((layer,), FEATURES)
        weights, x = trial.weights(spec), trial.array(BATCH, STEPS, FEATURES)
        got = trial.model(subject, spec, weights).call(x)
        first = trial.model(oracle, ModelSpec((ahead,), FEATURES), weights[:3]).call(x)
        second = trial.model(oracle, ModelSpec((back,), FEATURES), weights[3:]).call(x[:, ::-1])
        turned = second.outputs[:, ::-1] if sequences else second.outputs
        told = "sequence" if sequences else "output"
        trial.assert_close(got.outputs[..., :UNITS], first.outputs, f"forward {told}")
        trial.assert_close(got.outputs[..., UNITS:], turned, f"backward {told}")
        if Capability.FINAL_STATE in subject.capabilities:
            ended = [*(first.states or ()), *(second.states or ())]
            trial.assert_states_close(got.states, ended)


@clause(
    "GRAD-521",
    "Both outputs of a bidirectional layer that does not merge have a share in the loss and in the "
    "gradients, as have all numbers of one output; an update moves both directions.",
    source="Keras Bidirectional(merge_mode=None), compile(loss_weights)",
    needs=(Capability.GRADIENTS, Capability.TRAIN, Capability.BIDIRECTIONAL),
)
def both_outputs_have_gradients(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Two layers, so that the gradient of both directions reaches what is below."""
    above = Bidirectional(LSTM(2, return_sequences=True), "apart")
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), above), FEATURES, optimizer=SGD(0.25))
    ours, theirs = trial.twins(subject, oracle, spec)
    x, y = trial.array(BATCH, STEPS, FEATURES), trial.array(BATCH, STEPS, 4, scale=2.0)
    got, expected = ours.gradients(x, y), theirs.gradients(x, y)
    trial.assert_close(got.loss, expected.loss, "loss of both outputs", LOSS)
    trial.assert_weights_close(spec, got.weights, expected.weights, "gradient", GRADIENT)
    trial.assert_close(got.x, expected.x, "gradient of x", GRADIENT)
    ours.train_on_batch(x, y)
    theirs.train_on_batch(x, y)
    trial.assert_weights_close(spec, ours.get_weights(), theirs.get_weights(), "updated", GRADIENT)


@clause(
    "LIFE-523",
    "A bidirectional layer that does not merge gives its two outputs in predict and after a file "
    "as in a call.",
    source="Keras Bidirectional(merge_mode=None)",
    needs=(Capability.PREDICT, Capability.SAVE, Capability.BIDIRECTIONAL),
)
def two_outputs_are_predicted_and_kept(
    subject: Implementation, oracle: Implementation, trial: Trial
) -> None:
    """Three rows in batches of two: each output is put together from two batches."""
    spec = ModelSpec((Bidirectional(LSTM(UNITS, return_sequences=True), "apart"),), FEATURES)
    ours, theirs = trial.twins(subject, oracle, spec)
    x = trial.array(BATCH + 1, STEPS, FEATURES)
    expected = theirs.call(x).outputs
    trial.assert_close(ours.predict(x, BATCH), expected, "predictions of both directions")
    loaded = reloaded(subject, ours)
    trial.assert_close(loaded.predict(x, BATCH), expected, "predictions after a file")
