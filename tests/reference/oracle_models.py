"""Models of every layer kind, small enough for the scalar oracle, with inputs and targets."""

from lstm_spec.checking.trial import Trial
from lstm_spec.model import LSTM, SGD, Adam, Bidirectional, Dense, Masking, ModelSpec, RepeatVector

FEATURES, STEPS, ROWS = 3, 5, 2

LAYERS = {
    "last output": (LSTM(4),),
    "sequence": (LSTM(4, return_sequences=True),),
    "backwards": (LSTM(4, go_backwards=True, return_sequences=True),),
    "backwards, last output": (LSTM(4, go_backwards=True), Dense(2)),
    "no bias": (LSTM(4, use_bias=False), Dense(6, "tanh")),
    "old gate": (LSTM(4, recurrent_activation="hard_sigmoid_keras2", return_sequences=True),),
    "new gate": (LSTM(4, recurrent_activation="hard_sigmoid_keras3", return_sequences=True),),
    "linear": (LSTM(4, activation="linear"),),
    "linear gates": (LSTM(4, activation="tanh", recurrent_activation="linear"),),
    "relu": (LSTM(4, activation="relu"), Dense(2, "relu")),
    "one activation": (LSTM(4, activation="sigmoid", recurrent_activation="sigmoid"),),
    "both directions": (Bidirectional(LSTM(4, return_sequences=True)), Dense(2, "sigmoid")),
    "both directions, last outputs": (Bidirectional(LSTM(4)), Dense(2)),
    "stack": (LSTM(4, return_sequences=True), LSTM(2, go_backwards=True, return_sequences=True)),
    "stack of directions": (
        Bidirectional(LSTM(2, return_sequences=True)),
        Bidirectional(LSTM(4)),
        Dense(2),
    ),
    "encoder and decoder": (LSTM(4), RepeatVector(6), LSTM(2, return_sequences=True), Dense(5)),
    "dense first": (Dense(6, "softmax"), LSTM(4, return_sequences=True), Dense(2)),
    "masked": (Masking(0.5), LSTM(4, return_sequences=True), Dense(2)),
    "masked stack": (
        Masking(0.5),
        Bidirectional(LSTM(2, return_sequences=True)),
        LSTM(4, go_backwards=True, return_sequences=True),
        LSTM(2, return_sequences=True),
    ),
    "masked, last output": (Masking(0.5), LSTM(4), Dense(2)),
    "no layer with a state": (Masking(0.5), Dense(2)),
}

SOFTMAX = {
    "classes": (LSTM(4), Dense(7, "softmax")),
    "classes of every step": (
        Masking(0.5),
        LSTM(4, return_sequences=True),
        Dense(7, "softmax"),
    ),
}

STATEFUL = {
    "stateful": (LSTM(4, return_sequences=True, stateful=True), Dense(2)),
    "stateful, both directions": (Bidirectional(LSTM(4, stateful=True)),),
    "one of two stateful": (
        LSTM(4, return_sequences=True),
        LSTM(2, stateful=True),
        RepeatVector(3),
        LSTM(6, return_sequences=True, stateful=True),
    ),
}

MODELS = {
    name: ModelSpec(layers, FEATURES, batch_size=ROWS, dtype="float64")
    for name, layers in {**LAYERS, **STATEFUL}.items()
} | {
    name: ModelSpec(
        layers, FEATURES, ROWS, loss="categorical_crossentropy", optimizer=Adam(), dtype="float64"
    )
    for name, layers in SOFTMAX.items()
}

OPTIMIZERS = {"SGD": SGD(0.05), "Adam": Adam(0.01, 0.8, 0.95, 1e-4)}


def batch(trial: Trial, spec: ModelSpec, rows: int = ROWS):
    """Random x, in which a head, a hole and a tail equal the mask value, and random targets."""
    x = trial.array(*spec.input_shape(rows, STEPS), dtype="float64")
    x[0, 2], x[1, 0], x[1, 4] = 0.5, 0.5, 0.5
    shape = spec.output_shape(rows, STEPS)
    if spec.loss == "mse":
        return x, trial.array(*shape, dtype="float64")
    return x, trial.labels(*shape[:-1], width=shape[-1])
