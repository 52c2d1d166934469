"""Three letters one after the other (both tutorials).

The numbers are those of the feature window; only the axes are others: (23, 3, 1) in place of
(23, 1, 3). Now the network reads A, then B, then C, with the same weights each time, and carries
its state from step to step. Inside a row, that is: every row starts from zero again.
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
    time_steps=3,  # <- the window
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def data() -> tuple[Array, Array, Array]:
    """The windows (23, 3) as numbers, x (23, 3, 1), y (23, 26) one-hot."""
    letters, following = windows(3)
    return letters, as_time_steps(scale(letters)), one_hot(following, 26)


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
