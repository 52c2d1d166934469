"""All 25 letters in one batch (both tutorials).

The tutorials hope that the network can use the sequence within the batch. It cannot: the rows of a
batch run side by side, each with a state of its own that starts at zero (clauses STATE-20 and
PIPE-55). What helps is that every update now sees all letters at once, 5000 times. So letters drawn
at random are answered just as well.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import as_time_steps, numbers_to_letters, scale, windows
from lstm_spec.data.one_hot import one_hot
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

NETWORK = ModelSpec(
    (LSTM(16), Dense(26, "softmax")),
    features=1,
    time_steps=1,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def data() -> tuple[Array, Array, Array]:
    """The letters (25, 1) as numbers, x (25, 1, 1), y (25, 26) one-hot."""
    letters, following = windows(1)
    return letters, as_time_steps(scale(letters)), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 5000) -> Model:
    """The network after ``epochs`` updates, each on the whole alphabet in order."""
    _, x, y = data()
    model = engine.build(NETWORK)
    model.fit(x, y, batch_size=25, epochs=epochs, shuffle=False)
    return model


def demonstrate(model: Model) -> None:
    """The accuracy, every letter in order, then twenty at random."""
    letters, x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 25)['accuracy']:.2%}")
    at_random = np.random.RandomState(7).randint(len(x), size=20)
    for row in [*range(len(x)), *at_random]:
        answer = model.predict(x[row : row + 1], 1).argmax()
        print(numbers_to_letters(letters[row]), "->", numbers_to_letters([answer]))


if __name__ == "__main__":
    demonstrate(train())
