"""Substrings of one to five letters (both tutorials).

1000 random pieces of the alphabet, padded on the left to five steps. The pad value 0 is also the
letter A, so "AB" and "B" are the same input; as both are followed by C, nothing is lost.
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import (
    as_time_steps,
    numbers_to_letters,
    scale,
    variable_length_substrings,
)
from lstm_spec.data.one_hot import one_hot
from lstm_spec.data.padding import pad_sequences
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

NETWORK = ModelSpec(
    (LSTM(32), Dense(26, "softmax")),
    features=1,
    time_steps=5,
    loss="categorical_crossentropy",
    optimizer=Adam(),
)


def data() -> tuple[list[list[int]], Array, Array]:
    """The substrings, x (1000, 5, 1) padded and scaled, y (1000, 26): the letters that follow."""
    rows, following = variable_length_substrings(1000, 5, np.random.RandomState(7))
    return rows, as_time_steps(scale(pad_sequences(rows, maxlen=5))), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 500) -> Model:
    """Half a million updates, one substring each: a minute or two."""
    _, x, y = data()
    model = engine.build(NETWORK)
    model.fit(x, y, batch_size=1, epochs=epochs, shuffle=True)
    return model


def demonstrate(model: Model) -> None:
    """The accuracy, and twenty of the substrings drawn at random."""
    rows, x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 32)['accuracy']:.2%}")
    for row in np.random.RandomState(7).randint(len(x), size=20):
        answer = model.predict(x[row : row + 1], 1).argmax()
        print(numbers_to_letters(rows[row]), "->", numbers_to_letters([answer]))


if __name__ == "__main__":
    demonstrate(train())
