"""Three letters side by side (notebook-27 and both tutorials).

ABC predicts D. The three letters are three features of a single time step, so the LSTM has nothing
to do with time: it is a small network that sees three numbers at once. As each is the one before
plus 1/26, three tell hardly more than one.
"""

from __future__ import annotations

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import as_features, numbers_to_letters, scale, windows
from lstm_spec.data.one_hot import one_hot
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

NETWORK = ModelSpec(
    (LSTM(32), Dense(26, "softmax")),
    features=3,  # <- the window
    time_steps=1,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def data() -> tuple[Array, Array, Array]:
    """The windows (23, 3) as numbers, x (23, 1, 3), y (23, 26) one-hot."""
    letters, following = windows(3)
    return letters, as_features(scale(letters)), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 500) -> Model:
    """The network after ``epochs`` rounds through the shuffled windows, batch size 1."""
    _, x, y = data()
    model = engine.build(NETWORK)
    model.fit(x, y, batch_size=1, epochs=epochs, shuffle=True)
    return model


def demonstrate(model: Model) -> None:
    """The accuracy, and what the network says to each window."""
    letters, x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 23)['accuracy']:.2%}")
    for pattern, row in zip(letters, x, strict=True):
        answer = model.predict(row[None], 1).argmax()
        print(numbers_to_letters(pattern), "->", numbers_to_letters([answer]))


if __name__ == "__main__":
    demonstrate(train())
