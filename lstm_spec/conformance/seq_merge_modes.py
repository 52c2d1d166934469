"""How the two directions of a bidirectional layer become one output: sum, product, mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from lstm_spec.checking.trial import Trial
from lstm_spec.clauses import clause
from lstm_spec.conformance.support.choices import each_that_is_built
from lstm_spec.contract import Array, Capability, Implementation
from lstm_spec.model import LSTM, Bidirectional, MergeMode, ModelSpec
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
