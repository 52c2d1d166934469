"""One letter in, the next letter out (notebook-27 and both tutorials).

25 pairs, shown in random order, one update each. Nothing is remembered from pair to pair: for this
network every letter is the first thing it has ever seen. All it can do is tell 25 numbers between 0
and 1 apart, and neighbours are only 1/26 away from each other.
"""

from __future__ import annotations

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import as_time_steps, numbers_to_letters, scale, windows
from lstm_spec.data.one_hot import one_hot
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

NETWORK = ModelSpec(
    (LSTM(32), Dense(26, "softmax")),
    features=1,
    time_steps=1,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def data() -> tuple[Array, Array, Array]:
    """The letters (25, 1) as numbers, x (25, 1, 1) scaled to 0..1, y (25, 26) one-hot."""
    letters, following = windows(1)
    return letters, as_time_steps(scale(letters)), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 500) -> Model:
    """The network after ``epochs`` rounds through the shuffled alphabet, batch size 1."""
    _, x, y = data()
    model = engine.build(NETWORK)
    model.fit(x, y, batch_size=1, epochs=epochs, shuffle=True)
    return model


def demonstrate(model: Model) -> None:
    """The accuracy, and what the network says to each letter."""
    letters, x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 25)['accuracy']:.2%}")
    for pattern, row in zip(letters, x, strict=True):
        answer = model.predict(row[None], 1).argmax()
        print(numbers_to_letters(pattern), "->", numbers_to_letters([answer]))


if __name__ == "__main__":
    demonstrate(train())
