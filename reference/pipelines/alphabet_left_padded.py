"""The whole prefix, zero-padded (described in the tutorials, without a listing).

A stateless network can be shown everything that a stateful one would remember: A, AB, ABC, ... each
in a row of 25 steps, with zeros in front. Would that have "the same effect"? With the padding
masked, a network with the same weights gives the very same answers (clause PIPE-71). With zeros it
does not, because 0 is also the letter A (PIPE-72), and at the same budget it has not learned the
alphabet (PIPE-88).
"""

from __future__ import annotations

import numpy as np

from lstm_spec.contract import Array, Implementation, Model
from lstm_spec.data.alphabet import (
    as_time_steps,
    left_padded_prefixes,
    numbers_to_letters,
    scale,
)
from lstm_spec.data.one_hot import one_hot
from lstm_spec.model import LSTM, Adam, Dense, ModelSpec
from reference.numpy import implementation as numpy

LONGEST = 25


def network(units: int = 16) -> ModelSpec:
    """The stateful network without its state, over 25 steps."""
    return ModelSpec(
        (LSTM(units), Dense(26, "softmax")),
        features=1,
        time_steps=LONGEST,
        loss="categorical_crossentropy",
        optimizer=Adam(),
    )


def data() -> tuple[Array, Array]:
    """X (25, 25, 1): row i ends with letter i; y (25, 26): the letter that follows."""
    prefixes, following = left_padded_prefixes()
    return as_time_steps(scale(prefixes)), one_hot(following, 26)


def train(engine: Implementation = numpy, epochs: int = 300, units: int = 16) -> Model:
    """The budget of the stateful network: 300 times 25 updates, in order."""
    x, y = data()
    model = engine.build(network(units))
    model.fit(x, y, batch_size=1, epochs=epochs, shuffle=False)
    return model


def recite(model: Model, letter: int, count: int) -> None:
    """Every answer is appended to what the network is shown; the zeros in front give way."""
    said = [letter]
    for _ in range(count):
        x = np.zeros((1, LONGEST, 1))
        x[0, LONGEST - len(said) :, 0] = scale(said)
        answer = int(model.predict(x, 1).argmax())
        print(numbers_to_letters(said[-1:]), "->", numbers_to_letters([answer]))
        said.append(answer)


def demonstrate(model: Model) -> None:
    """The accuracy over the prefixes, a recital from A, a prefix of nothing but K."""
    x, y = data()
    print(f"Accuracy: {model.evaluate(x, y, 25)['accuracy']:.2%}")
    recite(model, 0, LONGEST)
    print("New start: K")
    recite(model, 10, 5)


if __name__ == "__main__":
    demonstrate(train())
