"""Several layers: stacks, a Dense layer per step, encoder and decoder."""

from __future__ import annotations

from lstm_spec.model import LSTM, Dense, ModelSpec, RepeatVector
from lstm_spec.vectors.case import FEATURES, ROWS, UNITS, Draft, Draw, call, reset, vector


@vector(
    "layers/stack",
    "The second LSTM reads every output of the first; both start from given states.",
    clauses="SEQ-26 SEQ-27 CELL-35",
    notices=("a second layer that starts from zero", "weights in the wrong order of layers"),
)
def stack(draw: Draw) -> Draft:
    """Four units below two."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), LSTM(2, return_sequences=True)), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x(), None, draw.states(spec))])


@vector(
    "layers/dense-per-step",
    "A Dense layer and its softmax act on every step by itself.",
    clauses="SEQ-29 SEQ-30",
    notices=("a softmax over time", "a Dense layer over the flattened or averaged row"),
)
def dense_per_step(draw: Draw) -> Draft:
    """Six classes."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), Dense(6, "softmax")), FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x())])


@vector(
    "layers/encoder-decoder",
    "An encoder, its output repeated twice, a decoder, a Dense layer per step.",
    clauses="SEQ-28 SEQ-31",
    notices=("a vector that only the first step gets", "a decoder from the encoder's state"),
)
def encoder_decoder(draw: Draw) -> Draft:
    """Encoder and decoder are equally wide, so that a state could be passed on by mistake."""
    layers = (
        LSTM(UNITS),
        RepeatVector(2),
        LSTM(UNITS, return_sequences=True),
        Dense(6, "softmax"),
    )
    spec = ModelSpec(layers, FEATURES)
    return Draft(spec, draw.weights(spec), [call(draw.x()), call(draw.x(steps=7))])


@vector(
    "layers/stateful-encoder-decoder",
    "The network of the echo notebook: both layers carry.",
    clauses="STATE-45 STATE-34 PIPE-57",
    notices=("a decoder that does not carry",),
)
def stateful_encoder_decoder(draw: Draw) -> Draft:
    """Two batches, a reset, a third."""
    layers = (
        LSTM(UNITS, stateful=True),
        RepeatVector(2),
        LSTM(UNITS, return_sequences=True, stateful=True),
        Dense(6, "softmax"),
    )
    spec = ModelSpec(layers, FEATURES, batch_size=ROWS)
    operations = [call(draw.x()), call(draw.x()), reset(), call(draw.x())]
    return Draft(spec, draw.weights(spec), operations)


@vector(
    "layers/extreme-softmax",
    "Dense outputs of order thousand: probabilities of exactly zero and one, and no overflow.",
    clauses="SEQ-30 CELL-23",
    notices=("a softmax that overflows",),
)
def extreme_softmax(draw: Draw) -> Draft:
    """The distances between the classes are so large that rounding cannot be seen."""
    spec = ModelSpec((LSTM(UNITS, return_sequences=True), Dense(6, "softmax")), FEATURES)
    weights = draw.weights(spec)
    weights[3] *= 2.0**14
    return Draft(spec, weights, [call(draw.x())])
